// expect: socketiopp: on: to_server lists no event of this name; to_client does: it is emitted by the server
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define EVENT "say"
#else
#define EVENT "said"
#endif

void use(chat_namespace& lobby) {
  lobby.on<EVENT>([](chat_socket&, std::string) {});
}
