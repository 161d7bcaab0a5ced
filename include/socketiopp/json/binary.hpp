// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/json/shape.hpp>

/// Binary data in a payload, and whether a type can hold any.
namespace socketiopp {

/// Bytes that travel as an attachment of their own, next to the JSON text.
struct binary {
  std::vector<std::byte> bytes;

  binary() = default;
  explicit binary(std::vector<std::byte> its_bytes) : bytes(std::move(its_bytes)) {}
  explicit binary(std::span<std::byte const> its_bytes) : bytes(its_bytes.begin(), its_bytes.end()) {}
  explicit binary(std::string_view text) : binary(std::as_bytes(std::span(text))) {}

  /// The bytes as characters.
  std::string_view text() const { return {reinterpret_cast<char const*>(bytes.data()), bytes.size()}; }

  bool operator==(binary const&) const = default;
};

class arguments;

}  // namespace socketiopp

namespace socketiopp::json {

namespace detail {

template <class T, class... Above> consteval bool holds_binary() {
  if constexpr ((std::same_as<T, Above> || ...))
    return false;
  else if constexpr (shape_of<T> == shape::binary || shape_of<T> == shape::dynamic ||
                     std::same_as<T, arguments>)
    return true;
  else
    return []<class... Part>(types<Part...>) {
      return (holds_binary<Part, T, Above...>() || ...);
    }(parts_of<T>());
}

}  // namespace detail

/// Whether a `T` can hold binary data anywhere inside. Placeholders and attachments are for such types only.
template <class T> consteval bool can_hold_binary() { return detail::holds_binary<std::remove_cvref_t<T>>(); }

}  // namespace socketiopp::json
