// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

/// What can be set on the Engine.IO level.
namespace socketiopp {

/// What happens to a message for a client that has `max_queued_bytes` waiting already.
enum class overflow : std::uint8_t {
  close,        ///< the session ends, with the reason "slow consumer"
  drop_newest,  ///< the message is dropped; `on_error` gets `errc::slow_consumer`
};

}  // namespace socketiopp

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
  /// Whether clients of Socket.IO v2 are served, which speak Engine.IO v3 (F-018). Their sockets' ids are
  /// those of their sessions: who knows such an id can speak for its client, so do not show them to others.
  /// And JSONP (W-194) knows no origins: any page can have a session with its visitor's cookies, and read it.
  bool allow_eio3 = false;
  bool polling = true;         ///< whether long-polling is served
  bool websocket = true;       ///< whether WebSockets are served
  bool allow_upgrades = true;  ///< whether a long-polling session may become a WebSocket
  /// How much may wait for a client that does not read, in bytes; a message that finds nothing waiting is
  /// always taken. Room for what programs send at once when somebody connects; a message to many counts for
  /// each of them, but is in memory once.
  std::size_t max_queued_bytes = 16 * 1024 * 1024;
  overflow on_overflow = overflow::close;
  std::string initial_packet = {};  ///< a text message that follows the handshake in the same answer (W-044)
};

}  // namespace socketiopp::engine
