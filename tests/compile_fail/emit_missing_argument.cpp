// expect: socketiopp: emit: these arguments do not convert to the event's parameters without narrowing
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define ARGUMENTS "hello", 1
#else
#define ARGUMENTS "hello"
#endif

void use(chat_socket& s) { s.emit<"said">(ARGUMENTS); }
