// expect: socketiopp: fetch_sockets: the argument is a callback (std::error_code,
// SPDX-License-Identifier: MIT
#include <system_error>
#include <vector>

#include "chat.hpp"

#ifdef CORRECT
using found = std::vector<sio::remote_socket<chat>>;
#else
using found = std::vector<chat_socket>;
#endif

void use(chat_namespace& lobby) {
  lobby.to("a").fetch_sockets([](std::error_code, found const&) {});
}
