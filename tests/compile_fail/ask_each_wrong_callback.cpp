// expect: socketiopp: emit_with_each_ack: the last argument but one is called with (std::string_view id,
// SPDX-License-Identifier: MIT
#include <string_view>
#include <system_error>

#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  auto const each = [](std::string_view, std::error_code, bool) {};
#else
  auto const each = [](std::error_code, bool) {};
#endif
  lobby.emit_with_each_ack<"sure">("now?", each, [](std::error_code) {});
}
