// expect: socketiopp: room: the parts of a room's name are integers and strings
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using part = int;
#else
using part = double;
#endif

inline constexpr sio::room<"match", part> match;

void use(chat_socket& s) { s.join(match(42)); }
