// expect: socketiopp: on: the handler does not fit the event: it takes (socket&, args...) or (args...)
// SPDX-License-Identifier: MIT
#include <vector>

#include "chat.hpp"

#ifdef CORRECT
using parameter = std::string;
#else
using parameter = std::vector<int>;
#endif

void use(chat_namespace& lobby) {
  lobby.on<"say">([](chat_socket&, parameter) {});
}
