// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <socketiopp/socket.hpp>

/// The contract that the cases break.
namespace sio = socketiopp;

struct chat {
  using to_server =
      sio::events<sio::event<"say", void(std::string text)>, sio::event<"count", int(std::string room)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text, int volume)>,
                                sio::event<"sure", bool(std::string)>>;
};

using chat_socket = sio::socket<chat>;
using chat_namespace = sio::namespace_<chat>;
