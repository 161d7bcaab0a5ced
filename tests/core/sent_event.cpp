// SPDX-License-Identifier: MIT
#include <optional>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/core/sent_event.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/policies.hpp>

using namespace socketiopp;
using format = core::format_of<default_policies>;
using core::read_back;

TEST_CASE("sent_event: F-130: an event is read back from its packet, without what is only the library's") {
  auto const plain =
      read_back<default_policies>(parser::encode_event<format>("/n", std::nullopt, "x", 1, "two"));
  REQUIRE(plain);
  CHECK(plain->name == "x");
  CHECK(plain->values == arguments({json::value(1), json::value("two")}));
  auto const kept = read_back<default_policies>(parser::encode_event_at<format>("/", 12, "x", "text"));
  REQUIRE(kept);
  CHECK(kept->values == arguments({json::value("text")}));
  auto const file = binary(std::string_view("bytes"));
  auto const asked = read_back<default_policies>(parser::encode_event<format>("/", 7, "x", file, file));
  REQUIRE(asked);
  CHECK(asked->values == arguments({json::value(file), json::value(file)}));
}

TEST_CASE("sent_event: an acknowledgement is none") {
  CHECK(!read_back<default_policies>(parser::encode_ack<format>("/", 7, 1)));
}
