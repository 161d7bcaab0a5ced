// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <compare>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include <socketiopp/protocol/base64.hpp>

#if __has_include(<sys/random.h>)
#include <sys/random.h>
#endif
#include <unistd.h>

/// Session and socket ids: 15 bytes of the operating system's random source as 20 base64url characters.
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
    std::copy(text.begin(), text.end(), made.text_.begin());
    return made;
  }

  constexpr std::string_view view() const { return {text_.data(), size}; }

  friend constexpr auto operator<=>(id const&, id const&) = default;

private:
  std::array<char, size> text_{};
};

/// Hands out ids. Reads the random source 16 ids at a time (240 bytes; one call gives at most 256).
/// Throws `std::system_error` when the system has no randomness to give.
class id_source {
public:
  id next() {
    if (used_ == pool_.size()) refill();
    std::array<std::byte, id_bytes> bytes;
    std::copy_n(pool_.begin() + static_cast<std::ptrdiff_t>(used_), id_bytes, bytes.begin());
    used_ += id_bytes;
    return id(protocol::base64url(bytes));
  }

private:
  static constexpr std::size_t id_bytes = 15;

  void refill() {
    if (::getentropy(pool_.data(), pool_.size()) != 0)
      throw std::system_error(errno, std::generic_category(), "socketiopp: reading the random source");
    used_ = 0;
  }

  std::array<std::byte, 16 * id_bytes> pool_{};
  std::size_t used_ = pool_.size();
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
