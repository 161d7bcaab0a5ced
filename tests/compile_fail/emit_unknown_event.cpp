// expect: socketiopp: emit: the contract's to_client lists no event of this name
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define EVENT "said"
#else
#define EVENT "shouted"
#endif

void use(chat_socket& s) { s.emit<EVENT>("hello", 1); }
