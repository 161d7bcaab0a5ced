// SPDX-License-Identifier: MIT
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/hub.hpp>

using namespace engine_test;

namespace {

using reasons = std::vector<reason>;

}  // namespace

TEST_CASE("hub: finds sessions by their id until they have ended") {
  shard on;
  socket_link a, b;
  auto& first = on.open(a, true);
  auto& second = on.open(b, true);
  auto const first_id = first.id();
  CHECK(on.hub.size() == 2);
  CHECK(on.hub.find(first_id) == &first);
  CHECK(on.hub.find(second.id()) == &second);
  CHECK(on.hub.find(on.hub.next_id()) == nullptr);
  first.abort(reason::forced_close);
  CHECK(on.hub.find(first_id) == nullptr);
  CHECK_FALSE(on.records[0].destroyed);  // whoever is inside it may still be
  on.settle();
  CHECK(on.records[0].destroyed);
  CHECK(on.hub.find(second.id()) == &second);
}

TEST_CASE("hub: judges requests by the sessions that it has") {
  shard on;
  request_link get;
  std::string const sid(on.open(get, false).id().view());
  auto const judge = [&](std::string const& id) {
    return on.hub.judge({.method = "GET", .query = "EIO=4&transport=polling&sid=" + id});
  };
  CHECK((judge(sid).wants == engine::wish::poll));
  CHECK(judge(sid).refused == engine::refusal::none);
  CHECK(judge(std::string(on.hub.next_id().view())).refused == engine::refusal::unknown_session);

  on.hub.find(*engine::id::from(sid))->close(reason::forced_close);
  on.settle();
  CHECK(judge(sid).refused == engine::refusal::none);  // it waits for a poll to say good-bye to
  on.pass(30s);
  CHECK(judge(sid).refused == engine::refusal::unknown_session);
}

TEST_CASE("hub: a session remembers the request that opened it") {
  shard on;
  socket_link socket;
  engine::handshake opening;
  opening.query = "EIO=4&a=b";
  opening.headers = "x: y\n";
  auto const& opened = on.hub.open(socket, true, opening);
  CHECK(opened.handshake().query == "EIO=4&a=b");
  CHECK(opened.handshake().header("x") == "y");
}

TEST_CASE("hub: aborting all ends every session once, whatever they do to each other (W-132)") {
  shard on;
  std::deque<socket_link> sockets(3);
  std::deque<request_link> requests(3);
  std::vector<engine::session*> all;
  for (auto& socket : sockets) all.push_back(&on.open(socket, true));
  for (auto& request : requests) all.push_back(&on.open(request, false));
  for (auto& log : on.records)
    log.on_close = [&](engine::session&) {
      for (auto* const each : all) each->abort(reason::forced_close);
    };
  all[5]->close(reason::forced_server_close);  // closing already
  on.hub.abort_all(reason::server_shutting_down);
  CHECK(on.hub.size() == 0);
  on.settle();
  for (auto const& log : on.records) {
    CHECK(log.closed.size() == 1);
    CHECK(log.destroyed);
  }
  CHECK(on.records[5].closed == reasons{reason::forced_server_close});
  for (auto const& socket : sockets) CHECK(socket.closed);
  CHECK(on.asleep());
}

TEST_CASE("hub: a user that cannot be made leaves no session behind") {
  shard on;
  on.on_accept = [](engine::session& opened, record&) {
    opened.send(engine::text_message("a"));
    throw std::runtime_error("no");
  };
  request_link get;
  CHECK_THROWS_AS(on.hub.open(get, false, {}), std::runtime_error);
  CHECK(on.hub.size() == 0);
  on.settle();
  CHECK_FALSE(get.over());
  CHECK(on.asleep());
}

TEST_CASE("hub: may go with sessions that are open, closing and discarded") {
  socket_link a, b;
  request_link c;
  {
    shard on;
    on.open(a, true);
    on.open(b, true).abort(reason::forced_close);
    on.open(c, false).close(reason::forced_close);
  }
  CHECK_FALSE(a.over());
  CHECK(b.closed);
}
