// expect: socketiopp: on_any: the handler takes (socket&, std::string_view name, sio::arguments)
// SPDX-License-Identifier: MIT
#include <string_view>

#include "chat.hpp"

void use(chat_namespace& lobby) {
#ifdef CORRECT
  lobby.on_any([](chat_socket&, std::string_view, sio::arguments const&) {});
#else
  lobby.on_any([](chat_socket&, sio::arguments const&) {});
#endif
}
