// SPDX-License-Identifier: MIT
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/text.hpp>

using namespace socketiopp;
using format = parser::text::format<json::rapidjson>;

TEST_CASE("outgoing: F-143: what is volatile is not kept for those who come back") {
  auto const kept = parser::encode_event_at<format>("/", 5, "x").with({.compress = false});
  CHECK(kept.offset == 5);
  CHECK(!kept.packet.compressible());
  auto const dropped = parser::encode_event_at<format>("/", 5, "x").with({.is_volatile = true});
  CHECK(dropped.is_volatile);
  CHECK(dropped.offset == 0);
}
