// expect: socketiopp: on: the contract's to_server lists no event of this name
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define EVENT "say"
#else
#define EVENT "shout"
#endif

void use(chat_namespace& lobby) {
  lobby.on<EVENT>([](chat_socket&, std::string) {});
}
