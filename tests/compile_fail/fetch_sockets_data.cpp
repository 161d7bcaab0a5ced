// expect: socketiopp: fetch_sockets: the contract's data cannot be copied
// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <system_error>

#include "chat.hpp"

struct keeping : chat {
  struct data {
#ifdef CORRECT
    std::shared_ptr<std::string> name;
#else
    std::unique_ptr<std::string> name;
#endif
  };
};

void use(sio::namespace_<keeping>& lobby) {
  lobby.fetch_sockets([](std::error_code, auto const&) {});
}
