// SPDX-License-Identifier: MIT
#include <string_view>
#include <unordered_set>

#include <doctest/doctest.h>

#include <socketiopp/engine/id_source.hpp>

namespace engine = socketiopp::engine;

TEST_CASE("id source: 20 characters of base64url, unique, over many blocks of randomness") {
  engine::id_source source;
  std::unordered_set<engine::id> seen;
  std::unordered_set<char> first, last;
  for (int i = 0; i < 2000; ++i) {
    auto const id = source.next();
    REQUIRE(id.view().size() == 20);
    REQUIRE(id.view().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
            std::string_view::npos);
    REQUIRE(seen.insert(id).second);
    first.insert(id.view().front());
    last.insert(id.view().back());
  }
  CHECK(first.size() == 64);  // every character is used, at both ends: 2000 tries miss one with p < 1e-11
  CHECK(last.size() == 64);
}

TEST_CASE("id source: sources are independent of each other") {
  engine::id_source a, b;
  CHECK(a.next() != b.next());
}
