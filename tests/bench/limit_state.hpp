// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limit_turn.hpp"

/// What the limit keeps for each connection and each session on long-polling.
namespace bench {

inline constexpr auto nothing = static_cast<std::uint32_t>(-1);

/// Who is in the namespace or in a room: a WebSocket by its descriptor, a long-polling session as `~slot`.
using members = std::vector<int>;
using room = std::pair<std::string const, members>;
using rooms_of_one = std::unique_ptr<std::vector<room*>>;

/// What does not fit into the moment: half a message that came, and what the kernel did not take.
struct leftovers {
  std::string in, out;
};

/// What is kept for each member of the namespace.
struct membership {
  bool joined = false;
  bool pinged = false;
  std::uint32_t place = 0;  // in `everybody`
  rooms_of_one rooms;
};

struct connection {
  enum class use : unsigned char { none, http, probe, websocket };
  use used = use::none;
  bool ending = false;
  bool blocked = false;  // until it is writable
  membership member;
  std::uint32_t session = nothing;  // whose GET waits here, or whose probe this is
  pieces due;                       // what this turn sends
  std::unique_ptr<leftovers> rest;
};

/// A session on long-polling.
struct poll_session {
  std::uint32_t secret;
  int waiting = -1;  // the connection of its GET
  int probe = -1;    // the WebSocket that it is about to become
  bool probed = false;
  bool queued = false;
  membership member;
  std::string queue;
};

}  // namespace bench
