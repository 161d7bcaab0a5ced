// SPDX-License-Identifier: MIT
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/value.hpp>

namespace {

namespace json = socketiopp::json;
using json::kind;
using json::value;

TEST_CASE("value: made from what it can hold") {
  CHECK(value{}.is_null());
  CHECK(value{nullptr}.is_null());
  CHECK(value{true}.boolean());
  CHECK(value{7}.integer() == 7);
  CHECK(value{INT64_MIN}.integer() == INT64_MIN);
  CHECK(value{1.5F}.real() == 1.5);
  CHECK(value{"x"}.string() == "x");
  CHECK(value{std::string("x")}.kind() == kind::string);
  CHECK(value{std::string_view("x")}.kind() == kind::string);
  CHECK(value{socketiopp::binary("ab")}.binary().text() == "ab");
  CHECK(value{socketiopp::binary("ab")}.kind() == kind::binary);
}

TEST_CASE("value: an unsigned number is natural only when nothing else holds it") {
  CHECK(value{7U}.kind() == kind::integer);
  CHECK(value{7U} == value{7});
  CHECK(value{UINT64_MAX}.kind() == kind::natural);
  CHECK(value{UINT64_MAX}.natural() == UINT64_MAX);
}

TEST_CASE("value: every number is a real") {
  CHECK(value{2}.real() == 2);
  CHECK(value{UINT64_MAX}.real() == 18446744073709551615.0);
  CHECK(value{"2"}.real() == 0);
}

TEST_CASE("value: arrays and objects are built with braces and indexed") {
  value const v =
      value::object{{"name", "anna"}, {"ages", value::array{7, 9, value::array{}}}, {"none", nullptr}};
  CHECK(v.size() == 3);
  CHECK(v["name"].string() == "anna");
  CHECK(v["ages"][1].integer() == 9);
  CHECK(v["ages"][0].integer() == 7);
  CHECK(v["ages"][2].kind() == kind::array);
  CHECK(v["ages"].size() == 3);
  CHECK(v.members()[1].first == "ages");
}

TEST_CASE("value: an array of one array keeps both") {
  value const v = json::array(json::array(7));
  CHECK(v.size() == 1);
  CHECK(v[0][0].integer() == 7);
  CHECK(json::array().kind() == kind::array);
}

TEST_CASE("value: what is absent is null, however deep") {
  value const v = value::array{1};
  CHECK(v[1].is_null());
  CHECK(v["a"]["b"][3].is_null());
  CHECK(v.find("a") == nullptr);
  CHECK(v.string().empty());
  CHECK(v.members().empty());
}

TEST_CASE("value: the last of several members of one name counts") {
  value const v = value::object{{"a", 1}, {"a", 2}};
  CHECK(v["a"].integer() == 2);
}

TEST_CASE("value: compared by what it holds, in order") {
  CHECK(value{value::array{1, "a"}} == value{value::array{1, "a"}});
  CHECK(value{value::array{1, 2}} != value{value::array{2, 1}});
  CHECK(value{value::object{{"a", 1}}} != value{value::object{{"b", 1}}});
  CHECK(value{0} != value{nullptr});
  CHECK(value{false} != value{0});
}

TEST_CASE("value: its view is read like that of a document") {
  value const v = value::object{{"a", value::array{true}}};
  auto const seen = v.view();
  CHECK(seen.kind() == kind::object);
  REQUIRE(seen.find("a"));
  CHECK((*seen.find("a"))[0].boolean());
  CHECK_FALSE(seen.find("b"));
  int visits = 0;
  value const three = value::object{{"a", 1}, {"b", 2}, {"c", 3}};
  three.view().for_each([&](std::string_view, auto) { return ++visits < 2; });
  CHECK(visits == 2);
}

}  // namespace
