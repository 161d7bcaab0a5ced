// expect: socketiopp: on: the handler does not fit the event: it takes (socket&, args...) or (args...), and
// perhaps a trailing sio::ack<R> SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using answer = int;
#else
using answer = std::string;
#endif

void use(chat_namespace& lobby) {
  lobby.on<"count">([](std::string, sio::ack<answer>) {});
}
