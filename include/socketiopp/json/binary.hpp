// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

/// Binary data in a payload.
namespace socketiopp {

/// Bytes that travel as an attachment of their own, next to the JSON text.
struct binary {
  std::vector<std::byte> bytes;

  binary() = default;
  explicit binary(std::vector<std::byte> its_bytes) : bytes(std::move(its_bytes)) {}
  explicit binary(std::span<std::byte const> its_bytes)
      : bytes(its_bytes.data(), its_bytes.data() + its_bytes.size()) {}
  explicit binary(std::string_view text)
      : binary(std::span(reinterpret_cast<std::byte const*>(text.data()), text.size())) {}

  /// The bytes as characters.
  std::string_view text() const { return {reinterpret_cast<char const*>(bytes.data()), bytes.size()}; }

  bool operator==(binary const&) const = default;
};

}  // namespace socketiopp
