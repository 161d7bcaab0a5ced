// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

/// What can be set on the Socket.IO level.
namespace socketiopp {

/// What is kept for clients that come back (F-034). All of it is kept per namespace and thread, in memory: on
/// a server of several threads only those clients are recognised who come back to the thread that they were
/// on.
struct recovery_options {
  /// How long a client may be gone.
  std::chrono::milliseconds max_disconnection_duration{120'000};
  /// Whether those who come back are let in without asking the middlewares again (F-173).
  bool skip_middlewares = true;
  /// How many clients that are gone are remembered; of more, those that went first are forgotten.
  std::size_t max_sessions = 10'000;
  /// How many packets are kept for them.
  std::size_t max_packets = 10'000;
  /// How many bytes of packets.
  std::size_t max_bytes = std::size_t{16} * 1024 * 1024;
};

}  // namespace socketiopp

namespace socketiopp::core {

struct options {
  /// How long a client may stay without joining a namespace (F-033).
  std::chrono::milliseconds connect_timeout{45'000};
  /// How long an acknowledgement may take where the caller says nothing else. The reference waits for ever,
  /// and keeps what it waits with.
  std::chrono::milliseconds ack_timeout{30'000};
  /// How many binary attachments one packet may announce. The reference's decoder has the same bound.
  std::uint32_t max_attachments = 10;
  /// How many acknowledgements one socket may owe at a time; more fail at once with `errc::too_large`.
  std::size_t max_pending_acks = 10'000;
  /// How many namespaces one connection may join. Each costs a socket.
  std::size_t max_namespaces = 100;
  /// Whether namespaces that clients bring about go when their last socket has gone (F-107).
  bool cleanup_empty_namespaces = false;
  /// Whether clients that lost their connection find everything as it was, and what is kept for that.
  std::optional<recovery_options> recovery = std::nullopt;
};

}  // namespace socketiopp::core
