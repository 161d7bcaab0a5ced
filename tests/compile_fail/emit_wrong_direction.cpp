// expect: socketiopp: emit: to_client lists no event of this name; to_server does: it is emitted by clients
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define EVENT "said"
#else
#define EVENT "say"
#endif

void use(chat_namespace& lobby) { lobby.to("room").emit<EVENT>("hello", 1); }
