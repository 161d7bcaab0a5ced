// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Is this text UTF-8? Asked about every text message that comes in, so it is fast for ASCII.
namespace socketiopp::meta {

/// Is `c` a byte of a sequence, but not its first?
constexpr bool continues_utf8(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// The length of the well-formed sequence of two to four bytes at the front of `text`, or 0 (Unicode
/// standard, table 3-7; RFC 3629 section 4).
constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
  auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto const lead = text.empty() ? '\0' : byte(0);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  std::size_t const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  auto const lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;   // no overlong forms
  auto const highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  // no surrogates, at most U+10FFFF
  if (byte(1) < lowest || byte(1) > highest) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (!continues_utf8(text[i])) return 0;
  return length;
}

/// Is `text` well-formed UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF, nothing cut off?
inline bool is_utf8(std::string_view text) noexcept {
  auto const word = [](char const* at) {
    std::uint64_t bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  };
  auto const is_ascii = [](std::uint64_t bytes) { return (bytes & 0x8080808080808080) == 0; };

  char const* at = text.data();
  char const* const end = at + text.size();
  while (true) {
    while (end - at >= 32 && is_ascii(word(at) | word(at + 8) | word(at + 16) | word(at + 24))) at += 32;
    while (end - at >= 8 && is_ascii(word(at))) at += 8;
    if (at == end) return true;
    std::string_view const rest(at, static_cast<std::size_t>(end - at));
    auto const length = static_cast<unsigned char>(*at) < 0x80 ? 1 : utf8_sequence(rest);
    if (length == 0) return false;
    at += length;
  }
}

}  // namespace socketiopp::meta
