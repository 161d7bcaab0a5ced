// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The answer to a WebSocket's key (RFC 6455, section 4.2.2): base64 of a SHA-1.
namespace bench {

namespace detail {

/// SHA-1 (RFC 3174) of what leaves room for the padding in two blocks: 119 bytes at most.
inline std::array<unsigned char, 20> sha1(std::string_view text) {
  std::array<unsigned char, 128> padded{};
  for (std::size_t i = 0; i < text.size(); ++i) padded[i] = static_cast<unsigned char>(text[i]);
  padded[text.size()] = 0x80;
  std::size_t const end = text.size() < 56 ? 64 : 128;
  padded[end - 2] = static_cast<unsigned char>(text.size() >> 5);
  padded[end - 1] = static_cast<unsigned char>(text.size() << 3);

  std::array<std::uint32_t, 5> sum{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (std::size_t block = 0; block < end; block += 64) {
    std::array<std::uint32_t, 80> w;
    for (std::size_t i = 0; i < 16; ++i) {
      auto const* const at = &padded[block + 4 * i];
      w[i] = static_cast<std::uint32_t>(at[0]) << 24 | static_cast<std::uint32_t>(at[1]) << 16 |
             static_cast<std::uint32_t>(at[2]) << 8 | at[3];
    }
    for (std::size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = sum;
    for (std::size_t i = 0; i < 80; ++i) {
      auto const mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                         : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                  : (b ^ c ^ d) + 0xca62c1d6;
      auto const next = std::rotl(a, 5) + mixed + e + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    sum = {sum[0] + a, sum[1] + b, sum[2] + c, sum[3] + d, sum[4] + e};
  }
  std::array<unsigned char, 20> digest;
  for (std::size_t i = 0; i < 20; ++i)
    digest[i] = static_cast<unsigned char>(sum[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

}  // namespace detail

/// What `Sec-WebSocket-Accept` must say to a `Sec-WebSocket-Key`, which has 24 characters.
inline std::string accept_key(std::string_view key) {
  auto const digest = detail::sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  constexpr auto* const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < 20; i += 3) {
    auto const third = i + 2 < 20 ? digest[i + 2] : 0u;
    auto const bits =
        static_cast<unsigned>(digest[i]) << 16 | static_cast<unsigned>(digest[i + 1]) << 8 | third;
    for (int shift = 18; shift >= 0; shift -= 6) text += letters[bits >> shift & 63];
  }
  text.back() = '=';  // the 21st byte is padding
  return text;
}

}  // namespace bench
