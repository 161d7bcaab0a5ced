// expect: socketiopp: emit_with_ack: the callback's parameter is narrower than the event's acknowledgement
// SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

struct clock_contract {
  using to_server = sio::events<>;
  using to_client = sio::events<sio::event<"time", double()>>;
};

#ifdef CORRECT
using answer = double;
#else
using answer = int;
#endif

void use(sio::socket<clock_contract>& s) {
  s.emit_with_ack<"time">([](std::error_code, answer) {});
}
