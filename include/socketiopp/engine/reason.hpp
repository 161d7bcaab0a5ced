// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

/// Why a connection, or one of its sockets, ended.
namespace socketiopp {

/// The disconnect reasons of the reference (F-180 to F-188), and `slow_consumer`. The last two end one socket
/// of a connection, the others end the connection and so every socket on it.
enum class reason : std::uint8_t {
  transport_error,              ///< a poll was given up, a frame was too big, a heartbeat came the wrong way
  transport_close,              ///< the peer closed the connection
  forced_close,                 ///< the peer broke the Socket.IO protocol
  ping_timeout,                 ///< no pong came in time
  parse_error,                  ///< an Engine.IO packet could not be read
  server_shutting_down,         ///< the server is closing
  slow_consumer,                ///< the client reads more slowly than it is written to
  forced_server_close,          ///< no namespace was joined in time, or packets came out of turn
  client_namespace_disconnect,  ///< the client left the namespace
  server_namespace_disconnect,  ///< the server disconnected the socket
};

/// The reason in the words of the reference.
constexpr std::string_view to_string(reason why) noexcept {
  switch (why) {
    case reason::transport_error: return "transport error";
    case reason::transport_close: return "transport close";
    case reason::forced_close: return "forced close";
    case reason::ping_timeout: return "ping timeout";
    case reason::parse_error: return "parse error";
    case reason::server_shutting_down: return "server shutting down";
    case reason::slow_consumer: return "slow consumer";
    case reason::forced_server_close: return "forced server close";
    case reason::client_namespace_disconnect: return "client namespace disconnect";
    case reason::server_namespace_disconnect: return "server namespace disconnect";
  }
  return "unknown";
}

}  // namespace socketiopp
