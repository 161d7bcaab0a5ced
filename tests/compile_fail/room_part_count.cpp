// expect: socketiopp: room: another number of parts
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define PARTS 42, "red"
#else
#define PARTS 42
#endif

inline constexpr sio::room<"match", int, std::string> match;

void use(chat_socket& s) { s.join(match(PARTS)); }
