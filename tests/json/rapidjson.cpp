// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>

namespace {

using namespace std::literals;
namespace json = socketiopp::json;
using json::kind;
using document = json::rapidjson::document;

struct parsed {
  std::string text;
  document held;
  bool good;

  explicit parsed(std::string_view source) : text(source), good(held.parse(text.data(), text.size())) {}
  json::rapidjson::view root() const { return held.root(); }
};

bool accepts(std::string_view text) { return parsed(text).good; }

TEST_CASE("rapidjson: every kind of value") {
  parsed const p(R"( [null, true, -1, 18446744073709551615, 1.5, "x", [], {}] )");
  REQUIRE(p.good);
  REQUIRE(p.root().size() == 8);
  CHECK(p.root()[0].kind() == kind::null);
  CHECK(p.root()[1].boolean());
  CHECK(p.root()[2].integer() == -1);
  CHECK(p.root()[3].kind() == kind::natural);
  CHECK(p.root()[3].natural() == UINT64_MAX);
  CHECK(p.root()[4].real() == 1.5);
  CHECK(p.root()[5].string() == "x");
  CHECK(p.root()[6].kind() == kind::array);
  CHECK(p.root()[6].size() == 0);
  CHECK(p.root()[7].kind() == kind::object);
}

TEST_CASE("rapidjson: the last of several members of one name is found, all are visited") {
  parsed const p(R"({"a":1,"b":2,"a":3})");
  REQUIRE(p.good);
  REQUIRE(p.root().find("a"));
  CHECK(p.root().find("a")->integer() == 3);
  CHECK_FALSE(p.root().find("c"));
  std::string seen;
  p.root().for_each([&](std::string_view name, auto value) {
    (seen += name) += std::to_string(value.integer());
    return value.integer() != 2;
  });
  CHECK(seen == "a1b2");
}

TEST_CASE("rapidjson: numbers at their limits are exact") {
  auto const integer = [](std::string_view text) {
    parsed const p(text);
    REQUIRE(p.good);
    REQUIRE(p.root().kind() == kind::integer);
    return p.root().integer();
  };
  auto const real = [](std::string_view text) {
    parsed const p(text);
    REQUIRE(p.good);
    REQUIRE(p.root().kind() == kind::real);
    return p.root().real();
  };
  CHECK(integer("9223372036854775807") == INT64_MAX);
  CHECK(integer("-9223372036854775808") == INT64_MIN);
  CHECK(integer("0") == 0);
  CHECK(real("18446744073709551616") == 18446744073709551616.0);
  CHECK(real("-9223372036854775809") == -9223372036854775809.0);
  CHECK(real("0.1") == 0.1);
  CHECK(real("5e-324") == 5e-324);
  CHECK(real("1.7976931348623157e308") == 1.7976931348623157e308);
  CHECK(real("2.2250738585072011e-308") == 2.2250738585072011e-308);
  CHECK(real("1e-400") == 0);
  CHECK(std::signbit(real("-1e-400")));
  CHECK(std::signbit(real("-0")));
  CHECK(real("0." + std::string(5000, '3')) == doctest::Approx(1.0 / 3));
}

TEST_CASE("rapidjson: numbers that nothing holds are refused") {
  CHECK_FALSE(accepts("1e400"));
  CHECK_FALSE(accepts("-1e400"));
  CHECK_FALSE(accepts("1" + std::string(5000, '0')));
  CHECK_FALSE(accepts("1e99999999999999999999"));
  CHECK(accepts("1e-99999999999999999999"));
  CHECK_FALSE(accepts("NaN"));
  CHECK_FALSE(accepts("Infinity"));
  CHECK_FALSE(accepts("01"));
  CHECK_FALSE(accepts("1."));
  CHECK_FALSE(accepts("-"));
  CHECK_FALSE(accepts("+1"));
}

TEST_CASE("rapidjson: escapes are resolved in place") {
  parsed const p(R"(["a\n\u00e9\ud83d\ude00 and then plain text of some length\\","\u0000"])");
  REQUIRE(p.good);
  CHECK(p.root()[0].string() == "a\n\xc3\xa9\xf0\x9f\x98\x80 and then plain text of some length\\");
  CHECK(p.root()[1].string() == "\0"sv);
}

TEST_CASE("rapidjson: text that is not exactly one JSON value is refused (W-166)") {
  for (std::string_view const text :
       {"", " ", "[1]x", "[1] [2]", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\"}", "[", "]", "nul", "\"open",
        "'a'", "[1 2]", "{1:2}", "// c\n1", "\"\\x\"", "\"\\u12g4\"", "\"tab\there\""}) {
    CAPTURE(text);
    CHECK_FALSE(accepts(text));
  }
}

TEST_CASE("rapidjson: a NUL is never the end") {
  CHECK_FALSE(accepts("[1]\0"sv));
  CHECK_FALSE(accepts("[1]\0garbage"sv));
  CHECK_FALSE(accepts("\"a\0b\""sv));
  CHECK_FALSE(accepts("\0"sv));
}

TEST_CASE("rapidjson: strings that are not Unicode are refused") {
  CHECK_FALSE(accepts(R"("\ud800")"));
  CHECK_FALSE(accepts(R"("\ud800\u0041")"));
  CHECK_FALSE(accepts(R"("\udc00")"));
  CHECK_FALSE(accepts(R"({"\udfff":1})"));
  CHECK_FALSE(accepts("\"\xff\""));
  CHECK_FALSE(accepts("\"\xc3\""));
  CHECK_FALSE(accepts("\"\xed\xa0\x80\""));
  CHECK_FALSE(accepts("\xef\xbb\xbf[]"));  // a byte order mark
  CHECK(accepts("\"\xef\xbf\xbf\""));
}

TEST_CASE("rapidjson: nesting is bounded, and the stack is safe") {
  auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(accepts(nested(json::rapidjson::max_depth)));
  CHECK_FALSE(accepts(nested(json::rapidjson::max_depth + 1)));
  CHECK_FALSE(accepts(nested(1'000'000)));
  CHECK_FALSE(accepts(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_FALSE(accepts(objects));
}

TEST_CASE("rapidjson: depth counts what is open, not what there is") {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += "[],{},";
  CHECK(accepts(many + "1]"));
}

TEST_CASE("rapidjson: the byte behind the text is left as it was") {
  for (std::string_view const text : {"[1]", "\"ab\"", "12", "[1", "\"ab"}) {
    std::string buffer(text);
    buffer += "3]";
    document d;
    (void)d.parse(buffer.data(), text.size());
    CHECK(buffer.substr(text.size()) == "3]");
  }
}

TEST_CASE("rapidjson: a document is used again, after good and bad texts") {
  document d;
  for (int i = 0; i < 3; ++i) {
    std::string good = R"({"a":[1,2,{"b":null}]})";
    std::string bad = R"({"a":[1,2,{"b":nul}]})";
    REQUIRE(d.parse(good.data(), good.size()));
    CHECK(d.root().find("a")->size() == 3);
    CHECK_FALSE(d.parse(bad.data(), bad.size()));
    CHECK(d.root().kind() == kind::null);
  }
  document moved = std::move(d);
  std::string good = "[7]";
  REQUIRE(moved.parse(good.data(), good.size()));
  CHECK(moved.root()[0].integer() == 7);
}

TEST_CASE("rapidjson: the memory of a small text is kept, that of a big one is given back") {
  document d;
  std::string small = "[1,2,3]";
  REQUIRE(d.parse(small.data(), small.size()));
  std::size_t const usual = d.retained();
  CHECK(usual > 0);
  std::string again = "[1,2,3]";
  REQUIRE(d.parse(again.data(), again.size()));
  CHECK(d.retained() == usual);

  std::string big = "[0";
  for (int i = 0; i < 100'000; ++i) big += ",0";
  big += "]";
  REQUIRE(d.parse(big.data(), big.size()));
  CHECK(d.root().size() == 100'001);
  CHECK(d.retained() > 1'000'000);
  std::string last = "[1,2,3]";
  REQUIRE(d.parse(last.data(), last.size()));
  CHECK(d.retained() == usual);
}

TEST_CASE("rapidjson: every text cut short or with one byte changed is answered, not crashed on") {
  std::string const whole = R"(["m\u00e9\n",{"a":[1,-2.5e3,true,null],"\ud83d\ude00":"caf)"
                            "\xc3\xa9\"}]";
  REQUIRE(accepts(whole));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK_FALSE(accepts(std::string_view(whole).substr(0, i)));
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[i] = static_cast<char>(byte);
      (void)accepts(changed);
    }
  }
}

}  // namespace
