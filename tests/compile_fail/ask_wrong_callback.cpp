// expect: socketiopp: emit_with_ack: the last argument is a callback (std::error_code, R), where R is the
// event's acknowledgement SPDX-License-Identifier: MIT
#include <chrono>
#include <system_error>

#include "chat.hpp"

#ifdef CORRECT
using answer = bool;
#else
using answer = std::string;
#endif

void use(chat_socket& s) {
  s.timeout(std::chrono::seconds(5)).emit_with_ack<"sure">("now?", [](std::error_code, answer) {});
}
