// expect: socketiopp: emit_with_ack: the last argument is a callback
// SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

void use(chat_socket& s) {
#ifdef CORRECT
  s.emit_with_ack<"sure">("now?", [](std::error_code, bool) {});
#else
  s.emit_with_ack<"sure">();
#endif
}
