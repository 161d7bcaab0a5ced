// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <socketiopp/protocol/base64.hpp>

/// Payloads of Engine.IO v4: the packets that one long-polling request or answer carries (W-040).
namespace socketiopp::protocol {

/// Stands between the packets of a payload: the ASCII record separator.
inline constexpr char packet_separator = '\x1e';

/// Calls `visit(std::string_view)` with the text of each packet, in order, while it returns true; says
/// whether all were visited. After a false nothing of `payload` is read, so a visitor may have destroyed it.
///
/// An empty payload is one empty packet, which the packet decoder refuses (W-035).
template <class Visit> constexpr bool for_each_packet(std::string_view payload, Visit visit) {
  while (true) {
    auto const end = payload.find(packet_separator);
    if (!visit(payload.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    payload.remove_prefix(end + 1);
  }
}

/// Appends packets to a string, with the separators between them. The string must outlive the writer; what it
/// held before is left alone.
class payload_writer {
public:
  explicit payload_writer(std::string& out) : out_(out) {}

  /// Appends a packet as it is: `packet` starts with its type.
  void text(std::string_view packet) {
    separate();
    out_.append(packet);
  }

  /// Appends a binary message.
  void binary(std::span<std::byte const> bytes) {
    separate();
    out_.push_back('b');
    base64_encode(bytes, out_);
  }

private:
  void separate() {
    if (!first_) out_.push_back(packet_separator);
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace socketiopp::protocol
