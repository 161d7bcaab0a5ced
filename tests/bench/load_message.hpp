// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frames.hpp"
#include "load_options.hpp"
#include "load_socket.hpp"

/// Messages that differ in a few numbers: made once, and stamped each time.
namespace bench {

/// Eight digits as they stand in memory; the numbers begin at ten million, so that there are always eight.
using digits = std::uint64_t;
inline digits digits_of(std::size_t number) {
  if (number >= 90'000'000) throw failure("90 million messages of one sender: its numbers have eight digits");
  // two halves, then four pairs, then eight digits, each step in all of them at once
  std::uint64_t const n = number + 10'000'000;
  std::uint64_t const halves = n / 10000 | (n % 10000) << 32;
  std::uint64_t const hundreds = (halves * 10486 >> 20) & 0x7f0000007f;
  std::uint64_t const pairs = hundreds | (halves - 100 * hundreds) << 16;
  std::uint64_t const tens = (pairs * 103 >> 10) & 0x0f000f000f000f;
  return (tens | (pairs - 10 * tens) << 8) + 0x3030303030303030;
}

/// What is stamped: the number of the message, of who sent it, and of the room.
enum stamp : std::size_t { by_number, by_sender, by_room, stamp_count };
using stamps = std::array<digits, stamp_count>;

/// Stands in a pattern where a stamp goes.
inline std::string place_of(stamp which) { return std::string(8, static_cast<char>('\1' + which)); }

/// A string of that many bytes that begins with the numbers of the message and of its sender.
inline std::string payload_pattern(std::size_t size) {
  auto text = place_of(by_number) + place_of(by_sender);
  for (char letter = 'a'; text.size() < size; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1))
    text += letter;
  return text;
}

/// A place in a pattern, and the mask that lies over it.
struct stamped_place {
  std::size_t which, at;
  std::uint64_t mask = 0;
};

inline std::vector<stamped_place> places_in(std::string_view text) {
  std::vector<stamped_place> places;
  for (std::size_t which = 0; which < stamp_count; ++which) {
    auto const mark = place_of(static_cast<stamp>(which));
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark, at + 8))
      places.push_back({which, at});
  }
  return places;
}

/// A text with places for stamps.
class pattern {
public:
  explicit pattern(std::string text) : text_(std::move(text)), places_(places_in(text_)) {}

  /// The text with these numbers. The view holds until the next call.
  std::string_view with(stamps const& numbers) {
    for (auto const& place : places_) std::memcpy(text_.data() + place.at, &numbers[place.which], 8);
    return text_;
  }

private:
  std::string text_;
  std::vector<stamped_place> places_;
};

/// The same as a client's frame: masked once, but for the stamps.
class frame_pattern {
public:
  explicit frame_pattern(std::string const& text) : frame_(client_frame(text)), places_(places_in(text)) {
    for (auto& place : places_) {
      std::array<char, 8> mask;
      for (std::size_t i = 0; i < 8; ++i) mask[i] = client_mask[(place.at + i) % 4];
      std::memcpy(&place.mask, mask.data(), 8);
      place.at += frame_.size() - text.size();
    }
  }

  void append_to(std::string& out, stamps const& numbers) const {
    auto const begin = out.size();
    out += frame_;
    for (auto const& place : places_) {
      auto const masked = numbers[place.which] ^ place.mask;
      std::memcpy(out.data() + begin + place.at, &masked, 8);
    }
  }

private:
  std::string frame_;
  std::vector<stamped_place> places_;
};

}  // namespace bench
