// expect: socketiopp: policies: adapter is none; see adapter/concept.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct cluster {
#ifdef CORRECT
  template <class Policies> using link = sio::adapter::local::link<Policies>;
#endif
};

struct policies : sio::default_policies {
#ifdef CORRECT
  using adapter = sio::adapter::local;
#else
  using adapter = cluster;
#endif
};

void use(sio::basic_server<policies>& io) { io.run(); }
