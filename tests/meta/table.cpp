// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/meta/table.hpp>

using socketiopp::meta::table;

TEST_CASE("table: what was added is found, until it is erased") {
  table<std::string, int> rooms;
  CHECK(rooms.empty());
  CHECK(!rooms.find("a"));
  CHECK(!rooms.begin());
  auto& a = rooms.add("a", 1);
  rooms.add("b", 2);
  CHECK(rooms.size() == 2);
  CHECK(rooms.find(std::string_view("a")) == &a);
  CHECK(a.key == "a");
  ++a.value;
  CHECK(rooms.find("a")->value == 2);
  rooms.erase("a");
  rooms.erase("nobody");
  CHECK(!rooms.find("a"));
  rooms.erase(*rooms.find("b"));
  CHECK(rooms.empty());
}

TEST_CASE("table: values are moved in, and destroyed with their entries") {
  table<std::uint64_t, std::unique_ptr<int>> owned;
  CHECK(*owned.add(7, std::make_unique<int>(1)).value == 1);
  owned.erase(8);
  CHECK(!owned.empty());
  owned.erase(7);
  CHECK(owned.empty());
  owned.add(9, std::make_unique<int>(2));  // the table destroys it
}

TEST_CASE("table: entries stay where they are, and are all there, however many there are") {
  table<std::uint64_t, std::size_t> numbers;
  std::unordered_map<std::uint64_t, std::size_t> expected;
  auto& first = numbers.add(1, 0u);
  expected.emplace(1, 0);
  std::uint64_t number = 1;
  for (std::size_t i = 0; i < 2000; ++i) {
    number = number * 6364136223846793005u + 1442695040888963407u;
    auto const key = i % 2 == 0 ? number : number << 48;  // such as differ in their last bits only, or first
    if (expected.emplace(key, i).second) numbers.add(key, i);
    if (i % 3 == 0) {
      auto const gone = expected.begin()->first;
      if (gone == 1) continue;
      expected.erase(gone);
      numbers.erase(gone);
    }
  }
  CHECK(numbers.find(1) == &first);
  CHECK(numbers.size() == expected.size());
  std::size_t seen = 0;
  for (auto* one = numbers.begin(); one; one = numbers.next(*one), ++seen) {
    CHECK(expected.at(one->key) == one->value);
    CHECK(numbers.find(one->key) == one);
  }
  CHECK(seen == expected.size());
}
