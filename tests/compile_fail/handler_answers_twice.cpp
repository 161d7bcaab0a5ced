// expect: take a trailing sio::ack<R> and return nothing
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define ANSWER
#else
#define ANSWER 7
#endif

void use(chat_namespace& lobby) {
  lobby.on<"count">([](std::string, sio::ack<int> reply) {
    reply(1);
    return ANSWER;
  });
}
