// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

/// What a peer may not exceed.
namespace socketiopp {

/// The bounds of a server, each named like the option that sets it.
enum class bound : std::uint8_t {
  max_connections,
  max_connections_per_address,
  max_request_head,
  max_payload,
  head_timeout,
  request_timeout,
  connect_timeout,
  max_attachments,
  max_namespaces,
  max_pending_acks,
  max_queued_bytes,
};

/// The name of the option.
constexpr std::string_view to_string(bound which) noexcept {
  switch (which) {
    case bound::max_connections: return "max_connections";
    case bound::max_connections_per_address: return "max_connections_per_address";
    case bound::max_request_head: return "max_request_head";
    case bound::max_payload: return "max_payload";
    case bound::head_timeout: return "head_timeout";
    case bound::request_timeout: return "request_timeout";
    case bound::connect_timeout: return "connect_timeout";
    case bound::max_attachments: return "max_attachments";
    case bound::max_namespaces: return "max_namespaces";
    case bound::max_pending_acks: return "max_pending_acks";
    case bound::max_queued_bytes: return "max_queued_bytes";
  }
  return "unknown";
}

/// A bound was exceeded. The views live as long as the call that tells of it.
struct bound_hit {
  bound which;
  std::string_view remote_address;  ///< of the peer
  std::string_view session;         ///< the session's id; empty where there is none
};

}  // namespace socketiopp
