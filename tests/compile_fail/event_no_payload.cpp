// expect: socketiopp: contract: to_server has an argument or an acknowledgement that is no payload: see
// json/shape.hpp SPDX-License-Identifier: MIT
#include <mutex>

#include "chat.hpp"

#ifdef CORRECT
using payload = std::string;
#else
using payload = std::mutex*;
#endif

struct unsendable {
  using to_server = sio::events<sio::event<"lock", void(payload)>>;
  using to_client = sio::events<>;
};

void use(sio::namespace_<unsendable>& lobby) {
  lobby.on<"lock">([](payload) {});
}
