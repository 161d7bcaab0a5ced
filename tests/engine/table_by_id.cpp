// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/table_by_id.hpp>

namespace engine = socketiopp::engine;

namespace {

struct thing {
  explicit thing(engine::id of) : id_(of) {}
  engine::id const& id() const { return id_; }
  engine::id id_;
};

engine::id numbered(int number) {
  auto text = std::to_string(number);
  text.insert(0, engine::id::size - text.size(), 'x');  // a program's own ids may begin alike
  return *engine::id::from(text);
}

}  // namespace

TEST_CASE("table_by_id: finds each by its id, and keeps it until it is taken") {
  engine::table_by_id<std::unique_ptr<thing>> table;
  CHECK(table.find(numbered(0)) == nullptr);
  std::array<thing*, 1000> made{};
  for (int i = 0; i < 1000; ++i)
    made[static_cast<std::size_t>(i)] = table.add(std::make_unique<thing>(numbered(i))).get();
  CHECK(table.size() == 1000);
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(table.find(numbered(i)));
    CHECK(table.find(numbered(i))->get() == made[static_cast<std::size_t>(i)]);
  }
  for (int i = 0; i < 1000; i += 2) CHECK(table.take(numbered(i)).get() == made[static_cast<std::size_t>(i)]);
  CHECK(table.size() == 500);
  CHECK(table.find(numbered(500)) == nullptr);
  CHECK(table.find(numbered(501)));

  std::vector<thing*> seen;
  table.for_each([&](auto const& one) { seen.push_back(one.get()); });
  CHECK(seen.size() == 500);
  for (std::size_t i = 1; i < made.size(); i += 2) CHECK(std::count(seen.begin(), seen.end(), made[i]) == 1);
}

TEST_CASE("table_by_id: pointers that own nothing will do") {
  thing one(numbered(1));
  engine::table_by_id<thing*> table;
  table.add(&one);
  CHECK(*table.find(one.id()) == &one);
  CHECK(table.take(one.id()) == &one);
  CHECK(table.empty());
}
