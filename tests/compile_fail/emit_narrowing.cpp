// expect: socketiopp: emit: these arguments do not convert to the event's parameters without narrowing
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define VOLUME 1
#else
#define VOLUME 1.5
#endif

void use(chat_socket& s) { s.broadcast().emit<"said">("hello", VOLUME); }
