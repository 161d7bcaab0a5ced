// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/core/rooms.hpp>

namespace core = socketiopp::core;

namespace {

struct member {
  std::vector<core::rooms<member>::membership> list;
  auto& memberships() { return list; }
};

std::set<member const*> in(core::rooms<member> const& rooms, std::string_view name) {
  auto const* const members = rooms.members(name);
  if (!members) return {};
  std::set<member const*> found(members->begin(), members->end());
  CHECK(found.size() == members->size());  // nobody twice
  return found;
}

}  // namespace

TEST_CASE("rooms: a room is there while somebody is in it") {
  core::rooms<member> rooms;
  member a, b;
  CHECK(rooms.members("x") == nullptr);
  rooms.join(a, "x");
  rooms.join(a, "x");
  rooms.join(b, "x");
  CHECK(in(rooms, "x") == std::set<member const*>{&a, &b});
  CHECK(a.list.size() == 1);
  rooms.leave(a, "x");
  rooms.leave(a, "x");
  rooms.leave(a, "y");
  CHECK(in(rooms, "x") == std::set<member const*>{&b});
  rooms.leave(b, "x");
  CHECK(rooms.members("x") == nullptr);
  CHECK(rooms.size() == 0);
}

TEST_CASE("rooms: leave_all leaves the others where they are") {
  core::rooms<member> rooms;
  member a, b;
  for (auto const* const name : {"x", "y", "z"}) rooms.join(a, name);
  rooms.join(b, "y");
  rooms.leave_all(a, [](std::string_view, bool) {});
  CHECK(a.list.empty());
  CHECK(rooms.size() == 1);
  CHECK(in(rooms, "y") == std::set<member const*>{&b});
  rooms.leave_all(a, [](std::string_view, bool) {});
  rooms.leave_all(b, [](std::string_view, bool) {});
  CHECK(rooms.size() == 0);
}

TEST_CASE("rooms: any text is a name") {
  core::rooms<member> rooms;
  member a;
  std::string const odd("a\0b", 3);
  rooms.join(a, "");
  rooms.join(a, odd);
  rooms.join(a, "a");
  CHECK(rooms.size() == 3);
  CHECK(in(rooms, odd).size() == 1);
  rooms.leave(a, odd);
  CHECK(in(rooms, "a").size() == 1);
  rooms.leave_all(a, [](std::string_view, bool) {});
}

TEST_CASE("rooms: they agree with a plain map of sets") {
  for (unsigned seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    auto const any = [&](std::size_t below) { return random() % below; };
    core::rooms<member> rooms;
    std::vector<member> members(7);
    std::map<std::string, std::set<member const*>> model;
    for (int step = 0; step < 500; ++step) {
      auto& who = members[any(members.size())];
      auto const name = std::to_string(any(9));
      switch (any(9)) {
        case 0: {
          rooms.leave_all(who, [](std::string_view, bool) {});
          for (auto& [each, inside] : model) inside.erase(&who);
          break;
        }
        case 1:
        case 2:
        case 3:
          rooms.leave(who, name);
          model[name].erase(&who);
          break;
        default: rooms.join(who, name); model[name].insert(&who);
      }
      std::erase_if(model, [](auto const& each) { return each.second.empty(); });
      REQUIRE(rooms.size() == model.size());
      for (auto const& [each, inside] : model) REQUIRE(in(rooms, each) == inside);
      for (auto& each : members)
        REQUIRE(each.list.size() ==
                static_cast<std::size_t>(std::count_if(model.begin(), model.end(), [&](auto const& room) {
                  return room.second.contains(&each);
                })));
    }
  }
}
