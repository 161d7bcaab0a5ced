// expect: socketiopp: of: a contract has two lists of events, to_server and to_client
// SPDX-License-Identifier: MIT
#include "chat.hpp"
#include <socketiopp/server.hpp>

#ifdef CORRECT
using contract = chat;
#else
using contract = int;
#endif

void use(sio::server& io) { io.of<contract>("/chat"); }
