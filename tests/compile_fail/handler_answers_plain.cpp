// expect: socketiopp: on: the handler returns a value, but the contract has no acknowledgement for this event
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define ANSWER
#else
#define ANSWER 7
#endif

void use(chat_namespace& lobby) {
  lobby.on<"say">([](std::string) { return ANSWER; });
}
