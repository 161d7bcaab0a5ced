// SPDX-License-Identifier: MIT
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>

using namespace socketiopp;

namespace {

using none = events<>;
using some = events<event<"a", void(int)>, event<"ab", int(std::string)>, event<"", void()>>;

}  // namespace

TEST_CASE("events: an event is found by its name") {
  CHECK(some::size == 3);
  CHECK(some::find<"a">::found);
  CHECK(some::find<"a">::place == 0);
  CHECK(some::find<"ab">::place == 1);
  CHECK(some::find<"">::place == 2);
  CHECK(std::is_same_v<some::find<"ab">::event, event<"ab", int(std::string)>>);
}

TEST_CASE("events: a name that is not listed is not found") {
  CHECK(!some::find<"b">::found);
  CHECK(!some::find<"A">::found);
  CHECK(!some::find<"a ">::found);
  CHECK(!some::find<"a\0">::found);
  CHECK(!none::find<"a">::found);
  CHECK(none::size == 0);
}

TEST_CASE("events: a name that is listed twice is not found") {
  using twice = events<event<"a", void(int)>, event<"b", void()>, event<"a", void()>>;
  CHECK(!twice::find<"a">::found);
  CHECK(twice::find<"b">::place == 1);
}

TEST_CASE("events: lists hold events and nothing else") {
  CHECK(detail::is_events<none>);
  CHECK(detail::is_events<some>);
  CHECK(!detail::is_events<events<event<"a", void()>, int>>);
  CHECK(!detail::is_events<event<"a", void()>>);
  CHECK(!detail::is_events<int>);
}
