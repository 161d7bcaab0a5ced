// expect: socketiopp: policies: transport is none; see transport/concept.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct policies : sio::default_policies {
#ifndef CORRECT
  using transport = int;
#endif
};

void use(sio::basic_server<policies>& io) { io.run(); }
