// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/slice.hpp>

using namespace fakes;

namespace {

// Clients of the main namespace.
struct crowd {
  explicit crowd(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      clients.push_back(std::make_unique<client>(here));
      sockets.push_back(&clients.back()->join(main));
    }
  }

  // The numbers of those who are visited; each must be visited once.
  std::vector<std::size_t> visited(core::targets const& to) {
    std::vector<std::size_t> found;
    main.on(0).for_each(to, [&](core_socket& who) {
      auto const at = std::find(sockets.begin(), sockets.end(), &who);
      found.push_back(static_cast<std::size_t>(at - sockets.begin()));
    });
    std::sort(found.begin(), found.end());
    return found;
  }

  world here;
  recorder& main = here.of("/");
  std::vector<std::unique_ptr<client>> clients;
  std::vector<core_socket*> sockets;
};

using numbers = std::vector<std::size_t>;

core::targets in_rooms(texts rooms, texts except = {}) {
  return {.rooms = std::move(rooms), .except = std::move(except), .sender = std::nullopt};
}

}  // namespace

TEST_CASE("slice: F-141: whom a selection means, once each") {
  crowd all(4);
  all.sockets[0]->join("a");
  all.sockets[1]->join("a");
  all.sockets[1]->join("b");
  all.sockets[2]->join("b");
  CHECK(all.visited({}) == numbers{0, 1, 2, 3});
  CHECK(all.visited(in_rooms({"a"})) == numbers{0, 1});
  CHECK(all.visited(in_rooms({"a", "b"})) == numbers{0, 1, 2});
  CHECK(all.visited(in_rooms({"a", "a"})) == numbers{0, 1});
  CHECK(all.visited(in_rooms({"nowhere"})).empty());
  CHECK(all.visited(in_rooms({"nowhere", "b"})) == numbers{1, 2});
}

TEST_CASE("slice: F-142: except beats to") {
  crowd all(4);
  all.sockets[0]->join("a");
  all.sockets[1]->join("a");
  all.sockets[1]->join("b");
  CHECK(all.visited(in_rooms({"a"}, {"b"})) == numbers{0});
  CHECK(all.visited(in_rooms({"a"}, {"a"})).empty());
  CHECK(all.visited(in_rooms({}, {"b"})) == numbers{0, 2, 3});
  CHECK(all.visited(in_rooms({}, {"nowhere"})) == numbers{0, 1, 2, 3});
  CHECK(all.visited(in_rooms({}, {"a", "b"})) == numbers{2, 3});
}

TEST_CASE("slice: F-124: the sender is left out") {
  crowd all(3);
  for (auto* const each : all.sockets) each->join("a");
  CHECK(all.visited({.rooms = {}, .except = {}, .sender = all.sockets[1]->id()}) == numbers{0, 2});
  CHECK(all.visited({.rooms = {"a"}, .except = {}, .sender = all.sockets[1]->id()}) == numbers{0, 2});
  CHECK(
      all.visited({.rooms = {name(*all.sockets[1])}, .except = {}, .sender = all.sockets[1]->id()}).empty());
  auto const gone = all.sockets[1]->id();
  all.sockets[1]->disconnect(false);
  CHECK(all.visited({.rooms = {}, .except = {}, .sender = gone}) == numbers{0, 2});
}

TEST_CASE("slice: F-142: a socket's id is a room") {
  crowd all(3);
  auto const id = name(*all.sockets[1]);
  CHECK(all.visited(in_rooms({id})) == numbers{1});
  CHECK(all.visited(in_rooms({}, {id})) == numbers{0, 2});
  all.sockets[2]->join(id);  // another one's room may be joined
  CHECK(all.visited(in_rooms({id})) == numbers{1, 2});
  all.sockets[1]->leave(id);  // its own it cannot leave
  CHECK(all.visited(in_rooms({id})) == numbers{1, 2});
  all.sockets[1]->disconnect(false);
  CHECK(all.visited(in_rooms({id})) == numbers{2});
  CHECK(all.visited(in_rooms({"twenty characters..."})).empty());
}

TEST_CASE("slice: sockets are found by their id while they are there") {
  crowd all(3);
  auto& slice = all.main.on(0);
  auto const id = all.sockets[0]->id();
  CHECK(slice.find(id) == all.sockets[0]);
  CHECK(slice.size() == 3);
  all.clients[0]->drop();
  CHECK(slice.find(id) == nullptr);
  CHECK(slice.find(engine::id()) == nullptr);
  CHECK(slice.size() == 2);
  CHECK(all.visited({}) == numbers{1, 2});
  all.clients[2]->drop();
  CHECK(all.visited({}) == numbers{1});
  all.clients[1]->drop();
  CHECK(all.visited({}).empty());
}

TEST_CASE("slice: a packet goes to each of the targets once") {
  crowd all(3);
  all.sockets[0]->join("a");
  all.sockets[0]->join("b");
  all.sockets[1]->join("b");
  all.main.on(0).send(in_rooms({"a", "b"}), core::encode_event<codec>("/", std::nullopt, "x", 1));
  all.here.end();
  CHECK(all.clients[0]->hear() == texts{R"(2["x",1])"});
  CHECK(all.clients[1]->hear() == texts{R"(2["x",1])"});
  CHECK(all.clients[2]->hear().empty());
}

TEST_CASE("slice: selections agree with plain sets") {
  for (unsigned seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    auto const any = [&](std::size_t below) { return random() % below; };
    crowd all(8);
    std::vector<std::set<std::string>> rooms(all.sockets.size());
    std::vector<bool> there(all.sockets.size(), true);
    std::vector<std::string> ids;
    for (auto const* const each : all.sockets) ids.push_back(name(*each));
    for (std::size_t i = 0; i < ids.size(); ++i) rooms[i].insert(ids[i]);
    for (int step = 0; step < 300; ++step) {
      auto const who = any(all.sockets.size());
      auto const room = any(3) ? "room" + std::to_string(any(5)) : ids[any(ids.size())];
      if (any(100) == 0 && there[who]) {
        all.clients[who]->drop();
        there[who] = false;
        rooms[who].clear();
      } else if (there[who] && any(3)) {
        all.sockets[who]->join(room);
        rooms[who].insert(room);
      } else if (there[who]) {
        all.sockets[who]->leave(room);
        if (room != ids[who]) rooms[who].erase(room);
      }
      core::targets to;
      for (auto i = any(3); i > 0; --i)
        to.rooms.push_back(any(3) ? "room" + std::to_string(any(6)) : ids[any(8)]);
      for (auto i = any(3); i > 0; --i)
        to.except.push_back(any(3) ? "room" + std::to_string(any(6)) : ids[any(8)]);
      if (any(2)) to.sender = engine::id::from(ids[any(8)]);
      numbers wanted;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        auto const in = [&](std::string const& each) { return rooms[i].contains(each); };
        if (there[i] && (to.rooms.empty() || std::any_of(to.rooms.begin(), to.rooms.end(), in)) &&
            std::none_of(to.except.begin(), to.except.end(), in) &&
            !(to.sender && to.sender->view() == ids[i]))
          wanted.push_back(i);
      }
      REQUIRE(all.visited(to) == wanted);
    }
  }
}
