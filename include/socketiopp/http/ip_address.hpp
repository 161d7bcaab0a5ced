// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>

/// Addresses that can be compared, which texts cannot: they have several spellings.
namespace socketiopp::http {

/// An IP address; IPv4 is written in IPv6's terms, ::ffff:a.b.c.d, so that an address has one form.
class ip_address {
public:
  /// Reads "192.0.2.1" or "2001:db8::1", this with a zone too; nothing if it is neither.
  static std::optional<ip_address> parse(std::string_view text) {
    ip_address made;
    auto const version_6 = text.find(':') != std::string_view::npos;
    std::string const address(version_6 ? text.substr(0, text.find('%')) : text);
    auto* const bytes = made.bytes_.data();
    auto const read = version_6 ? ::inet_pton(AF_INET6, address.c_str(), bytes)
                                : ::inet_pton(AF_INET, address.c_str(), bytes + mapped.size());
    if (read != 1 || address.find('\0') != std::string::npos) return std::nullopt;
    if (!version_6) std::copy(mapped.begin(), mapped.end(), bytes);
    return made;
  }

  /// Whether it is one of IPv4.
  bool version_4() const { return std::equal(mapped.begin(), mapped.end(), bytes_.begin()); }

  /// Whether the first bits are those of `other`; there are 128 of them.
  bool same_prefix(ip_address const& other, std::size_t bits) const {
    auto const whole = bits / 8;
    if (!std::equal(bytes_.data(), bytes_.data() + whole, other.bytes_.data())) return false;
    auto const rest = 8 - bits % 8;
    return rest == 8 || bytes_[whole] >> rest == other.bytes_[whole] >> rest;
  }

  /// The usual text.
  std::string text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    if (version_4())
      ::inet_ntop(AF_INET, bytes_.data() + mapped.size(), buffer.data(), buffer.size());
    else
      ::inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
    return buffer.data();
  }

private:
  static constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

  std::array<unsigned char, 16> bytes_{};
};

}  // namespace socketiopp::http
