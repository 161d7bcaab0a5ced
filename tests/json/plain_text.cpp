// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/plain_text.hpp>

namespace {

using namespace std::literals;
using socketiopp::json::plain_prefix;

TEST_CASE("plain text: every byte at every place") {
  for (std::size_t length = 0; length < 70; ++length) {
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

}  // namespace
