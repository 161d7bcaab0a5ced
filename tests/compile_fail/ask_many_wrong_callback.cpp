// expect: socketiopp: emit_with_ack: the last argument is a callback (std::error_code, sio::responses<R>)
// SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

#ifdef CORRECT
using answer = sio::responses<bool>;
#else
using answer = bool;
#endif

void use(chat_namespace& lobby) {
  lobby.to("a").emit_with_ack<"sure">("now?", [](std::error_code, answer) {});
}
