// expect: socketiopp: on_disconnect: the handler takes (socket&, sio::reason)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  lobby.on_disconnect([](chat_socket&, sio::reason) {});
#else
  lobby.on_disconnect([](chat_socket&) {});
#endif
}
