// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <socketiopp/protocol/socket_packet.hpp>

/// Packets that have arrived, whatever parser read them.
namespace socketiopp::parser {

/// A whole packet. Everything that it refers to is gone after the call that it is given to.
template <class View> struct packet {
  protocol::packet_type type;       ///< never a binary one: attachments are there or not
  std::string_view nsp;             ///< the namespace, as the client wrote it
  std::optional<std::uint64_t> id;  ///< of the acknowledgement
  std::optional<View> data;         ///< what it carries; of an event that should be an array
  std::span<std::span<std::byte const> const> attachments;  ///< what placeholders in `data` stand for
};

/// Why a message is no packet.
struct fault {
  std::string_view what;
  bool too_many_attachments = false;  ///< more than `max_attachments`
};

}  // namespace socketiopp::parser
