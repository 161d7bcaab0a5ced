// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Base64 (RFC 4648): how binary packets travel in text, and how identifiers are spelt.
namespace socketiopp::protocol {

namespace detail {

inline constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view base64url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

inline constexpr std::uint8_t not_base64 = 0xff;

// The value of every character, in whichever of the two alphabets it is.
inline constexpr auto base64_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_base64);
  for (auto const alphabet : {base64_alphabet, base64url_alphabet})
    for (std::uint8_t i = 0; i < 64; ++i) values[static_cast<unsigned char>(alphabet[i])] = i;
  return values;
}();

// Writes the four characters that stand for three bytes.
constexpr void encode_group(std::string_view alphabet, std::byte a, std::byte b, std::byte c, char* to) {
  auto const bits =
      std::to_integer<unsigned>(a) << 16 | std::to_integer<unsigned>(b) << 8 | std::to_integer<unsigned>(c);
  to[0] = alphabet[bits >> 18];
  to[1] = alphabet[bits >> 12 & 63];
  to[2] = alphabet[bits >> 6 & 63];
  to[3] = alphabet[bits & 63];
}

}  // namespace detail

/// Appends `bytes` to `out` in the standard alphabet, padded with `=`.
inline void base64_encode(std::span<std::byte const> bytes, std::string& out) {
  auto const start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* to = out.data() + start;
  for (; bytes.size() >= 3; bytes = bytes.subspan(3), to += 4)
    detail::encode_group(detail::base64_alphabet, bytes[0], bytes[1], bytes[2], to);
  if (bytes.empty()) return;
  auto const second = bytes.size() == 2 ? bytes[1] : std::byte{};
  detail::encode_group(detail::base64_alphabet, bytes[0], second, std::byte{}, to);
  if (bytes.size() == 1) to[2] = '=';
  to[3] = '=';
}

/// Appends the bytes that `text` stands for to `out`. Any text will do (W-043): both alphabets are read,
/// reading ends at the first `=`, other characters are skipped, and bits that make no whole byte are dropped.
inline void base64_decode(std::string_view text, std::string& out) {
  auto const start = out.size();
  out.resize(start + text.size() / 4 * 3 + 2);
  char* to = out.data() + start;
  std::uint32_t bits = 0;
  int pending = 0;  // bits read and not yet written
  for (char const character : text) {
    if (character == '=') break;
    auto const value = detail::base64_values[static_cast<unsigned char>(character)];
    if (value == detail::not_base64) continue;
    bits = bits << 6 | value;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    *to++ = static_cast<char>(bits >> pending & 0xff);
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

/// Spells `bytes` in the alphabet that is safe in URLs, without padding: 15 bytes make an identifier of 20
/// characters.
template <std::size_t N>
  requires(N % 3 == 0)
constexpr std::array<char, N / 3 * 4> base64url(std::array<std::byte, N> const& bytes) {
  std::array<char, N / 3 * 4> text{};
  for (std::size_t i = 0; i < N / 3; ++i)
    detail::encode_group(detail::base64url_alphabet, bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2],
                         text.data() + 4 * i);
  return text;
}

}  // namespace socketiopp::protocol
