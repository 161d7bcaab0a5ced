// SPDX-License-Identifier: MIT
#include <cstdint>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/json/value.hpp>

namespace {

namespace json = socketiopp::json;
using json::value;

value placeholder(value number) { return value::object{{"_placeholder", true}, {"num", std::move(number)}}; }

TEST_CASE("placeholder: an object that says so") {
  CHECK(json::is_placeholder(placeholder(0).view()));
  CHECK(json::is_placeholder(value(value::object{{"_placeholder", true}}).view()));
  CHECK_FALSE(json::is_placeholder(value(value::object{{"_placeholder", 1}, {"num", 0}}).view()));
  CHECK_FALSE(json::is_placeholder(value(value::object{{"num", 0}}).view()));
  CHECK_FALSE(json::is_placeholder(value(value::array{true}).view()));
}

TEST_CASE("placeholder: its number must be that of an attachment (W-177)") {
  CHECK(json::placeholder_number(placeholder(0).view(), 2) == 0);
  CHECK(json::placeholder_number(placeholder(1).view(), 2) == 1);
  CHECK_FALSE(json::placeholder_number(placeholder(2).view(), 2));
  CHECK_FALSE(json::placeholder_number(placeholder(-1).view(), 2));
  CHECK_FALSE(json::placeholder_number(placeholder("0").view(), 2));
  CHECK_FALSE(json::placeholder_number(placeholder(0.5).view(), 2));
  CHECK_FALSE(json::placeholder_number(placeholder(UINT64_MAX).view(), 2));
  CHECK_FALSE(json::placeholder_number(value(value::object{{"_placeholder", true}}).view(), 2));
}

TEST_CASE("placeholder: all of a payload are checked, wherever they stand (W-177, W-178)") {
  value const good =
      value::array{"event", placeholder(0), value::object{{"a", value::array{placeholder(0)}}}};
  CHECK(json::placeholders_fit(good.view(), 1));
  CHECK(json::placeholders_fit(good.view(), 5));
  CHECK_FALSE(json::placeholders_fit(good.view(), 0));
  value const bad = value::array{"event", value::object{{"a", value::array{placeholder(1)}}, {"b", 1}}, 7};
  CHECK_FALSE(json::placeholders_fit(bad.view(), 1));
  CHECK(json::placeholders_fit(value("no placeholder").view(), 0));
  value const inside = value::object{{"_placeholder", true}, {"num", 0}, {"a", placeholder(1)}};
  CHECK(json::placeholders_fit(inside.view(), 2));
  CHECK_FALSE(json::placeholders_fit(inside.view(), 1));
}

TEST_CASE("placeholder: a few attachments cannot be asked for many times") {
  auto const repeated = [](std::size_t times) { return value(value::array(times, placeholder(0))); };
  CHECK(json::placeholders_fit(repeated(2).view(), 1));
  CHECK_FALSE(json::placeholders_fit(repeated(3).view(), 1));
  CHECK(json::placeholders_fit(repeated(6).view(), 3));
  CHECK_FALSE(json::placeholders_fit(repeated(7).view(), 3));
  value const inside =
      value::object{{"_placeholder", true}, {"num", 0}, {"a", value::array{placeholder(0), placeholder(0)}}};
  CHECK_FALSE(json::placeholders_fit(inside.view(), 1));
}

}  // namespace
