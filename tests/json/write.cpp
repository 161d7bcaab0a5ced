// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "codecs.hpp"
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/write.hpp>

namespace sio = socketiopp;

namespace {

struct uuid {
  std::string digits;
  bool operator==(uuid const&) const = default;
};

enum class http_status : std::uint16_t { ok = 200, teapot = 418 };

struct drawing {
  std::string pixels;
};

}  // namespace

template <> struct sio::fields<drawing> {
  using as = std::tuple<std::string, sio::binary>;
  static as to(drawing const& from) { return {"raw", sio::binary(from.pixels)}; }
  static bool from(as const& travelled, drawing& into) {
    into.pixels = std::get<1>(travelled).text();
    return true;
  }
};

template <> struct sio::fields<http_status> : sio::as_number<http_status> {};

template <> struct sio::fields<uuid> {
  using as = std::string;
  static std::string to(uuid const& id) { return id.digits; }
  static bool from(std::string const& text, uuid& id) {
    id.digits = text;
    return true;
  }
};

namespace {

namespace json = sio::json;

enum class color { red, green };
enum class wide : std::uint64_t { most = std::numeric_limits<std::uint64_t>::max() };

struct user {
  std::string name;
  std::optional<int> age;
  bool operator==(user const&) const = default;
};
struct everything {
  user owner;
  std::vector<std::optional<user>> others;
  std::map<int, std::string> names;
  std::set<std::string> tags;
  std::variant<std::monostate, int, std::string> some;
  std::tuple<bool, double> pair;
  std::array<std::int64_t, 2> limits;
  color paint;
  uuid id;
  json::value any;
  bool operator==(everything const&) const = default;
};
struct list {
  int label;
  std::unique_ptr<list> next;
};
struct picture {
  sio::binary data;
  std::string name;
  std::vector<sio::binary> more;
};

/// A format that says sizes, and has bytes.
struct sized_writer {
  std::string& text;

  void null() { text += "null "; }
  void boolean(bool is) { text += is ? "true " : "false "; }
  void integer(std::int64_t number) { (text += std::to_string(number)) += ' '; }
  void natural(std::uint64_t number) { (text += std::to_string(number)) += ' '; }
  void real(double number) { (text += std::to_string(number)) += ' '; }
  void string(std::string_view value) { ((text += '\'') += value) += "' "; }
  void binary(std::span<std::byte const> bytes) { ((text += '<') += sio::binary(bytes).text()) += "> "; }
  void begin_array(std::size_t size) { ((text += "array ") += std::to_string(size)) += ": "; }
  void end_array() { text += "; "; }
  void begin_object(std::size_t size) { ((text += "object ") += std::to_string(size)) += ": "; }
  void key(std::string_view name) { string(name); }
  void end_object() { text += "; "; }
};

template <class T> std::string sized(T const& value) {
  std::string text;
  sized_writer to{text};
  json::write_context context;
  json::write(to, value, context);
  CHECK(context.attachments.empty());
  return text;
}

template <class T> std::string text_of(T const& value) {
  std::string text;
  json::text_writer<std::string> to(text);
  json::write_context context;
  json::write(to, value, context);
  CHECK(context.attachments.empty());
  return text;
}

TEST_CASE("write: scalars") {
  CHECK(text_of(true) == "true");
  CHECK(text_of(nullptr) == "null");
  CHECK(text_of(std::int8_t{-7}) == "-7");
  CHECK(text_of(std::uint8_t{200}) == "200");
  CHECK(text_of(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(text_of(1.5F) == "1.5");
  CHECK(text_of(2.0) == "2");
}

TEST_CASE("write: text that somebody else owns") {
  CHECK(text_of("literal") == "\"literal\"");
  CHECK(text_of(std::string_view("view")) == "\"view\"");
  char const* const pointer = "pointer";
  CHECK(text_of(pointer) == "\"pointer\"");
  char const full[3] = {'a', 'b', 'c'};
  CHECK(text_of(full) == "\"abc\"");
  CHECK(text_of(std::vector<std::string_view>{"a", "b"}) == R"(["a","b"])");
}

TEST_CASE("write: enumerators by name, other values as numbers") {
  CHECK(text_of(color::green) == "\"green\"");
  CHECK(text_of(static_cast<color>(-3)) == "-3");
  CHECK(text_of(wide::most) == "18446744073709551615");
}

TEST_CASE("write: an empty optional is left out of an object and null elsewhere") {
  CHECK(text_of(user{"a", {}}) == R"({"name":"a"})");
  CHECK(text_of(user{"a", 7}) == R"({"name":"a","age":7})");
  CHECK(text_of(std::vector<std::optional<int>>{1, {}}) == "[1,null]");
  CHECK(text_of(std::map<std::string, std::optional<int>>{{"a", {}}}) == R"({"a":null})");
  CHECK(text_of(std::optional<int>{}) == "null");
}

TEST_CASE("write: pointers, variants and containers") {
  CHECK(text_of(std::shared_ptr<int>()) == "null");
  CHECK(text_of(list{1, std::make_unique<list>(list{2, nullptr})}) ==
        R"({"label":1,"next":{"label":2,"next":null}})");
  CHECK(text_of(std::variant<int, std::string>("a")) == "\"a\"");
  CHECK(text_of(std::vector<bool>{true, false}) == "[true,false]");
  CHECK(text_of(std::pair(1, "a")) == R"([1,"a"])");
  CHECK(text_of(std::tuple<>()) == "[]");
  CHECK(text_of(std::map<int, bool>{{-1, true}, {2, false}}) == R"({"-1":true,"2":false})");
  int const grid[2][2] = {{1, 2}, {3, 4}};
  CHECK(text_of(grid) == "[[1,2],[3,4]]");
}

CODEC_TEST_CASE("write: what is written reads back as it was") {
  everything const value{{"anna \"\xf0\x9f\x98\x80\"", 7},
                         {user{"b", {}}, std::nullopt},
                         {{-1, "minus"}, {2, "two"}},
                         {"x", "y"},
                         "some",
                         {true, 0.1},
                         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()},
                         color::green,
                         {"1234"},
                         json::value::object{{"a", json::value::array{1, nullptr, 1.5}}, {"b", "c"}}};
  std::string text = text_of(value);
  typename Codec::document document;
  REQUIRE(document.parse(text.data(), text.size()));
  everything read{};
  json::read_context context;
  REQUIRE(json::read(document.root(), read, context));
  CHECK((read == value));
}

TEST_CASE("write: binary data becomes placeholders, numbered depth first in order (W-183)") {
  picture const first{sio::binary("1"), "p", {sio::binary("2"), sio::binary("3")}};
  json::value const second =
      json::value::array{json::value::object{{"a", sio::binary("4")}}, sio::binary("5")};
  std::string text;
  json::text_writer<std::string> to(text);
  json::write_context context;
  json::write(to, std::tie(first, second), context);
  CHECK(
      text ==
      R"([{"data":{"_placeholder":true,"num":0},"name":"p","more":[{"_placeholder":true,"num":1},)"
      R"({"_placeholder":true,"num":2}]},[{"a":{"_placeholder":true,"num":3}},{"_placeholder":true,"num":4}]])");
  REQUIRE(context.attachments.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(context.attachments[i][0] == static_cast<std::byte>('1' + i));
  CHECK(context.attachments[0].data() == first.data.bytes.data());
}

TEST_CASE("write: binary data that a conversion made is there until it is sent") {
  std::string text;
  json::write_context context;
  json::text_writer<std::string> out(text);
  json::write(out, std::vector<drawing>{{"first"}, {std::string(100, 'x')}}, context);
  CHECK(text == R"([["raw",{"_placeholder":true,"num":0}],["raw",{"_placeholder":true,"num":1}]])");
  REQUIRE(context.attachments.size() == 2);
  CHECK(sio::binary(context.attachments[0]).text() == "first");
  CHECK(sio::binary(context.attachments[1]).text() == std::string(100, 'x'));
}

TEST_CASE("write: what JSON cannot say throws") {
  CHECK_THROWS_AS(text_of(std::numeric_limits<double>::infinity()), std::system_error);
  CHECK_THROWS_AS(text_of(std::vector<std::string>{"\xff"}), std::system_error);
  CHECK_THROWS_AS(text_of(json::value{std::numeric_limits<double>::quiet_NaN()}), std::system_error);
}

TEST_CASE("write: enumerations by number, whatever their value") {
  CHECK(text_of(http_status::teapot) == "418");
  CHECK(text_of(static_cast<http_status>(299)) == "299");
}

TEST_CASE("write: arrays and objects say beforehand how much they hold") {
  CHECK(sized(std::vector<int>{1, 2}) == "array 2: 1 2 ; ");
  CHECK(sized(std::list<int>{}) == "array 0: ; ");
  CHECK(sized(std::set<bool>{true}) == "array 1: true ; ");
  int const row[] = {1, 2, 3};
  CHECK(sized(row) == "array 3: 1 2 3 ; ");
  CHECK(sized(std::array<int, 0>{}) == "array 0: ; ");
  CHECK(sized(std::tuple(1, "a")) == "array 2: 1 'a' ; ");
  CHECK(sized(std::pair(1, true)) == "array 2: 1 true ; ");
  CHECK(sized(std::map<int, bool>{{7, true}, {8, false}}) == "object 2: '7' true '8' false ; ");
  CHECK(sized(json::value(json::value::object{{"a", json::value::array{1, 2}}, {"b", nullptr}, {"b", 1}})) ==
        "object 3: 'a' array 2: 1 2 ; 'b' null 'b' 1 ; ");
}

TEST_CASE("write: an empty optional is not counted where it is left out") {
  CHECK(sized(user{"a", {}}) == "object 1: 'name' 'a' ; ");
  CHECK(sized(user{"a", 7}) == "object 2: 'name' 'a' 'age' 7 ; ");
  CHECK(sized(list{1, nullptr}) == "object 2: 'label' 1 'next' null ; ");
  CHECK(sized(std::vector<std::optional<int>>{{}, 1}) == "array 2: null 1 ; ");
}

TEST_CASE("write: binary data stands in its place where the writer has binary") {
  CHECK(sized(picture{sio::binary("1"), "p", {sio::binary("2"), sio::binary("")}}) ==
        "object 3: 'data' <1> 'name' 'p' 'more' array 2: <2> <> ; ; ");
  CHECK(sized(std::vector<drawing>{{"x"}}) == "array 1: array 2: 'raw' <x> ; ; ");
  CHECK(sized(json::value{sio::binary("v")}) == "<v> ");
}

}  // namespace
