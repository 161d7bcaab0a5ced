// expect: socketiopp: room: a part does not convert to the type that the room declares
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using number = int;
#else
using number = long long;
#endif

inline constexpr sio::room<"match", int> match;

void use(chat_socket& s, number of) { s.join(match(of)); }
