// SPDX-License-Identifier: MIT
#include <functional>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/engine/id.hpp>

namespace engine = socketiopp::engine;

TEST_CASE("id: is read from 20 characters, whichever they are") {
  CHECK(engine::id::from("abcdefghijklmnopqrst")->view() == "abcdefghijklmnopqrst");
  CHECK(engine::id::from(std::string_view("\0\xff..................", 20)));
  CHECK_FALSE(engine::id::from(""));
  CHECK_FALSE(engine::id::from("abcdefghijklmnopqrs"));
  CHECK_FALSE(engine::id::from("abcdefghijklmnopqrstu"));
}

TEST_CASE("id: equal ids are one, also as keys") {
  auto const id = *engine::id::from("abcdefghijklmnopqrst");
  auto const again = *engine::id::from(id.view());
  CHECK((id == again));
  CHECK(std::hash<engine::id>()(id) == std::hash<engine::id>()(again));
  CHECK((engine::id() != id));
  CHECK((*engine::id::from("aaaaaaaaaaaaaaaaaaaa") < *engine::id::from("aaaaaaaaaaaaaaaaaaab")));
}
