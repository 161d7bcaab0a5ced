// expect: socketiopp: on: a run-time name needs an open contract (static constexpr bool open = true)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using contract = sio::any;
#else
using contract = chat;
#endif

void use(sio::namespace_<contract>& lobby, std::string const& name) {
  lobby.on(name, [](sio::arguments const&) {});
}
