// expect: socketiopp: a room is named by a string, or by a range of strings
// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  lobby.to("a", std::vector<std::string>{"b", "c"}).sockets_join("d");
#else
  lobby.to("a").sockets_join(42);
#endif
}
