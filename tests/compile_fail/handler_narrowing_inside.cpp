// expect: socketiopp: on: a parameter of the handler is narrower than the event's
// SPDX-License-Identifier: MIT
#include <optional>

#include "chat.hpp"

struct price_contract {
  using to_server = sio::events<sio::event<"bid", void(std::optional<double> price)>>;
  using to_client = sio::events<>;
};

#ifdef CORRECT
using parameter = std::optional<double>;
#else
using parameter = std::optional<int>;
#endif

void use(sio::namespace_<price_contract>& lobby) {
  lobby.on<"bid">([](parameter) {});
}
