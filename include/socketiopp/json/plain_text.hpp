// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// What may stand in a JSON string as it is, found many bytes at a time.
namespace socketiopp::json {

namespace detail {

// Marks the highest bit of bytes that are not plain. The lowest mark is exact, those above it may be borrowed
// (Bit Twiddling Hacks, "determine if a word has a byte less than n").
constexpr std::uint64_t marks_in(std::uint64_t bytes) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t const quotes = bytes ^ (ones * '"');
  std::uint64_t const slashes = bytes ^ (ones * '\\');
  std::uint64_t const marks =
      ((bytes - ones * 0x20) & ~bytes) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes) | bytes;
  return marks & (ones * 0x80);
}

#ifdef __SSE2__
// Of sixteen bytes from `at` on, the highest bit of each that is not plain. What is less than 0x20 and what
// is not ASCII, which is negative, is so after the subtraction.
inline __m128i not_plain(char const* at) {
  auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
  return _mm_or_si128(
      _mm_subs_epi8(bytes, _mm_set1_epi8(0x20)),
      _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
}
#endif

constexpr bool is_plain(char c) {
  auto const byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace detail

/// How many bytes at the front of `text` are ASCII that JSON does not escape.
inline std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t done = 0;
#ifdef __SSE2__
  while (text.size() - done >= 32 &&
         _mm_movemask_epi8(_mm_or_si128(detail::not_plain(text.data() + done),
                                        detail::not_plain(text.data() + done + 16))) == 0)
    done += 32;
  for (; text.size() - done >= 16; done += 16) {
    if (auto const found = static_cast<unsigned>(_mm_movemask_epi8(detail::not_plain(text.data() + done))))
      return done + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  for (std::uint64_t bytes = 0; text.size() - done >= sizeof bytes; done += sizeof bytes) {
    std::memcpy(&bytes, text.data() + done, sizeof bytes);
    std::uint64_t const marks = detail::marks_in(bytes);
    if (marks == 0) continue;
    if constexpr (std::endian::native == std::endian::little) {
      return done + static_cast<std::size_t>(std::countr_zero(marks)) / 8;
    } else {
      break;
    }
  }
  while (done < text.size() && detail::is_plain(text[done])) ++done;
  return done;
}

}  // namespace socketiopp::json
