// expect: socketiopp: on_drain: the handler takes (socket&)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  lobby.on_drain([](chat_socket& s) { s.volatile_().emit<"said">("again", 1); });
#else
  lobby.on_drain([](chat_socket&, sio::reason) {});
#endif
}
