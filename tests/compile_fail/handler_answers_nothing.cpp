// expect: socketiopp: on: the handler must return the event's acknowledgement, or take a trailing sio::ack<R>
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define ANSWER 7
#else
#define ANSWER
#endif

void use(chat_namespace& lobby) {
  lobby.on<"count">([](chat_socket&, std::string) { return ANSWER; });
}
