// expect: socketiopp: on: a parameter of the handler is narrower than the event's
// SPDX-License-Identifier: MIT
#include <cstdint>

#include "chat.hpp"

struct clock_contract {
  using to_server = sio::events<sio::event<"at", void(std::int64_t milliseconds)>>;
  using to_client = sio::events<>;
};

#ifdef CORRECT
using parameter = std::int64_t;
#else
using parameter = int;
#endif

void use(sio::namespace_<clock_contract>& lobby) {
  lobby.on<"at">([](parameter) {});
}
