// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include "codecs.hpp"
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/copy.hpp>
#include <socketiopp/json/write_context.hpp>

namespace {

using namespace std::literals;
namespace json = socketiopp::json;
using json::kind;

// A codec written from the documentation alone: its documents know nothing but null.
struct null_codec {
  struct view {
    json::kind kind() const { return json::kind::null; }
    bool boolean() const { return false; }
    std::int64_t integer() const { return 0; }
    std::uint64_t natural() const { return 0; }
    double real() const { return 0; }
    std::string_view string() const { return {}; }
    std::size_t size() const { return 0; }
    view operator[](std::size_t) const { return {}; }
    std::optional<view> find(std::string_view) const { return {}; }
    template <class F> void for_each(F&&) const {}
  };

  struct document {
    bool parse(char const* text, std::size_t size) { return std::string_view(text, size) == "null"; }
    view root() const { return {}; }
    std::size_t retained() const { return 0; }
  };

  template <class Out> struct writer {
    explicit writer(Out& out) : to(out) {}
    void null() { to.append("null", 4); }
    void boolean(bool) { null(); }
    void integer(std::int64_t) { null(); }
    void natural(std::uint64_t) { null(); }
    void real(double) { null(); }
    void string(std::string_view) { null(); }
    void begin_array(std::size_t) {}
    void end_array() { null(); }
    void begin_object(std::size_t) {}
    void key(std::string_view) {}
    void end_object() { null(); }
    Out& to;
  };
};

struct without_writer : null_codec {
  template <class Out> struct writer {};
};

static_assert(json::codec<null_codec>);
static_assert(!json::codec<without_writer>);
static_assert(!json::codec<int>);
static_assert(!json::view<null_codec::document> && !json::document<null_codec::view>);

TEST_CASE("codec: a codec can be written from the documentation alone") {
  null_codec::document document;
  CHECK(document.parse("null", 4));
  CHECK(document.root().kind() == json::kind::null);
}

CODEC_TEST_CASE("codec: every kind of value") {
  parsed<Codec> const p(R"( [null, true, -1, 18446744073709551615, 1.5, "x", [], {}] )");
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

CODEC_TEST_CASE("codec: the last of several members of one name is found, all are visited") {
  parsed<Codec> const p(R"({"a":1,"b":2,"a":3})");
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

CODEC_TEST_CASE("codec: numbers at their limits are exact") {
  auto const integer = [](std::string_view text) {
    parsed<Codec> const p(text);
    REQUIRE(p.good);
    REQUIRE(p.root().kind() == kind::integer);
    return p.root().integer();
  };
  auto const real = [](std::string_view text) {
    parsed<Codec> const p(text);
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

CODEC_TEST_CASE("codec: numbers that nothing holds are refused") {
  CHECK_FALSE(accepts<Codec>("1e400"));
  CHECK_FALSE(accepts<Codec>("-1e400"));
  CHECK_FALSE(accepts<Codec>("1" + std::string(5000, '0')));
  CHECK_FALSE(accepts<Codec>("1e99999999999999999999"));
  CHECK(accepts<Codec>("1e-99999999999999999999"));
  CHECK_FALSE(accepts<Codec>("NaN"));
  CHECK_FALSE(accepts<Codec>("Infinity"));
  CHECK_FALSE(accepts<Codec>("01"));
  CHECK_FALSE(accepts<Codec>("1."));
  CHECK_FALSE(accepts<Codec>("-"));
  CHECK_FALSE(accepts<Codec>("+1"));
}

CODEC_TEST_CASE("codec: escapes are resolved in place") {
  parsed<Codec> const p(R"(["a\n\u00e9\ud83d\ude00 and then plain text of some length\\","\u0000"])");
  REQUIRE(p.good);
  CHECK(p.root()[0].string() == "a\n\xc3\xa9\xf0\x9f\x98\x80 and then plain text of some length\\");
  CHECK(p.root()[1].string() == "\0"sv);
}

CODEC_TEST_CASE("codec: text that is not exactly one JSON value is refused (W-166)") {
  for (std::string_view const text :
       {"", " ", "[1]x", "[1] [2]", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\"}", "[", "]", "nul", "\"open",
        "'a'", "[1 2]", "{1:2}", "// c\n1", "\"\\x\"", "\"\\u12g4\"", "\"tab\there\""}) {
    CAPTURE(text);
    CHECK_FALSE(accepts<Codec>(text));
  }
}

CODEC_TEST_CASE("codec: a NUL is never the end") {
  CHECK_FALSE(accepts<Codec>("[1]\0"sv));
  CHECK_FALSE(accepts<Codec>("[1]\0garbage"sv));
  CHECK_FALSE(accepts<Codec>("\"a\0b\""sv));
  CHECK_FALSE(accepts<Codec>("\0"sv));
}

CODEC_TEST_CASE("codec: strings that are not Unicode are refused") {
  CHECK_FALSE(accepts<Codec>(R"("\ud800")"));
  CHECK_FALSE(accepts<Codec>(R"("\ud800\u0041")"));
  CHECK_FALSE(accepts<Codec>(R"("\udc00")"));
  CHECK_FALSE(accepts<Codec>(R"({"\udfff":1})"));
  CHECK_FALSE(accepts<Codec>("\"\xff\""));
  CHECK_FALSE(accepts<Codec>("\"\xc3\""));
  CHECK_FALSE(accepts<Codec>("\"\xed\xa0\x80\""));
  CHECK_FALSE(accepts<Codec>("\xef\xbb\xbf[]"));  // a byte order mark
  CHECK(accepts<Codec>("\"\xef\xbf\xbf\""));
}

CODEC_TEST_CASE("codec: nesting is bounded, and the stack is safe") {
  auto const nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(accepts<Codec>(nested(json::max_depth)));
  CHECK_FALSE(accepts<Codec>(nested(json::max_depth + 1)));
  CHECK_FALSE(accepts<Codec>(nested(1'000'000)));
  CHECK_FALSE(accepts<Codec>(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_FALSE(accepts<Codec>(objects));
}

CODEC_TEST_CASE("codec: depth counts what is open, not what there is") {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += "[],{},";
  CHECK(accepts<Codec>(many + "1]"));
}

CODEC_TEST_CASE("codec: a document is used again, after good and bad texts") {
  typename Codec::document d;
  for (int i = 0; i < 3; ++i) {
    std::string good = R"({"a":[1,2,{"b":null}]})";
    std::string bad = R"({"a":[1,2,{"b":nul}]})";
    REQUIRE(d.parse(good.data(), good.size()));
    CHECK(d.root().find("a")->size() == 3);
    CHECK_FALSE(d.parse(bad.data(), bad.size()));
    CHECK(d.root().kind() == kind::null);
  }
  typename Codec::document moved = std::move(d);
  std::string good = "[7]";
  REQUIRE(moved.parse(good.data(), good.size()));
  CHECK(moved.root()[0].integer() == 7);
}

CODEC_TEST_CASE("codec: the memory of a small text is kept, that of a big one is given back") {
  typename Codec::document d;
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

CODEC_TEST_CASE("codec: every text cut short or with one byte changed is answered, not crashed on") {
  std::string const whole = R"(["m\u00e9\n",{"a":[1,-2.5e3,true,null],"\ud83d\ude00":"caf)"
                            "\xc3\xa9\"}]";
  REQUIRE(accepts<Codec>(whole));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    CHECK_FALSE(accepts<Codec>(std::string_view(whole).substr(0, i)));
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[i] = static_cast<char>(byte);
      (void)accepts<Codec>(changed);
    }
  }
}

CODEC_TEST_CASE("codec: integers that no double holds are kept") {
  parsed<Codec> const p("[9007199254740993,-9007199254740993,9223372036854775808,0,-1]");
  REQUIRE(p.good);
  CHECK(p.root()[0].integer() == 9007199254740993);
  CHECK(p.root()[1].integer() == -9007199254740993);
  CHECK(p.root()[2].kind() == kind::natural);
  CHECK(p.root()[2].natural() == 9223372036854775808U);
  CHECK(p.root()[3].kind() == kind::integer);
  CHECK(p.root()[4].kind() == kind::integer);
}

CODEC_TEST_CASE("codec: minus zero is a real, however it is written") {
  for (std::string_view const text : {"-0", "-0.0", "-0e0", "-0E5", "-0.000e-7"}) {
    CAPTURE(text);
    parsed<Codec> const p(text);
    REQUIRE(p.good);
    CHECK(p.root().kind() == kind::real);
    CHECK(std::signbit(p.root().real()));
  }
}

CODEC_TEST_CASE("codec: a name may be empty, hold a NUL, or be escaped") {
  parsed<Codec> const p(R"({"":1,"\u0000":2,"\u0061":3})");
  REQUIRE(p.good);
  CHECK(p.root().find("")->integer() == 1);
  CHECK(p.root().find("\0"sv)->integer() == 2);
  CHECK(p.root().find("a")->integer() == 3);
}

CODEC_TEST_CASE("codec: what is written is what is read") {
  for (std::string_view const text : {"-0", "0", "1.5", "-9223372036854775808", "18446744073709551615",
                                      "5e-324", R"("\u0000\"")", R"({"a":[{},[],null],"a":false})"}) {
    CAPTURE(text);
    parsed<Codec> const p(text);
    REQUIRE(p.good);
    std::string again;
    typename Codec::template writer<std::string> to(again);
    json::write_context context;
    json::copy(p.root(), to, context);
    CHECK(again == text);
  }
}

CODEC_TEST_CASE("codec: what JSON cannot say is not written") {
  std::string text;
  typename Codec::template writer<std::string> to(text);
  CHECK_THROWS_AS(to.real(std::numeric_limits<double>::quiet_NaN()), std::system_error);
  CHECK_THROWS_AS(to.real(std::numeric_limits<double>::infinity()), std::system_error);
  CHECK_THROWS_AS(to.string("\xff"), std::system_error);
}

}  // namespace
