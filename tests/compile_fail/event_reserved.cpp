// expect: socketiopp: event: both ends keep this name for themselves
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
#define NAME "leave"
#else
#define NAME "disconnect"
#endif

struct reserved {
  using to_server = sio::events<sio::event<NAME, void()>>;
  using to_client = sio::events<>;
};

void use(sio::namespace_<reserved>& lobby) {
  lobby.on<NAME>([] {});
}
