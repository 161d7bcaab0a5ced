// expect: socketiopp: emit_with_ack: a run-time name needs an open contract (static constexpr bool open =
// true) SPDX-License-Identifier: MIT
#include <system_error>

#include "chat.hpp"

#ifdef CORRECT
using contract = sio::any;
#else
using contract = chat;
#endif

void use(sio::socket<contract>& s, std::string const& name) {
  s.emit_with_ack(name, 1, [](std::error_code, sio::arguments const&) {});
}
