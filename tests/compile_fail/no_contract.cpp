// expect: socketiopp: of: this is no contract
// SPDX-License-Identifier: MIT
#include <socketiopp/server.hpp>

#include "chat.hpp"

#ifdef CORRECT
using contract = chat;
#else
using contract = int;
#endif

void use(sio::server& io) { io.of<contract>("/chat"); }
