// expect: socketiopp: on: the handler does not fit the event: it takes (socket&, args...) or (args...)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using contract = chat;
#else
using contract = sio::any;
#endif

void use(chat_namespace& lobby) {
  lobby.on<"say">([](sio::socket<contract>&, std::string) {});
}
