// expect: socketiopp: policies: json is no codec; see json/codec.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct policies : sio::default_policies {
#ifndef CORRECT
  using json = int;
#endif
};

void use(sio::basic_server<policies>& io) { io.run(); }
