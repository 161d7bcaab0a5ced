// SPDX-License-Identifier: MIT
#include <array>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/contract/room.hpp>
#include <socketiopp/typed/rooms.hpp>

using names = std::vector<std::string>;
using socketiopp::detail::room_names;

TEST_CASE("rooms: names, and ranges of them, in their order") {
  constexpr socketiopp::room<"match", int> match;
  std::string const text = "b";
  CHECK(room_names().empty());
  CHECK(room_names("a", text, std::string_view("c"), match(42)) == names{"a", "b", "c", "match:42"});
  CHECK(room_names(std::list<std::string>{"a", "b"}, "", std::array{"c", "d"}) ==
        names{"a", "b", "", "c", "d"});
  CHECK(room_names(names{}).empty());
}
