// expect: socketiopp: server_side_emit: the contract's server_side lists no event of this name
// SPDX-License-Identifier: MIT
#include "chat.hpp"

struct clustered : chat {
  using server_side = sio::events<sio::event<"refresh", void(int)>>;
};

void use(sio::namespace_<clustered>& lobby) {
#ifdef CORRECT
  lobby.server_side_emit<"refresh">(1);
#else
  lobby.server_side_emit<"say">("hi");
#endif
}
