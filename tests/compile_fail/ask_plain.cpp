// expect: socketiopp: emit_with_ack: the contract has no acknowledgement for this event: use emit
// SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

void use(chat_socket& s) {
#ifdef CORRECT
  s.emit<"said">("hello", 1);
#else
  s.emit_with_ack<"said">("hello", 1, [](std::error_code, bool) {});
#endif
}
