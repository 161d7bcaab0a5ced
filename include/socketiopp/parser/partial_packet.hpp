// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <socketiopp/protocol/socket_packet.hpp>

/// Binary packets on their way in: a text that announces attachments, and the attachments.
namespace socketiopp::parser {

/// A packet whose attachments are still arriving. Keeps copies: the text is gone when they come.
class partial_packet {
public:
  explicit partial_packet(protocol::packet const& head)
      : type_(head.type), wanted_(head.attachments), nsp_(head.nsp), id_(head.id), data_(head.data) {}

  /// Takes one attachment. True: it was the last.
  bool add(std::span<std::byte const> bytes) {
    attachments_.emplace_back(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    return attachments_.size() == wanted_;
  }

  /// The packet's head, with views into this object.
  protocol::packet head() const {
    return {.type = type_, .attachments = wanted_, .nsp = nsp_, .id = id_, .data = data_};
  }

  /// The JSON text, with a character to spare after its end.
  std::span<char> data() { return {data_.data(), data_.size()}; }

  /// Views of the attachments, which stay in this object.
  std::span<std::span<std::byte const> const> attachments() {
    views_.clear();
    for (auto const& bytes : attachments_)
      views_.emplace_back(reinterpret_cast<std::byte const*>(bytes.data()), bytes.size());
    return {views_.data(), views_.size()};
  }

private:
  protocol::packet_type type_;
  std::uint32_t wanted_;
  std::string nsp_;
  std::optional<std::uint64_t> id_;
  std::string data_;
  std::vector<std::string> attachments_;  // of bytes
  std::vector<std::span<std::byte const>> views_;
};

}  // namespace socketiopp::parser
