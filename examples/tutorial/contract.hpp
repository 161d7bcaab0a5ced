// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <socketiopp/contract.hpp>

/// What the pages of the tutorial and its server say to each other, a contract for each namespace.
namespace tutorial {

namespace sio = socketiopp;

struct text {
  std::string message;
};

struct receipt {
  bool ok = false;
};

struct room_id {
  std::string id;
};

using response = sio::event<"response", void(text)>;

/// The namespace `/`.
struct lobby {
  using to_server = sio::events<sio::event<"message", void(text)>,           // to everybody
                                sio::event<"messageAndAck", receipt(text)>,  // the same, with a receipt
                                sio::event<"broadcast", void(text)>>;        // to everybody else
  using to_client = sio::events<response>;
};

/// The namespace `/some-namespace`.
struct other {
  using to_server = sio::events<sio::event<"message", void(text)>>;
  using to_client = sio::events<response>;
};

/// The namespace `/room`.
struct rooms {
  using to_server = sio::events<sio::event<"join", void(room_id)>,   // enter a room
                                sio::event<"message", void(text)>>;  // to everybody in the room joined last
  using to_client = sio::events<response>;

  struct data {
    std::string room;
  };
};

}  // namespace tutorial
