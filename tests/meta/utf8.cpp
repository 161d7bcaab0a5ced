// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <websocketpp/utf8_validator.hpp>

#include <socketiopp/meta/utf8.hpp>

namespace meta = socketiopp::meta;

namespace {

bool is_utf8(std::string_view text) {
  std::vector<char> const exact(text.begin(), text.end());  // no spare capacity: an over-read is seen
  return meta::is_utf8({exact.data(), exact.size()});
}

bool expected(std::string const& text) { return websocketpp::utf8_validator::validate(text); }

// How many of all texts of `size` bytes that start with `prefix` are judged differently from websocketpp.
std::size_t differences(std::string prefix, std::size_t size) {
  if (prefix.size() == size) return meta::is_utf8(prefix) == expected(prefix) ? 0 : 1;
  std::size_t count = 0;
  prefix.push_back('\0');
  for (int byte = 0; byte < 256; ++byte) {
    prefix.back() = static_cast<char>(byte);
    count += differences(prefix, size);
  }
  return count;
}

void append_utf8(std::string& text, unsigned point) {
  auto const put = [&](unsigned byte) { text.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 63));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 63));
    put(0x80 | (point >> 6 & 63));
  }
  put(0x80 | (point & 63));
}

}  // namespace

TEST_CASE("utf8: ASCII of every length and the empty text are UTF-8") {
  std::string text;
  for (int size = 0; size < 100; ++size) {
    CHECK(is_utf8(text));
    text.push_back(static_cast<char>(size));
  }
}

TEST_CASE("utf8: every code point but the surrogates, and none above U+10FFFF") {
  std::size_t wrong = 0;
  for (unsigned point = 0; point < 0x200000; ++point) {
    std::string text;
    append_utf8(text, point);
    bool const surrogate = point >= 0xd800 && point < 0xe000;
    if (meta::is_utf8(text) != (!surrogate && point <= 0x10ffff)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("utf8: faults by name") {
  struct {
    std::string_view fault, text;
  } const faults[]{{"a continuation alone", "\x80"},
                   {"cut off", "\xc3"},
                   {"cut off", "\xe2\x82"},
                   {"cut off", "\xf0\x9f\x98"},
                   {"overlong", "\xc0\xaf"},
                   {"overlong", "\xc1\xbf"},
                   {"overlong", "\xe0\x9f\xbf"},
                   {"overlong", "\xf0\x8f\xbf\xbf"},
                   {"a surrogate", "\xed\xa0\x80"},
                   {"above U+10FFFF", "\xf4\x90\x80\x80"},
                   {"above U+10FFFF", "\xf5\x80\x80\x80"},
                   {"five bytes", "\xf8\x88\x80\x80\x80"},
                   {"no lead", "\xff"}};
  for (auto const& row : faults) {
    CAPTURE(row.fault);
    CHECK_FALSE(is_utf8(row.text));
    CHECK(meta::utf8_sequence(row.text) == 0);
  }
}

TEST_CASE("utf8: all texts of one to three bytes are judged as websocketpp judges them") {
  CHECK(differences("", 1) == 0);
  CHECK(differences("", 2) == 0);
  CHECK(differences("", 3) == 0);
}

TEST_CASE("utf8: texts of four bytes that start like a sequence are judged as websocketpp judges them") {
  // Around every border of the table; the other two bytes take the borders of a continuation.
  std::string_view const borders = std::string_view("\x00\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xff", 10);
  std::size_t wrong = 0;
  for (int lead = 0xe0; lead < 0x100; ++lead)
    for (char const second : borders)
      for (char const third : borders)
        for (char const fourth : borders) {
          std::string const text{static_cast<char>(lead), second, third, fourth};
          if (is_utf8(text) != expected(text)) ++wrong;
        }
  CHECK(wrong == 0);
}

TEST_CASE("utf8: a fault is found wherever it stands among words of ASCII") {
  for (std::size_t size = 1; size < 80; ++size)
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = '\xff';
      CHECK_FALSE(is_utf8(text));
      text[place] = '\xc3';
      CHECK_FALSE(is_utf8(text));
      if (place + 1 == size) continue;
      text[place + 1] = '\xa9';
      CHECK(is_utf8(text));
    }
}

TEST_CASE("utf8: sequences at every offset, and cut at every place") {
  for (std::string_view const sequence : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    for (std::size_t before = 0; before < 20; ++before) {
      auto const text = std::string(before, 'x').append(sequence);
      CHECK(is_utf8(text));
      CHECK(is_utf8(text + "tail that is longer than a word"));
      for (std::size_t cut = 1; cut < sequence.size(); ++cut)
        CHECK_FALSE(is_utf8(std::string_view(text).substr(0, text.size() - cut)));
    }
}

TEST_CASE("utf8: mixed texts with random faults are judged as websocketpp judges them") {
  std::mt19937 random(9);
  int valid = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    unsigned const limits[]{0x80, 0x800, 0x10000, 0x110000};
    for (auto points = random() % 30; points > 0; --points) {
      auto const limit = random() % 2 == 0 ? 0x80 : limits[random() % 4];
      append_utf8(text, static_cast<unsigned>(random() % limit));
    }
    if (!text.empty() && random() % 2 == 0) text[random() % text.size()] = static_cast<char>(random() & 0xff);
    if (random() % 4 == 0) text.resize(text.size() - std::min<std::size_t>(text.size(), random() % 4));
    bool const answer = is_utf8(text);
    CHECK(answer == expected(text));
    if (answer) ++valid;
  }
  CHECK(valid > 5000);  // both answers were compared
  CHECK(valid < 19000);
}

TEST_CASE("utf8: the length of a sequence") {
  CHECK(meta::utf8_sequence("\xc3\xa9") == 2);
  CHECK(meta::utf8_sequence("\xe2\x82\xac!") == 3);
  CHECK(meta::utf8_sequence("\xed\x9f\xbf") == 3);
  CHECK(meta::utf8_sequence("\xf0\x9f\x98\x80") == 4);
  CHECK(meta::utf8_sequence("\xf4\x8f\xbf\xbf") == 4);

  CHECK(meta::utf8_sequence("a") == 0);
  CHECK(meta::utf8_sequence("") == 0);
  CHECK(meta::utf8_sequence("\xc3\xc3") == 0);
}

TEST_CASE("utf8: texts with all that JSON would escape") {
  using namespace std::literals;
  CHECK(is_utf8(""));
  CHECK(is_utf8("\0\x1f\"\\\x7f, and more than eight plain bytes \xc3\xa9\xf0\x9f\x98\x80"sv));
  CHECK_FALSE(is_utf8("more than eight plain bytes \xc3"));
  CHECK_FALSE(is_utf8("\xff"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\n\xc0\x80"));
}
