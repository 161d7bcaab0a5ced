// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
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
    main.slice_on(0).for_each(to, [&](core_socket& who) {
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
  auto const some = !rooms.empty();
  return {.some = some, .rooms = std::move(rooms), .except = std::move(except), .sender = std::nullopt};
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
  CHECK(all.visited({.some = false, .rooms = {}, .except = {}, .sender = all.sockets[1]->id()}) ==
        numbers{0, 2});
  CHECK(all.visited({.some = true, .rooms = {"a"}, .except = {}, .sender = all.sockets[1]->id()}) ==
        numbers{0, 2});
  CHECK(all.visited(
               {.some = true, .rooms = {name(*all.sockets[1])}, .except = {}, .sender = all.sockets[1]->id()})
            .empty());
  auto const gone = all.sockets[1]->id();
  all.sockets[1]->disconnect(false);
  CHECK(all.visited({.some = false, .rooms = {}, .except = {}, .sender = gone}) == numbers{0, 2});
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
  auto& slice = all.main.slice_on(0);
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

TEST_CASE("slice: the targets in memory, for whoever changes the rooms or disconnects them") {
  crowd all(4);
  for (auto* const each : all.sockets) each->join("a");
  all.main.then_disconnecting = [&](core_socket& leaving, reason) {
    for (auto const& each : all.main.slice_on(0).all({})) CHECK(each.get() != &leaving);
  };
  auto const targets = all.main.slice_on(0).all(in_rooms({"a"}, {name(*all.sockets[3])}));
  CHECK(targets.size() == 3);
  for (auto const& each : targets) {
    each->leave("a");
    each->join("b");
    each->disconnect(false);
  }
  all.here.end();
  CHECK(all.visited({}) == numbers{3});
  for (auto const& each : targets) CHECK(!each->connected());
}

TEST_CASE("slice: a packet goes to each of the targets once") {
  crowd all(3);
  all.sockets[0]->join("a");
  all.sockets[0]->join("b");
  all.sockets[1]->join("b");
  all.main.slice_on(0).send(in_rooms({"a", "b"}),
                            parser::encode_event<core::format_of<policies>>("/", std::nullopt, "x", 1));
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
      to.some = !to.rooms.empty();
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

// -- those who do not read -----------------------------------------------------------------------------

namespace {

/// Clients of whom some take nothing any more, and for whom little may wait.
struct slow_crowd : crowd {
  slow_crowd(std::size_t size, overflow policy) : crowd(size) {
    here.engine_options.max_queued_bytes = 1000;
    here.engine_options.on_overflow = policy;
    main.log.clear();
  }

  /// From now on whatever is sent to it is too much.
  void clog(std::size_t which) {
    clients[which]->slow_down();
    sockets[which]->send(
        parser::encode_event<core::format_of<policies>>("/", std::nullopt, std::string(1000, 'x')));
    here.end();
    clients[which]->hear();
  }

  void broadcast(core::targets const& to = {}) {
    main.slice_on(0).send(to, parser::encode_event<core::format_of<policies>>("/", std::nullopt, "x"));
  }

  std::size_t errors() const {
    return static_cast<std::size_t>(std::count_if(main.log.begin(), main.log.end(), [](auto const& line) {
      return line.starts_with("error: the peer reads too slowly");
    }));
  }

  texts const got{R"(2["x"])"};
};

}  // namespace

TEST_CASE("slice: with drop_newest who is slow misses it, its namespace is told, the others get it") {
  slow_crowd all(3, overflow::drop_newest);
  all.clog(1);
  texts heard_first;
  all.main.then_error = [&](core_socket& who) {
    CHECK(&who == all.sockets[1]);
    all.here.turn.end();  // what the others got is queued already
    heard_first = all.clients[2]->hear();
  };
  all.broadcast();
  CHECK(heard_first == all.got);
  CHECK(all.errors() == 1);
  all.here.end();
  CHECK(all.clients[0]->hear() == all.got);
  CHECK(all.clients[1]->hear().empty());
  CHECK(!all.clients[1]->closed());
  CHECK(all.here.bounds == texts{"max_queued_bytes"});
  all.clients[1]->catch_up();
  all.broadcast();
  all.here.end();
  CHECK(all.clients[1]->hear() == all.got);
  CHECK(all.errors() == 1);
}

TEST_CASE("slice: on_error may do anything, in the middle of a broadcast to many slow ones") {
  enum class what { disconnect_all, end_all, join, broadcast, broadcast_binary, server };
  for (auto const deed : {what::disconnect_all, what::end_all, what::join, what::broadcast,
                          what::broadcast_binary, what::server}) {
    CAPTURE(static_cast<int>(deed));
    slow_crowd all(12, overflow::drop_newest);
    for (std::size_t i = 0; i < 12; i += 2) all.clog(i);
    for (auto* const each : all.sockets) each->join("a");
    all.main.then_error = [&](core_socket& who) {
      switch (deed) {
        case what::disconnect_all:
          for (auto* const each : all.sockets) each->disconnect(false);
          break;
        case what::end_all: who.disconnect(true); break;
        case what::join: who.join("b"); break;
        case what::broadcast: all.broadcast(in_rooms({"a"})); break;
        case what::broadcast_binary:
          all.main.slice_on(0).send(
              {}, parser::encode_event<core::format_of<policies>>("/", std::nullopt, "b", binary("bytes")));
          break;
        case what::server: all.here.hub.abort_all(reason::server_shutting_down); break;
      }
    };
    all.broadcast(in_rooms({"a", "b"}));
    // Each slow one is told of once, however many more miss what is sent meanwhile.
    auto const ends = deed == what::disconnect_all || deed == what::server;
    CHECK(all.errors() == (ends ? 1 : 6));
    all.here.end();
    if (deed == what::join) CHECK(all.visited(in_rooms({"b"})).size() == 6);
    if (deed == what::broadcast) CHECK(all.clients[1]->hear().size() == 7);
    if (deed == what::broadcast_binary) CHECK(all.clients[1]->hear().size() == 13);
    if (deed == what::end_all) CHECK(all.main.slice_on(0).size() == 6);
  }
}

TEST_CASE("slice: with close who is slow goes after the broadcast, with nothing more heard of it") {
  slow_crowd all(4, overflow::close);
  all.clog(0);
  all.clog(2);
  all.broadcast();
  CHECK(all.main.slice_on(0).size() == 4);
  CHECK(all.main.log.empty());
  all.broadcast();
  all.here.end();
  CHECK(all.clients[0]->closed());
  CHECK(all.clients[2]->closed());
  CHECK(all.visited({}) == numbers{1, 3});
  CHECK(all.clients[1]->hear() == texts{all.got[0], all.got[0]});
  CHECK(all.errors() == 0);
  CHECK(all.here.bounds.size() == 2);
  CHECK(all.main.log.size() == 4);
}

TEST_CASE("slice: who is told of a bound may broadcast and disconnect, and a broadcast is not torn by it") {
  for (auto const policy : {overflow::close, overflow::drop_newest}) {
    slow_crowd all(4, policy);
    all.clog(0);
    for (auto* const each : all.sockets) each->join("a");
    all.sockets[1]->join("b");
    all.sockets[2]->join("except");
    int told = 0;
    all.here.then_bound = [&] {
      ++told;
      all.broadcast(in_rooms({"a"}, {"b"}));
      all.sockets[3]->disconnect(true);
    };
    all.broadcast(in_rooms({"a", "b"}, {"except"}));
    CHECK(told == 0);
    all.here.end();
    CHECK(told == 1);
    CHECK(all.clients[1]->hear() == all.got);  // the first, once
    CHECK(all.clients[2]->hear() == all.got);  // the second
    CHECK(all.clients[3]->hear() == texts{all.got[0], all.got[0], "1"});
    CHECK(all.clients[3]->closed());
    CHECK(all.clients[0]->closed() == (policy == overflow::close));
  }
}

TEST_CASE("slice: a volatile broadcast reaches those who need not wait, and nobody is told of the others") {
  slow_crowd all(3, overflow::drop_newest);
  all.clients[1]->slow_down();
  all.broadcast();
  all.here.end();
  for (auto const& each : all.clients) CHECK(each->hear() == all.got);
  auto packet = parser::encode_event<core::format_of<policies>>("/", std::nullopt, "v", binary("bytes"))
                    .with({.is_volatile = true});
  all.main.slice_on(0).send({}, packet);
  all.here.end();
  CHECK(all.clients[0]->hear().size() == 2);
  CHECK(all.clients[1]->hear().empty());
  CHECK(all.clients[2]->hear().size() == 2);
  CHECK(all.main.log.empty());
  CHECK(all.here.bounds.empty());
}
