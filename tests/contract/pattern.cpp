// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include <doctest/doctest.h>

#include <socketiopp/contract/pattern.hpp>

using socketiopp::pattern;

namespace {

inline constexpr pattern<"/orders-{id}", int> orders;
inline constexpr pattern<"/{tenant}/room-{number}/live", std::string, std::uint8_t> rooms;
inline constexpr pattern<"/plain"> plain;
inline constexpr pattern<"/{all}", std::string> all;

}  // namespace

TEST_CASE("pattern: F-104: a name and its parts") {
  CHECK(orders(42) == "/orders-42");
  CHECK(orders(-1) == "/orders--1");
  CHECK(orders.parts("/orders-42") == std::tuple(42));
  CHECK(orders.parts("/orders--1") == std::tuple(-1));
  CHECK(rooms("acme", 7) == "/acme/room-7/live");
  CHECK(rooms.parts("/acme/room-7/live") == std::tuple(std::string("acme"), std::uint8_t{7}));
  CHECK(rooms.parts("/room-1/room-7/live") == std::tuple(std::string("room-1"), std::uint8_t{7}));
  CHECK(plain() == "/plain");
  CHECK(plain.parts("/plain"));
  CHECK(all.parts("/x") == std::tuple(std::string("x")));
}

TEST_CASE("pattern: names that are not of the family") {
  for (auto const* const name :
       {"", "/", "/orders-", "/orders-x", "/orders-1x", "/orders-1 ", "/orders-007", "/orders-+1",
        "/orders--0", "/orders-2147483648", "/orders-4294967338", "/orders-18446744073709551658",
        "/orders-1/", "orders-1", "/orders-1.0", "/Orders-1"})
    CHECK_FALSE(orders.parts(name));
  for (auto const* const name :
       {"/acme/room-256/live", "//room-1/live", "/acme/room-1/live/", "/a/b/room-1/live", "/acme/room-1",
        "/acme/room-/live", "/acme/room-1/livelive"})
    CHECK_FALSE(rooms.parts(name));
  CHECK_FALSE(plain.parts("/plain2"));
  CHECK_FALSE(plain.parts("/plai"));
  CHECK_FALSE(all.parts("/"));
  CHECK_FALSE(all.parts("/a/b"));
}
