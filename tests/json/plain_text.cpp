// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/plain_text.hpp>

namespace {

using namespace std::literals;
using socketiopp::json::is_utf8;
using socketiopp::json::plain_prefix;
using socketiopp::json::utf8_sequence;

TEST_CASE("plain text: every byte at every place of a word") {
  for (std::size_t length = 0; length < 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, '!');  // '!' is next to the quote, where a borrow would show
        text[place] = static_cast<char>(byte);
        bool const plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
        if (plain_prefix(text) != (plain ? length : place)) FAIL(length << ' ' << place << ' ' << byte);
      }
    }
    CHECK(plain_prefix(std::string(length, ' ')) == length);
  }
}

TEST_CASE("plain text: the first of several marks counts") {
  CHECK(plain_prefix("ab\"\\\x01\xff"sv) == 2);
  CHECK(plain_prefix("\"\"\"\"\"\"\"\"\"") == 0);
}

TEST_CASE("plain text: UTF-8 sequences (RFC 3629 section 4)") {
  CHECK(utf8_sequence("\xc3\xa9") == 2);
  CHECK(utf8_sequence("\xe2\x82\xac!") == 3);
  CHECK(utf8_sequence("\xed\x9f\xbf") == 3);
  CHECK(utf8_sequence("\xf0\x9f\x98\x80") == 4);
  CHECK(utf8_sequence("\xf4\x8f\xbf\xbf") == 4);

  CHECK(utf8_sequence("a") == 0);
  CHECK(utf8_sequence("") == 0);
  CHECK(utf8_sequence("\x80") == 0);              // a continuation alone
  CHECK(utf8_sequence("\xc1\xbf") == 0);          // overlong
  CHECK(utf8_sequence("\xe0\x9f\xbf") == 0);      // overlong
  CHECK(utf8_sequence("\xf0\x8f\xbf\xbf") == 0);  // overlong
  CHECK(utf8_sequence("\xed\xa0\x80") == 0);      // a surrogate
  CHECK(utf8_sequence("\xf4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(utf8_sequence("\xf5\x80\x80\x80") == 0);
  CHECK(utf8_sequence("\xc3") == 0);  // cut off
  CHECK(utf8_sequence("\xe2\x82") == 0);
  CHECK(utf8_sequence("\xf0\x9f\x98") == 0);
  CHECK(utf8_sequence("\xc3\xc3") == 0);
}

TEST_CASE("plain text: whether all of a text is UTF-8") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("\0\x1f\"\\\x7f, and more than eight plain bytes \xc3\xa9\xf0\x9f\x98\x80"sv));
  CHECK_FALSE(is_utf8("more than eight plain bytes \xc3"));
  CHECK_FALSE(is_utf8("\xff"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\n\xc0\x80"));
}

}  // namespace
