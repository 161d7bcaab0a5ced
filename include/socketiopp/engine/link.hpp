// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <socketiopp/engine/refusal.hpp>
#include <socketiopp/engine/shared_packet.hpp>

/// What a session needs of the connections that carry it.
namespace socketiopp::engine {

/// A close frame without code and reason (RFC 6455, 7.4.1).
inline constexpr std::uint16_t no_status = 1005;

/// A connection as its session sees it: a request that waits for its answer, or an open WebSocket. A link
/// outlives its part in a session: it tells the session when it is lost, and the session tells it when it
/// is let go.
class link {
public:
  /// Answers the waiting request; it is over then.
  virtual void respond(answer const& what) = 0;

  /// WebSocket: takes all packets and sends their frames in order.
  virtual void send(std::vector<shared_packet>& packets) = 0;

  /// WebSocket: whether what is sent now leaves at the end of the turn, as far as anybody knows. If not,
  /// `session::drained` follows.
  virtual bool writable() const = 0;

  /// WebSocket: how many bytes of what was sent before have not left.
  virtual std::size_t queued_bytes() const = 0;

  /// WebSocket: sends a close frame after everything sent before, then ends the connection.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;

  /// Cuts the connection at once.
  virtual void cut() = 0;

protected:
  ~link() = default;
};

}  // namespace socketiopp::engine
