// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

/// Session and socket ids.
namespace socketiopp::engine {

/// An id. Always 20 characters: Redis adapters tell socket ids from room names by that length.
class id {
public:
  static constexpr std::size_t size = 20;

  constexpr id() = default;
  explicit constexpr id(std::array<char, size> const& text) : text_(text) {}

  /// The id that the text spells, or nothing if its length is not that of an id.
  static constexpr std::optional<id> from(std::string_view text) {
    if (text.size() != size) return std::nullopt;
    id made;
    text.copy(made.text_.data(), size);
    return made;
  }

  constexpr std::string_view view() const { return {text_.data(), size}; }

  friend constexpr auto operator<=>(id const&, id const&) = default;

private:
  std::array<char, size> text_{};
};

}  // namespace socketiopp::engine

template <> struct std::hash<socketiopp::engine::id> {
  /// The characters are random already, but for those of a program's own ids, which may begin alike.
  std::size_t operator()(socketiopp::engine::id const& id) const noexcept {
    std::size_t first, last;
    std::memcpy(&first, id.view().data(), sizeof first);
    std::memcpy(&last, id.view().data() + socketiopp::engine::id::size - sizeof last, sizeof last);
    return first + last * 31;
  }
};
