// expect: socketiopp: policies: executor is none; see executor/concept.hpp
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct policies : sio::default_policies {
#ifndef CORRECT
  using executor = int;
#endif
};

void use(sio::basic_server<policies>& io) { io.run(); }
