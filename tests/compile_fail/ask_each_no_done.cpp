// expect: socketiopp: emit_with_each_ack: the last argument is a callback (std::error_code)
// SPDX-License-Identifier: MIT
#include <string_view>
#include <system_error>

#include "chat.hpp"

void use(chat_namespace& lobby) {
  auto const each = [](std::string_view, std::error_code, bool) {};
#ifdef CORRECT
  lobby.emit_with_each_ack<"sure">("now?", each, [](std::error_code) {});
#else
  lobby.emit_with_each_ack<"sure">("now?", each, [] {});
#endif
}
