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

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>

namespace sio = socketiopp;

namespace {

struct uuid {
  std::string digits;
};
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
template <class T> struct outcome {
  T value{};
  bool good = false;
  json::read_context context;

  explicit outcome(std::string text, std::span<std::span<std::byte const> const> attachments = {})
      : context{attachments} {
    json::rapidjson::document document;
    REQUIRE(document.parse(text.data(), text.size()));
    good = json::read(document.root(), value, context);
  }
};

template <class T> T value_of(std::string text) {
  outcome<T> result(std::move(text));
  INFO(result.context.fault.path, ": ", result.context.fault.reason);
  REQUIRE(result.good);
  return std::move(result.value);
}

template <class T> std::string fault_of(std::string text) {
  outcome<T> const result(std::move(text));
  REQUIRE_FALSE(result.good);
  return result.context.fault.path + ": " + result.context.fault.reason;
}

TEST_CASE("read: integers are checked against their type exactly") {
  CHECK(value_of<std::uint8_t>("255") == 255);
  CHECK(value_of<std::int8_t>("-128") == -128);
  CHECK(value_of<std::int64_t>("-9223372036854775808") == INT64_MIN);
  CHECK(value_of<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(value_of<int>("3.0") == 3);
  CHECK(value_of<int>("1e3") == 1000);
  CHECK(fault_of<std::uint8_t>("300") == ": an integer from 0 to 255 is wanted, found 300");
  CHECK(fault_of<std::uint8_t>("-1") == ": an integer from 0 to 255 is wanted, found -1");
  CHECK(fault_of<std::int8_t>("1.5") == ": an integer from -128 to 127 is wanted, found 1.5");
  CHECK(fault_of<std::uint8_t>("\"7\"") == ": an integer from 0 to 255 is wanted, found a string");
  CHECK(fault_of<std::uint8_t>("true") == ": an integer from 0 to 255 is wanted, found true");
  CHECK(fault_of<std::uint64_t>("18446744073709551616").ends_with("found 18446744073709551616"));
}

TEST_CASE("read: reals, booleans, strings and null") {
  CHECK(value_of<double>("0.1") == 0.1);
  CHECK(value_of<double>("7") == 7);
  CHECK(value_of<float>("0.5") == 0.5F);
  CHECK(value_of<bool>("true"));
  CHECK(value_of<std::string>("\"a\\u0000b\"") == std::string("a\0b", 3));
  CHECK(value_of<std::nullptr_t>("null") == nullptr);
  CHECK(fault_of<float>("1e39") == ": a number that fits a float is wanted, found 1e+39");
  CHECK(fault_of<double>("null") == ": a number is wanted, found null");
  CHECK(fault_of<bool>("1") == ": true or false is wanted, found 1");
  CHECK(fault_of<std::string>("[]") == ": a string is wanted, found an array of 0 elements");
  CHECK(fault_of<std::monostate>("0") == ": null is wanted, found 0");
}

TEST_CASE("read: enumerations by name, and by the number of an enumerator") {
  CHECK(value_of<color>("\"green\"") == color::green);
  CHECK(value_of<color>("5") == color::blue);
  CHECK(fault_of<color>("\"pink\"") == ": one of red, green, blue is wanted, found a string");
  CHECK(fault_of<color>("4") == ": one of red, green, blue is wanted, found 4");
  CHECK(fault_of<color>("-9223372036854775808").ends_with("found -9223372036854775808"));
}

TEST_CASE("read: optional and pointers are null or hold a value") {
  CHECK(value_of<std::optional<int>>("null") == std::nullopt);
  CHECK(value_of<std::optional<int>>("7") == 7);
  CHECK(value_of<std::shared_ptr<int>>("null") == nullptr);
  CHECK(*value_of<std::unique_ptr<int>>("7") == 7);
  CHECK(fault_of<std::optional<bool>>("7") == ": true or false is wanted, found 7");
}

TEST_CASE("read: a variant is the first alternative that fits") {
  using some =
      std::variant<std::monostate, int, std::string, user, std::vector<int>, std::vector<std::string>>;
  CHECK(value_of<some>("null").index() == 0);
  CHECK(value_of<some>("1").index() == 1);
  CHECK(value_of<some>("\"x\"").index() == 2);
  CHECK(std::get<user>(value_of<some>(R"({"name":"a","age":7})")).age == 7);
  CHECK(value_of<some>("[]").index() == 4);
  CHECK(value_of<some>("[\"a\"]").index() == 5);
  CHECK(fault_of<some>("1.5") == ": one of 6 alternatives is wanted, found 1.5");
}

TEST_CASE("read: a fault below the looked-at levels of a variant has its path") {
  using deep = std::vector<std::vector<std::vector<int>>>;
  CHECK(fault_of<std::variant<deep, bool>>("[[[1,\"a\"]]]").starts_with("[0][0][1]: an integer"));
}

TEST_CASE("read: tuples and arrays have an exact size") {
  CHECK(value_of<std::pair<int, bool>>("[1,true]") == std::pair(1, true));
  CHECK(value_of<std::array<int, 2>>("[1,2]") == std::array{1, 2});
  CHECK(value_of<std::tuple<>>("[]") == std::tuple<>());
  CHECK(fault_of<std::pair<int, bool>>("[1]") ==
        ": an array of 2 elements is wanted, found an array of 1 element");
  CHECK(fault_of<std::array<int, 1>>("{}") == ": an array of 1 element is wanted, found an object");
  CHECK(fault_of<std::tuple<bool, bool>>("[true,0]") == "[1]: true or false is wanted, found 0");
  struct grid {
    int rows[2][2];
  };
  CHECK(value_of<grid>(R"({"rows":[[1,2],[3,4]]})").rows[1][0] == 3);
  CHECK(fault_of<grid>(R"({"rows":[[1,2],[3]]})").starts_with(".rows[1]: an array of 2 elements"));
}

TEST_CASE("read: containers") {
  CHECK(value_of<std::vector<bool>>("[true,false]") == std::vector{true, false});
  CHECK(value_of<std::set<int>>("[2,1,2]") == std::set{1, 2});
  CHECK(value_of<std::map<std::string, int>>(R"({"b":1,"a":2,"b":3})") ==
        std::map<std::string, int>{{"a", 2}, {"b", 3}});
  CHECK(value_of<std::unordered_map<int, bool>>(R"({"-7":true})").at(-7));
  CHECK(fault_of<std::vector<bool>>("[true,[]]") ==
        "[1]: true or false is wanted, found an array of 0 elements");
  CHECK(fault_of<std::map<std::string, bool>>(R"({"a b":1})") ==
        "[\"a b\"]: true or false is wanted, found 1");
  CHECK(fault_of<std::map<std::uint8_t, bool>>(R"({"300":true})") ==
        "[\"300\"]: an integer from 0 to 255 is wanted as the key, found \"300\"");
  CHECK(fault_of<std::map<int, bool>>(R"({"1x":true})").starts_with("[\"1x\"]: "));
  CHECK(fault_of<std::map<int, bool>>(R"({"":true})").starts_with("[\"\"]: "));
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

TEST_CASE("read: aggregates, in any order of members") {
  for (char const* const text : {R"({"name":"a","age":7,"mail":"m"})", R"({"mail":"m","age":7,"name":"a"})",
                                 R"({"x":{"name":1},"age":7,"y":[],"mail":"m","name":"a","z":null})"}) {
    user const read = value_of<user>(text);
    CHECK(read.name == "a");
    CHECK(read.age == 7);
    CHECK(read.mail == "m");
  }
  CHECK(value_of<user>(R"({"age":1,"name":"a","mail":null})").mail == std::nullopt);
  CHECK(value_of<user>(R"({"age":1,"name":"a","age":2})").age == 2);
}

TEST_CASE("read: a missing member is a fault unless it is optional") {
  CHECK(value_of<user>(R"({"name":"a","age":7})").mail == std::nullopt);
  CHECK(fault_of<user>(R"({"name":"a"})") == ".age: an integer from 0 to 255 is wanted, found nothing");
  CHECK(fault_of<user>("{}") == ".name: a string is wanted, found nothing");
  CHECK(fault_of<user>("[]") == ": an object is wanted, found an array of 0 elements");
}

TEST_CASE("read: the path of a fault leads to it") {
  CHECK(fault_of<std::vector<group>>(R"([{"owner":{"name":"a","age":1},"ages":[1,2,3,300]}])") ==
        "[0].ages[3]: an integer from 0 to 255 is wanted, found 300");
  CHECK(fault_of<std::vector<group>>(R"([{"owner":{"name":"a"},"ages":[]}])") ==
        "[0].owner.age: an integer from 0 to 255 is wanted, found nothing");
}

TEST_CASE("read: recursive types, as deep as a document goes") {
  CHECK(value_of<tree>(R"({"label":1,"children":[{"label":2,"children":[],"next":null}],"next":null})")
            .children[0]
            .label == 2);
  std::string text = "null";
  for (int i = 0; i < 60; ++i) text = R"({"label":1,"children":[],"next":)" + text + "}";
  CHECK(value_of<tree>(text).next->next->next != nullptr);
}

TEST_CASE("read: types with fields of their own") {
  CHECK(value_of<uuid>("\"abcd\"").digits == "abcd");
  CHECK(fault_of<uuid>("\"abc\"") == ": the conversion refuses a string");
  CHECK(fault_of<uuid>("7") == ": a string is wanted, found 7");
  CHECK(value_of<account>(R"({"user_name":"a","secret":9})").secret == 1);
  CHECK(fault_of<account>(R"({"name":"a"})") == ".user_name: a string is wanted, found nothing");
}

TEST_CASE("read: any value") {
  json::value const read =
      value_of<json::value>(R"({"a":[1,null,"x",1.5,true,18446744073709551615],"b":{}})");
  CHECK(read == json::value::object{{"a", json::value::array{1, nullptr, "x", 1.5, true, UINT64_MAX}},
                                    {"b", json::value::object{}}});
}

TEST_CASE("read: placeholders become binary data (W-174, W-178)") {
  std::byte const bytes[] = {std::byte{1}, std::byte{2}};
  std::span<std::byte const> const attachments[] = {bytes, {}};
  using two = std::pair<sio::binary, std::vector<sio::binary>>;
  outcome<two> const typed(
      R"([{"_placeholder":true,"num":1},[{"num":0,"_placeholder":true},{"_placeholder":true,"num":0}]])",
      attachments);
  REQUIRE(typed.good);
  CHECK(typed.value.first.bytes.empty());
  CHECK(typed.value.second[1].bytes == std::vector{std::byte{1}, std::byte{2}});
  outcome<json::value> const any(R"({"a":{"_placeholder":true,"num":0}})", attachments);
  REQUIRE(any.good);
  CHECK(any.value["a"].binary().bytes.size() == 2);
}

TEST_CASE("read: a placeholder of no attachment is a fault (W-177)") {
  std::span<std::byte const> const attachments[1];
  for (char const* const number : {"1", "-1", "\"0\"", "0.5", "null", "18446744073709551615"}) {
    std::string const text = R"([{"_placeholder":true,"num":)" + std::string(number) + "}]";
    outcome<std::vector<sio::binary>> const typed(text, attachments);
    CHECK_FALSE(typed.good);
    CHECK(typed.context.fault ==
          sio::fault{"[0]", "binary data is wanted, found a placeholder of no attachment"});
    CHECK_FALSE(outcome<json::value>(text, attachments).good);
  }
}

TEST_CASE("read: without attachments a placeholder is a plain object (W-179)") {
  std::string const text = R"({"_placeholder":true,"num":0})";
  CHECK(fault_of<sio::binary>(text) == ": binary data is wanted, found an object");
  CHECK(value_of<json::value>(text)["num"].integer() == 0);
}

TEST_CASE("read: binary data out of a value") {
  json::value const v = json::value::array{sio::binary("ab")};
  std::vector<sio::binary> read;
  json::read_context context;
  REQUIRE(json::read(v.view(), read, context));
  CHECK(read[0].text() == "ab");
}

template <class... Args> std::string arguments_fault(std::string text) {
  json::rapidjson::document document;
  REQUIRE(document.parse(text.data(), text.size()));
  std::tuple<Args...> into;
  json::read_context context;
  if (json::read_arguments(document.root(), 1, into, context)) return "good";
  return context.fault.path + ": " + context.fault.reason;
}

TEST_CASE("read: arguments behind the event's name") {
  CHECK(arguments_fault<>(R"(["e"])") == "good");
  CHECK(arguments_fault<int, std::string>(R"(["e",1,"a"])") == "good");
  CHECK(arguments_fault<int>(R"(["e",1,"left over",{}])") == "good");
  CHECK(arguments_fault<bool, std::optional<int>>(R"(["e",true])") == "good");
  CHECK(arguments_fault<bool, int>(R"(["e",true])").starts_with("[1]: an integer"));
  CHECK(arguments_fault<bool>(R"(["e"])") == "[0]: true or false is wanted, found nothing");
  CHECK(arguments_fault<group>(R"(["e",{"owner":{"name":5,"age":1},"ages":[]}])") ==
        "[0].owner.name: a string is wanted, found 5");
}

}  // namespace
