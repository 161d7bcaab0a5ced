// expect: socketiopp: contract: to_server lists an event twice
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define SECOND "shout"
#else
#define SECOND "say"
#endif

struct twice {
  using to_server = sio::events<sio::event<"say", void()>, sio::event<SECOND, void(int)>>;
  using to_client = sio::events<>;
};

void use(sio::namespace_<twice>& lobby) {
  lobby.on<SECOND>([](int) {});
}
