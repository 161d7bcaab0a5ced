// expect: socketiopp: on_server_side: the handler does not fit the event: it takes (args...), not narrower,
// and perhaps SPDX-License-Identifier: MIT
#include "chat.hpp"

struct clustered : chat {
  using server_side = sio::events<sio::event<"refresh", void(int)>>;
};

void use(sio::namespace_<clustered>& lobby) {
#ifdef CORRECT
  lobby.on_server_side<"refresh">([](int) {});
#else
  lobby.on_server_side<"refresh">([](sio::socket<clustered>&, int) {});
#endif
}
