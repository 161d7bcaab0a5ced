// expect: socketiopp: on_connect: the handler takes (socket&)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  lobby.on_connect([](chat_socket&) {});
#else
  lobby.on_connect([](chat_socket&, sio::reason) {});
#endif
}
