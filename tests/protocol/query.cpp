// SPDX-License-Identifier: MIT
#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/query.hpp>

namespace protocol = socketiopp::protocol;
using namespace std::string_literals;

namespace {

using fields = std::vector<std::pair<std::string, std::string>>;

fields parse(std::string_view query) {
  std::vector<char> const exact(query.begin(), query.end());  // no spare capacity: an over-read is seen
  return protocol::parse_query({exact.data(), exact.size()});
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::vector<char> const exact(text.begin(), text.end());
  return protocol::percent_decode({exact.data(), exact.size()}, plus_is_space);
}

std::string escape(std::string_view text) {
  std::string escaped;
  for (char const character : text) {
    auto const byte = static_cast<unsigned char>(character);
    escaped += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  return escaped;
}

}  // namespace

TEST_CASE("query: escapes in upper and lower case") {
  CHECK(decode("%2F%2f%41", false) == "//A");
  CHECK(decode("caf%C3%A9", false) == "caf\xc3\xa9");
  CHECK(decode("%00", false) == "\0"s);
  CHECK(decode("", false).empty());
}

TEST_CASE("query: a plus is a space only where asked") {
  CHECK(decode("a+b%2B", true) == "a b+");
  CHECK(decode("a+b%2B", false) == "a+b+");
}

TEST_CASE("query: bad escapes stay as they are") {
  for (std::string_view const text :
       {"%", "%%", "%4", "%zz", "%4z", "%z4", "%-1", "%+1", "% 1", "%0x", "%\xff\xff", "abc%", "abc%4"}) {
    CAPTURE(text);
    CHECK(decode(text, false) == text);
  }
  CHECK(decode("%%41", false) == "%A");
  CHECK(decode("%4%41", false) == "%4A");
  CHECK(decode("%2541", false) == "%41");  // decoded once
  CHECK(decode("%+1", true) == "% 1");
}

TEST_CASE("query: all bytes survive escaping") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  CHECK(decode(escape(all), true) == all);
  CHECK(parse("k=" + escape(all)) == fields{{"k", all}});
}

// What URLSearchParams gives in Node 20.20, but for the replacement of bytes that are no UTF-8.
TEST_CASE("query: fields as the reference reads them (W-024)") {
  CHECK(parse("EIO=4&transport=polling&t=abc") ==
        fields{{"EIO", "4"}, {"transport", "polling"}, {"t", "abc"}});
  CHECK(parse("a=1&a=2&b&=c&&d=%zz%4&e=a+b%2B&%61f=%C3%28&g=%ff&h=a=b") == fields{{"a", "1"},
                                                                                  {"a", "2"},
                                                                                  {"b", ""},
                                                                                  {"", "c"},
                                                                                  {"d", "%zz%4"},
                                                                                  {"e", "a b+"},
                                                                                  {"af", "\xc3("},
                                                                                  {"g", "\xff"},
                                                                                  {"h", "a=b"}});
  CHECK(parse("x=a;b=2&q=%00&p=%2") == fields{{"x", "a;b=2"}, {"q", "\0"s}, {"p", "%2"}});
}

TEST_CASE("query: degenerate queries") {
  CHECK(parse("").empty());
  CHECK(parse("&").empty());
  CHECK(parse("&&&&").empty());
  CHECK(parse("=") == fields{{"", ""}});
  CHECK(parse("==") == fields{{"", "="}});
  CHECK(parse("a") == fields{{"a", ""}});
  CHECK(parse("a=") == fields{{"a", ""}});
  CHECK(parse("a&") == fields{{"a", ""}});
  CHECK(parse("&a") == fields{{"a", ""}});
  CHECK(parse("a%3Db=c%26d") == fields{{"a=b", "c&d"}});  // escaped separators separate nothing
}

TEST_CASE("query: a value by name, the first of several") {
  auto const query = "EIO=4&sid=one&sid=two&empty=&bare&%74oken=a+b";
  CHECK(protocol::query_value(query, "EIO") == "4");
  CHECK(protocol::query_value(query, "sid") == "one");
  CHECK(protocol::query_value(query, "empty") == "");
  CHECK(protocol::query_value(query, "bare") == "");
  CHECK(protocol::query_value(query, "token") == "a b");
  CHECK_FALSE(protocol::query_value(query, "eio"));
  CHECK_FALSE(protocol::query_value(query, "si"));
  CHECK_FALSE(protocol::query_value(query, "sidx"));
  CHECK_FALSE(protocol::query_value(query, "one"));
  CHECK_FALSE(protocol::query_value(query, ""));
  CHECK_FALSE(protocol::query_value("", "sid"));
  CHECK_FALSE(protocol::query_value("", ""));
  CHECK(protocol::query_value("=x", "") == "x");
}

TEST_CASE("query: the value by name is the one that parsing gives, whatever the query") {
  std::mt19937 random(10);
  std::string_view const letters = "ab=&%+46\x80";
  for (int round = 0; round < 5000; ++round) {
    std::string query;
    for (auto size = random() % 24; size > 0; --size) query.push_back(letters[random() % letters.size()]);
    auto const all = parse(query);
    for (std::string_view const name : {"a", "b", "ab", "", "F", "d", " "}) {
      auto const first =
          std::find_if(all.begin(), all.end(), [&](auto const& field) { return field.first == name; });
      auto const value = protocol::query_value(query, name);
      CAPTURE(query);
      CHECK(value.has_value() == (first != all.end()));
      if (value && first != all.end()) CHECK(*value == first->second);
    }
  }
}
