// expect: socketiopp: contract: auth is no payload: see json/shape.hpp
// SPDX-License-Identifier: MIT
#include <mutex>

#include "chat.hpp"

struct guarded : chat {
  struct auth {
    std::string token;
#ifndef CORRECT
    std::mutex* lock;
#endif
  };
};

void use(sio::namespace_<guarded>& lobby) {
  lobby.on<"say">([](std::string) {});
}
