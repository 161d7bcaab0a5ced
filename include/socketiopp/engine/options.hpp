// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

/// What can be set on the Engine.IO level.
namespace socketiopp::engine {

/// The defaults are the reference's (F-001, F-005 to F-011). Validated when a server is made.
struct options {
  /// Where the endpoint lives; requests to anything below it are taken too (W-022).
  std::string path = "/engine.io/";
  /// How often the server asks whether the client is there.
  std::chrono::milliseconds ping_interval{25'000};
  /// How long the client may take to answer.
  std::chrono::milliseconds ping_timeout{20'000};
  /// How long a WebSocket may take to become the transport of a long-polling session.
  std::chrono::milliseconds upgrade_timeout{10'000};
  /// The longest message or request body a client may send, in bytes. Told to the client, which splits its
  /// requests accordingly.
  std::size_t max_payload = 1'000'000;
  bool polling = true;         ///< whether long-polling is served
  bool websocket = true;       ///< whether WebSockets are served
  bool allow_upgrades = true;  ///< whether a long-polling session may become a WebSocket
};

}  // namespace socketiopp::engine
