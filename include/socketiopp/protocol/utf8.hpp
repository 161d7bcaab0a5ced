// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Is this text UTF-8? Asked about every text message that comes in, so it is fast for ASCII.
namespace socketiopp::protocol {

namespace detail {

// The length of the well-formed sequence of two to four bytes at `at`, or 0 (Unicode standard, table 3-7).
inline std::size_t multibyte_length(unsigned char const* at, std::size_t available) {
  auto const lead = at[0];
  if (lead < 0xc2 || lead > 0xf4) return 0;
  std::size_t const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (available < length) return 0;
  auto const lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;   // no overlong forms
  auto const highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  // no surrogates, at most U+10FFFF
  if (at[1] < lowest || at[1] > highest) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((at[i] & 0xc0) != 0x80) return 0;
  return length;
}

inline std::uint64_t word_at(unsigned char const* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline bool is_ascii(std::uint64_t word) { return (word & 0x8080808080808080) == 0; }

}  // namespace detail

/// Is `text` well-formed UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF, nothing cut off?
inline bool is_utf8(std::string_view text) {
  auto at = reinterpret_cast<unsigned char const*>(text.data());
  auto const end = at + text.size();
  while (at != end) {
    while (end - at >= 32 && detail::is_ascii(detail::word_at(at) | detail::word_at(at + 8) |
                                              detail::word_at(at + 16) | detail::word_at(at + 24)))
      at += 32;
    while (end - at >= 8 && detail::is_ascii(detail::word_at(at))) at += 8;
    if (at == end) break;
    auto const length = *at < 0x80 ? 1 : detail::multibyte_length(at, static_cast<std::size_t>(end - at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace socketiopp::protocol
