// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/index.hpp>

using namespace socketiopp;

namespace {

using names = events<event<"message", void()>, event<"b", void()>, event<"a", void()>, event<"", void()>,
                     event<"messagf", void()>, event<"a\0", void()>>;
using index = detail::event_index<names>;

}  // namespace

TEST_CASE("index: every name leads to its place") {
  CHECK(index::size == 6);
  CHECK(index::find("message") == 0);
  CHECK(index::find("b") == 1);
  CHECK(index::find("a") == 2);
  CHECK(index::find("") == 3);
  CHECK(index::find("messagf") == 4);
  CHECK(index::find(std::string_view("a\0", 2)) == 5);
}

TEST_CASE("index: any other name leads nowhere") {
  for (std::string_view const name :
       {"messag", "messagg", "messagee", "Message", "c", "A", " ", "message "}) {
    CAPTURE(name);
    CHECK(index::find(name) == index::size);
  }
  CHECK(index::find(std::string_view("\0", 1)) == index::size);
  CHECK(index::find(std::string(1'000'000, 'm')) == index::size);
  CHECK(detail::event_index<events<>>::find("a") == 0);
  CHECK(detail::event_index<events<>>::size == 0);
}

TEST_CASE("index: names that are listed twice are noticed") {
  CHECK(index::unique);
  CHECK(detail::event_index<events<>>::unique);
  CHECK(!detail::event_index<events<event<"a", void()>, event<"b", void()>, event<"a", void(int)>>>::unique);
}
