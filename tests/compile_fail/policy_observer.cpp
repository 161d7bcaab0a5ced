// expect: socketiopp: policies: observer takes no event; see observer/concept.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct watcher {
#ifdef CORRECT
  void operator()(sio::observer::socket_connected const&) {}
#else
  void on_connect(sio::observer::socket_connected const&) {}
#endif
};

struct policies : sio::default_policies {
  using observer = watcher;
};

void use(sio::basic_server<policies>& io) { io.run(); }
