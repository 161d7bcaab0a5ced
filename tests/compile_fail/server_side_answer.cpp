// expect: socketiopp: on_server_side: the handler returns the event's acknowledgement, or takes a trailing
// sio::ack<R> SPDX-License-Identifier: MIT
#include "chat.hpp"

struct clustered : chat {
  using server_side = sio::events<sio::event<"load", double(std::string)>>;
};

void use(sio::namespace_<clustered>& lobby) {
#ifdef CORRECT
  lobby.on_server_side<"load">([](std::string const&) { return 0.5; });
#else
  lobby.on_server_side<"load">([](std::string const&) {});
#endif
}
