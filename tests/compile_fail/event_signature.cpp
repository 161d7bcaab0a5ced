// expect: socketiopp: event: the second argument is a function type such as void(std::string room)
// SPDX-License-Identifier: MIT
#include "chat.hpp"

#ifdef CORRECT
using signature = void(std::string);
#else
using signature = std::string;
#endif

struct strange {
  using to_server = sio::events<sio::event<"say", signature>>;
  using to_client = sio::events<>;
};

void use(sio::namespace_<strange>& lobby) {
  lobby.on<"say">([](auto...) {});
}
