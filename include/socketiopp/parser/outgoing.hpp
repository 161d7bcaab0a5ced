// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <socketiopp/engine/shared_packet.hpp>

/// Packets on their way out, whatever parser made them.
namespace socketiopp::parser {

/// The offset before that of the first packet.
inline constexpr std::uint64_t first_offset = 1;

/// How a packet is to be sent.
struct delivery {
  bool is_volatile = false;  ///< dropped for clients for whom it would have to wait (F-143)
  bool compress = true;      ///< compressed where that is agreed on (F-144)
};

/// A packet and the binary messages that follow it.
struct outgoing {
  engine::shared_packet packet;
  std::vector<engine::shared_packet> attachments;
  bool is_volatile = false;
  std::uint64_t offset = 0;  ///< under which it is kept for clients that missed it; 0: it is not

  /// How long it is with its attachments, without what Engine.IO puts in front of it.
  std::size_t bytes() const {
    auto size = packet.payload().size() - (packet.binary() ? 0 : 1);
    for (auto const& attachment : attachments) size += attachment.payload().size();
    return size;
  }

  /// The same, to be sent so. Nobody else has a share of it yet.
  outgoing with(delivery how) && {
    is_volatile = how.is_volatile;
    if (is_volatile) offset = 0;  // nobody is told what is dropped
    packet.compress(how.compress);
    for (auto& attachment : attachments) attachment.compress(how.compress);
    return std::move(*this);
  }
};

}  // namespace socketiopp::parser
