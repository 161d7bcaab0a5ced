// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <tuple>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/parser/text.hpp>
#include <socketiopp/parser/values.hpp>

using namespace socketiopp;
using format = parser::text::format<json::rapidjson>;

TEST_CASE("values: F-191: an offset is the last value of an event") {
  auto const kept = parser::encode_event_at<format>("/", 12, "x", 1);
  CHECK(kept.packet.payload() == R"(42["x",1,"12"])");
  CHECK(kept.offset == 12);
  auto const other = parser::encode_event_at<format>("/", 0, "x", 1);
  CHECK(other.packet.payload() == R"(42["x",1])");
  CHECK(other.offset == 0);
  auto const attached = parser::encode_event_at<format>("/", 3, "x", binary());
  CHECK(attached.packet.payload() == R"(451-["x",{"_placeholder":true,"num":0},"3"])");
}

TEST_CASE("values: arguments and tuples are several values") {
  arguments const two({json::value(1), json::value("a")});
  CHECK(parser::encode_event<format>("/", std::nullopt, "x", two, 2).packet.payload() ==
        R"(42["x",1,"a",2])");
  CHECK(parser::encode_ack<format>("/", 1, two).packet.payload() == R"(431[1,"a"])");
  CHECK(parser::encode_ack<format>("/", 1, std::tuple(1, 2)).packet.payload() == "431[1,2]");
}
