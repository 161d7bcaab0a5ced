// expect: socketiopp: emit_with_ack: the arguments before the callback do not convert to the event's
// parameters without narrowing SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

#ifdef CORRECT
#define QUESTION "now?"
#else
#define QUESTION 42
#endif

void use(chat_socket& s) {
  s.emit_with_ack<"sure">(QUESTION, [](std::error_code, bool) {});
}
