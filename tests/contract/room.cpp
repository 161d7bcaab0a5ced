// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/contract/room.hpp>

using namespace socketiopp;

namespace {

inline constexpr room<"lobby"> lobby;
inline constexpr room<"match", int> match;
inline constexpr room<"seat", std::string, std::int64_t> seat;

enum class color { red };

}  // namespace

TEST_CASE("room: the name and the parts, joined by colons") {
  CHECK(lobby() == "lobby");
  CHECK(match(42) == "match:42");
  CHECK(match(-1) == "match:-1");
  CHECK(seat("row", 7) == "seat:row:7");
  CHECK(seat(std::string("row"), std::numeric_limits<std::int64_t>::min()) ==
        "seat:row:-9223372036854775808");
}

TEST_CASE("room: parts of every type that can be one") {
  CHECK(room<"a", bool>{}(true) == "a:true");
  CHECK(room<"a", bool>{}(false) == "a:false");
  CHECK(room<"a", char>{}('x') == "a:x");
  CHECK(room<"a", std::uint8_t>{}(std::uint8_t{200}) == "a:200");
  CHECK(room<"a", std::int8_t>{}(std::int8_t{-3}) == "a:-3");
  CHECK(room<"a", std::uint64_t>{}(std::numeric_limits<std::uint64_t>::max()) == "a:18446744073709551615");
  CHECK(room<"a", std::string_view>{}("text") == "a:text");
  CHECK(room<"a", char const*>{}("text") == "a:text");
}

TEST_CASE("room: strings are taken as they are") {
  CHECK(seat("", 0) == "seat::0");
  CHECK(seat("a:b", 1) == "seat:a:b:1");
  CHECK(seat(std::string("\0", 1), 1) == std::string("seat:\0:1", 8));
}

TEST_CASE("room: what can be a part") {
  CHECK(detail::room_part<int>);
  CHECK(detail::room_part<std::string>);
  CHECK(!detail::room_part<double>);
  CHECK(!detail::room_part<color>);
  CHECK(!detail::room_part<void*>);
}
