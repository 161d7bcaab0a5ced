// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "codecs.hpp"
#include <socketiopp/json/read.hpp>

namespace sio = socketiopp;

namespace {

struct uuid {
  std::string digits;
};
struct period {
  int begin = 0;
  int end = 0;
};
struct even {
  int number = 0;
};
enum class http_status : std::uint16_t { ok = 200, teapot = 418 };
class account {
public:
  std::string name;
  int secret = 1;
};

}  // namespace

template <> struct sio::fields<uuid> {
  using as = std::string;
  static std::string to(uuid const& id) { return id.digits; }
  static bool from(std::string const& text, uuid& id) {
    id.digits = text;
    return text.size() == 4;
  }
};

template <> struct sio::fields<period> {
  static std::optional<std::string> validate(period const& p) {
    if (p.begin <= p.end) return std::nullopt;
    return "it ends before it begins";
  }
};

template <> struct sio::fields<even> {
  using as = int;
  static int to(even const& from) { return from.number; }
  static std::optional<std::string> from(int number, even& into) {
    into.number = number;
    if (number % 2 != 0) return "an even number is wanted";
    return std::nullopt;
  }
  static std::optional<std::string> validate(even const& from) {
    if (from.number < 100) return std::nullopt;
    return "it is too large";
  }
};

template <> struct sio::fields<http_status> : sio::as_number<http_status> {};

template <> struct sio::fields<account> {
  static constexpr std::tuple members{sio::field{"user_name", &account::name}};
};

namespace {

namespace json = sio::json;

enum class color { red, green, blue = 5 };

struct user {
  std::string name;
  std::uint8_t age = 0;
  std::optional<std::string> mail;
};
struct group {
  user owner;
  std::vector<std::uint8_t> ages;
};
struct tree {
  int label = 0;
  std::vector<tree> children;
  std::unique_ptr<tree> next;
};

/// What reading `text` as a T gives: the value, or the fault.
template <class Codec, class T> struct outcome {
  T value{};
  bool good = false;
  json::read_context context;

  explicit outcome(std::string text, std::span<std::span<std::byte const> const> attachments = {})
      : context{attachments} {
    typename Codec::document document;
    REQUIRE(document.parse(text.data(), text.size()));
    good = json::read(document.root(), value, context);
  }
};

template <class Codec, class T> T value_of(std::string text) {
  outcome<Codec, T> result(std::move(text));
  INFO(result.context.fault.path, ": ", result.context.fault.reason);
  REQUIRE(result.good);
  return std::move(result.value);
}

template <class Codec, class T> std::string fault_of(std::string text) {
  outcome<Codec, T> const result(std::move(text));
  REQUIRE_FALSE(result.good);
  return result.context.fault.path + ": " + result.context.fault.reason;
}

CODEC_TEST_CASE("read: integers are checked against their type exactly") {
  CHECK(value_of<Codec, std::uint8_t>("255") == 255);
  CHECK(value_of<Codec, std::int8_t>("-128") == -128);
  CHECK(value_of<Codec, std::int64_t>("-9223372036854775808") == INT64_MIN);
  CHECK(value_of<Codec, std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(value_of<Codec, int>("3.0") == 3);
  CHECK(value_of<Codec, int>("1e3") == 1000);
  CHECK(fault_of<Codec, std::uint8_t>("300") == ": an integer from 0 to 255 is wanted, found 300");
  CHECK(fault_of<Codec, std::uint8_t>("-1") == ": an integer from 0 to 255 is wanted, found -1");
  CHECK(fault_of<Codec, std::int8_t>("1.5") == ": an integer from -128 to 127 is wanted, found 1.5");
  CHECK(fault_of<Codec, std::uint8_t>("\"7\"") == ": an integer from 0 to 255 is wanted, found a string");
  CHECK(fault_of<Codec, std::uint8_t>("true") == ": an integer from 0 to 255 is wanted, found true");
  CHECK(fault_of<Codec, std::uint64_t>("18446744073709551616").ends_with("found 18446744073709551616"));
}

CODEC_TEST_CASE("read: reals, booleans, strings and null") {
  CHECK(value_of<Codec, double>("0.1") == 0.1);
  CHECK(value_of<Codec, double>("7") == 7);
  CHECK(value_of<Codec, float>("0.5") == 0.5F);
  CHECK(value_of<Codec, bool>("true"));
  CHECK(value_of<Codec, std::string>("\"a\\u0000b\"") == std::string("a\0b", 3));
  CHECK(value_of<Codec, std::nullptr_t>("null") == nullptr);
  CHECK(fault_of<Codec, float>("1e39") == ": a number that fits a float is wanted, found 1e+39");
  CHECK(fault_of<Codec, double>("null") == ": a number is wanted, found null");
  CHECK(fault_of<Codec, bool>("1") == ": true or false is wanted, found 1");
  CHECK(fault_of<Codec, std::string>("[]") == ": a string is wanted, found an array of 0 elements");
  CHECK(fault_of<Codec, std::monostate>("0") == ": null is wanted, found 0");
}

CODEC_TEST_CASE("read: enumerations by name, and by the number of an enumerator") {
  CHECK(value_of<Codec, color>("\"green\"") == color::green);
  CHECK(value_of<Codec, color>("5") == color::blue);
  CHECK(fault_of<Codec, color>("\"pink\"") == ": one of red, green, blue is wanted, found a string");
  CHECK(fault_of<Codec, color>("4") == ": one of red, green, blue is wanted, found 4");
  CHECK(fault_of<Codec, color>("-9223372036854775808").ends_with("found -9223372036854775808"));
}

CODEC_TEST_CASE("read: optional and pointers are null or hold a value") {
  CHECK(value_of<Codec, std::optional<int>>("null") == std::nullopt);
  CHECK(value_of<Codec, std::optional<int>>("7") == 7);
  CHECK(value_of<Codec, std::shared_ptr<int>>("null") == nullptr);
  CHECK(*value_of<Codec, std::unique_ptr<int>>("7") == 7);
  CHECK(fault_of<Codec, std::optional<bool>>("7") == ": true or false is wanted, found 7");
}

CODEC_TEST_CASE("read: a variant is the first alternative that fits") {
  using some =
      std::variant<std::monostate, int, std::string, user, std::vector<int>, std::vector<std::string>>;
  CHECK(value_of<Codec, some>("null").index() == 0);
  CHECK(value_of<Codec, some>("1").index() == 1);
  CHECK(value_of<Codec, some>("\"x\"").index() == 2);
  CHECK(std::get<user>(value_of<Codec, some>(R"({"name":"a","age":7})")).age == 7);
  CHECK(value_of<Codec, some>("[]").index() == 4);
  CHECK(value_of<Codec, some>("[\"a\"]").index() == 5);
  CHECK(fault_of<Codec, some>("1.5") == ": one of 6 alternatives is wanted, found 1.5");
}

CODEC_TEST_CASE("read: a fault below the looked-at levels of a variant has its path") {
  using deep = std::vector<std::vector<std::vector<int>>>;
  CHECK(fault_of<Codec, std::variant<deep, bool>>("[[[1,\"a\"]]]").starts_with("[0][0][1]: an integer"));
}

CODEC_TEST_CASE("read: tuples and arrays have an exact size") {
  CHECK(value_of<Codec, std::pair<int, bool>>("[1,true]") == std::pair(1, true));
  CHECK(value_of<Codec, std::array<int, 2>>("[1,2]") == std::array{1, 2});
  CHECK(value_of<Codec, std::tuple<>>("[]") == std::tuple<>());
  CHECK(fault_of<Codec, std::pair<int, bool>>("[1]") ==
        ": an array of 2 elements is wanted, found an array of 1 element");
  CHECK(fault_of<Codec, std::array<int, 1>>("{}") == ": an array of 1 element is wanted, found an object");
  CHECK(fault_of<Codec, std::tuple<bool, bool>>("[true,0]") == "[1]: true or false is wanted, found 0");
  struct grid {
    int rows[2][2];
  };
  CHECK(value_of<Codec, grid>(R"({"rows":[[1,2],[3,4]]})").rows[1][0] == 3);
  CHECK(fault_of<Codec, grid>(R"({"rows":[[1,2],[3]]})").starts_with(".rows[1]: an array of 2 elements"));
}

CODEC_TEST_CASE("read: containers") {
  CHECK(value_of<Codec, std::vector<bool>>("[true,false]") == std::vector{true, false});
  CHECK(value_of<Codec, std::set<int>>("[2,1,2]") == std::set{1, 2});
  CHECK(value_of<Codec, std::map<std::string, int>>(R"({"b":1,"a":2,"b":3})") ==
        std::map<std::string, int>{{"a", 2}, {"b", 3}});
  CHECK(value_of<Codec, std::unordered_map<int, bool>>(R"({"-7":true})").at(-7));
  CHECK(fault_of<Codec, std::vector<bool>>("[true,[]]") ==
        "[1]: true or false is wanted, found an array of 0 elements");
  CHECK(fault_of<Codec, std::map<std::string, bool>>(R"({"a b":1})") ==
        "[\"a b\"]: true or false is wanted, found 1");
  CHECK(fault_of<Codec, std::map<std::uint8_t, bool>>(R"({"300":true})") ==
        "[\"300\"]: an integer from 0 to 255 is wanted as the key, found \"300\"");
  CHECK(fault_of<Codec, std::map<int, bool>>(R"({"1x":true})").starts_with("[\"1x\"]: "));
  CHECK(fault_of<Codec, std::map<int, bool>>(R"({"":true})").starts_with("[\"\"]: "));
}

TEST_CASE("read: what was held before is gone") {
  std::vector<int> numbers{1, 2, 3};
  user someone{"a", 1, "mail"};
  json::read_context context;
  json::value const two = json::value::array{4};
  json::value const other = json::value::object{{"name", "b"}, {"age", 2}};
  REQUIRE(json::read(two.view(), numbers, context));
  CHECK(numbers == std::vector{4});
  REQUIRE(json::read(other.view(), someone, context));
  CHECK_FALSE(someone.mail);
}

CODEC_TEST_CASE("read: aggregates, in any order of members") {
  for (char const* const text : {R"({"name":"a","age":7,"mail":"m"})", R"({"mail":"m","age":7,"name":"a"})",
                                 R"({"x":{"name":1},"age":7,"y":[],"mail":"m","name":"a","z":null})"}) {
    user const read = value_of<Codec, user>(text);
    CHECK(read.name == "a");
    CHECK(read.age == 7);
    CHECK(read.mail == "m");
  }
  CHECK(value_of<Codec, user>(R"({"age":1,"name":"a","mail":null})").mail == std::nullopt);
  CHECK(value_of<Codec, user>(R"({"age":1,"name":"a","age":2})").age == 2);
}

CODEC_TEST_CASE("read: an aggregate without members is any object") {
  struct nothing_in_it {};
  value_of<Codec, nothing_in_it>("{}");
  value_of<Codec, nothing_in_it>(R"({"x":1})");
  CHECK(fault_of<Codec, nothing_in_it>("[]") == ": an object is wanted, found an array of 0 elements");
}

CODEC_TEST_CASE("read: a missing member is a fault unless it is optional") {
  CHECK(value_of<Codec, user>(R"({"name":"a","age":7})").mail == std::nullopt);
  CHECK(fault_of<Codec, user>(R"({"name":"a"})") ==
        ".age: an integer from 0 to 255 is wanted, found nothing");
  CHECK(fault_of<Codec, user>("{}") == ".name: a string is wanted, found nothing");
  CHECK(fault_of<Codec, user>("[]") == ": an object is wanted, found an array of 0 elements");
}

CODEC_TEST_CASE("read: the path of a fault leads to it") {
  CHECK(fault_of<Codec, std::vector<group>>(R"([{"owner":{"name":"a","age":1},"ages":[1,2,3,300]}])") ==
        "[0].ages[3]: an integer from 0 to 255 is wanted, found 300");
  CHECK(fault_of<Codec, std::vector<group>>(R"([{"owner":{"name":"a"},"ages":[]}])") ==
        "[0].owner.age: an integer from 0 to 255 is wanted, found nothing");
}

CODEC_TEST_CASE("read: recursive types, as deep as a document goes") {
  CHECK(value_of<Codec, tree>(R"({"label":1,"children":[{"label":2,"children":[],"next":null}],"next":null})")
            .children[0]
            .label == 2);
  std::string text = "null";
  for (int i = 0; i < 60; ++i) text = R"({"label":1,"children":[],"next":)" + text + "}";
  CHECK(value_of<Codec, tree>(text).next->next->next != nullptr);
}

CODEC_TEST_CASE("read: types with fields of their own") {
  CHECK(value_of<Codec, uuid>("\"abcd\"").digits == "abcd");
  CHECK(fault_of<Codec, uuid>("\"abc\"") == ": the conversion refuses a string");
  CHECK(fault_of<Codec, uuid>("7") == ": a string is wanted, found 7");
  CHECK(value_of<Codec, account>(R"({"user_name":"a","secret":9})").secret == 1);
  CHECK(fault_of<Codec, account>(R"({"name":"a"})") == ".user_name: a string is wanted, found nothing");
}

CODEC_TEST_CASE("read: fields may refuse what has the right shape, and say why") {
  CHECK(value_of<Codec, period>(R"({"begin":1,"end":2})").end == 2);
  CHECK(fault_of<Codec, std::vector<period>>(R"([{"begin":1,"end":1},{"begin":2,"end":1}])") ==
        "[1]: it ends before it begins");
  CHECK(fault_of<Codec, period>(R"({"begin":2,"end":true})") ==
        ".end: an integer from -2147483648 to 2147483647 is wanted, found true");
  CHECK(fault_of<Codec, std::map<std::string, std::optional<period>>>(R"({"a":{"begin":2,"end":1}})") ==
        ".a: it ends before it begins");
  CHECK(value_of<Codec, even>("98").number == 98);
  CHECK(fault_of<Codec, std::pair<int, even>>("[1,3]") == "[1]: an even number is wanted");
  CHECK(fault_of<Codec, even>("100") == ": it is too large");
}

CODEC_TEST_CASE("read: a variant is chosen by shape, whatever fields say to the value") {
  CHECK(fault_of<Codec, std::variant<period, json::value>>(R"({"begin":2,"end":1})") ==
        ": it ends before it begins");
}

CODEC_TEST_CASE("read: enumerations by number have every value of their type") {
  CHECK(value_of<Codec, http_status>("418") == http_status::teapot);
  CHECK(static_cast<int>(value_of<Codec, http_status>("299")) == 299);
  CHECK(fault_of<Codec, http_status>("65536") == ": an integer from 0 to 65535 is wanted, found 65536");
  CHECK(fault_of<Codec, http_status>("\"ok\"") == ": an integer from 0 to 65535 is wanted, found a string");
}

CODEC_TEST_CASE("read: any value") {
  json::value const read =
      value_of<Codec, json::value>(R"({"a":[1,null,"x",1.5,true,18446744073709551615],"b":{}})");
  CHECK(read == json::value::object{{"a", json::value::array{1, nullptr, "x", 1.5, true, UINT64_MAX}},
                                    {"b", json::value::object{}}});
}

CODEC_TEST_CASE("read: placeholders become binary data (W-174, W-178)") {
  std::byte const bytes[] = {std::byte{1}, std::byte{2}};
  std::span<std::byte const> const attachments[] = {bytes, {}};
  using two = std::pair<sio::binary, std::vector<sio::binary>>;
  outcome<Codec, two> const typed(
      R"([{"_placeholder":true,"num":1},[{"num":0,"_placeholder":true},{"_placeholder":true,"num":0}]])",
      attachments);
  REQUIRE(typed.good);
  CHECK(typed.value.first.bytes.empty());
  CHECK(typed.value.second[1].bytes == std::vector{std::byte{1}, std::byte{2}});
  outcome<Codec, json::value> const any(R"({"a":{"_placeholder":true,"num":0}})", attachments);
  REQUIRE(any.good);
  CHECK(any.value["a"].binary().bytes.size() == 2);
}

CODEC_TEST_CASE("read: a placeholder of no attachment is a fault (W-177)") {
  std::span<std::byte const> const attachments[1];
  for (char const* const number : {"1", "-1", "\"0\"", "0.5", "null", "18446744073709551615"}) {
    std::string const text = R"([{"_placeholder":true,"num":)" + std::string(number) + "}]";
    outcome<Codec, std::vector<sio::binary>> const typed(text, attachments);
    CHECK_FALSE(typed.good);
    CHECK(typed.context.fault ==
          sio::fault{"[0]", "binary data is wanted, found a placeholder of no attachment"});
    CHECK_FALSE(outcome<Codec, json::value>(text, attachments).good);
  }
}

CODEC_TEST_CASE("read: without attachments a placeholder is a plain object (W-179)") {
  std::string const text = R"({"_placeholder":true,"num":0})";
  CHECK(fault_of<Codec, sio::binary>(text) == ": binary data is wanted, found an object");
  CHECK(value_of<Codec, json::value>(text)["num"].integer() == 0);
}

TEST_CASE("read: binary data out of a value") {
  json::value const v = json::value::array{sio::binary("ab")};
  std::vector<sio::binary> read;
  json::read_context context;
  REQUIRE(json::read(v.view(), read, context));
  CHECK(read[0].text() == "ab");
}

template <class Codec, class... Args> std::string arguments_fault(std::string text) {
  typename Codec::document document;
  REQUIRE(document.parse(text.data(), text.size()));
  std::tuple<Args...> into;
  json::read_context context;
  if (json::read_arguments(document.root(), 1, into, context)) return "good";
  return context.fault.path + ": " + context.fault.reason;
}

CODEC_TEST_CASE("read: arguments behind the event's name") {
  CHECK(arguments_fault<Codec>(R"(["e"])") == "good");
  CHECK(arguments_fault<Codec, int, std::string>(R"(["e",1,"a"])") == "good");
  CHECK(arguments_fault<Codec, int>(R"(["e",1,"left over",{}])") == "good");
  CHECK(arguments_fault<Codec, bool, std::optional<int>>(R"(["e",true])") == "good");
  CHECK(arguments_fault<Codec, bool, int>(R"(["e",true])").starts_with("[1]: an integer"));
  CHECK(arguments_fault<Codec, bool>(R"(["e"])") == "[0]: true or false is wanted, found nothing");
  CHECK(arguments_fault<Codec, group>(R"(["e",{"owner":{"name":5,"age":1},"ages":[]}])") ==
        "[0].owner.name: a string is wanted, found 5");
}

CODEC_TEST_CASE("read: JavaScript's undefined is null as an argument, and only optionals take it") {
  CHECK(arguments_fault<Codec, std::optional<int>, bool>(R"(["e",null,true])") == "good");
  CHECK(arguments_fault<Codec, json::value>(R"(["e",null])") == "good");
  CHECK(arguments_fault<Codec, int>(R"(["e",null])").starts_with("[0]: an integer"));
}

CODEC_TEST_CASE("read: only an optional argument may be missing, be it last or not") {
  CHECK(arguments_fault<Codec, std::optional<int>, std::optional<bool>>(R"(["e"])") == "good");
  CHECK(arguments_fault<Codec, std::optional<int>, bool>(R"(["e"])") ==
        "[1]: true or false is wanted, found nothing");
  CHECK(arguments_fault<Codec, json::value>(R"(["e"])") == "[0]: a value is wanted, found nothing");
  CHECK(arguments_fault<Codec, std::unique_ptr<int>>(R"(["e"])").ends_with("found nothing"));
}

CODEC_TEST_CASE("read: arguments left over are ignored, whatever they are") {
  CHECK(arguments_fault<Codec, int>(R"(["e",1,{"_placeholder":true,"num":9},[[]]])") == "good");
}

}  // namespace
