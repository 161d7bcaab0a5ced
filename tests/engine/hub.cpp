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
  opening.url = "/engine.io/?EIO=4&a=b";
  opening.headers = "x: y\n";
  auto const& opened = on.hub.open(on.hub.claim_next_id(), socket, true, opening);
  CHECK(opened.handshake().query() == "EIO=4&a=b");
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
  CHECK_THROWS_AS(on.hub.open(on.hub.claim_next_id(), get, false, {}), std::runtime_error);
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

TEST_CASE("hub: closing all delivers what is queued, and lets nobody in any more (W-134)") {
  shard on;
  socket_link socket, slow;
  request_link opening, waiting;
  on.open(socket, true).send(engine::text_message("a"));
  auto& stuck = on.open(slow, true);
  slow.slow = true;
  stuck.send(engine::text_message("b"));
  on.settle();
  stuck.send(engine::text_message("c"));
  auto& polling = on.open(opening, false);
  polling.send(engine::text_message("d"));
  auto const judge = [&](std::string const& query) {
    return on.hub.judge({.method = "GET", .query = "EIO=4&transport=polling" + query}).refused;
  };
  CHECK_FALSE(on.hub.closing());
  CHECK(judge("") == engine::refusal::none);

  on.hub.close_all(reason::server_shutting_down);
  CHECK(on.hub.closing());
  CHECK(judge("") == engine::refusal::shutting_down);
  CHECK(judge("&sid=" + std::string(polling.id().view())) == engine::refusal::none);  // for its good-bye
  CHECK(judge("&sid=x") == engine::refusal::unknown_session);
  on.settle();
  CHECK(socket.sent.back() == "4a");
  CHECK(socket.closed);
  CHECK(on.hub.size() == 2);

  polling.poll(waiting);
  catch_up(stuck, slow);
  on.settle();
  CHECK(waiting.body ==
        "4d\x1e"
        "6\x1e"
        "1");
  CHECK(slow.sent.back() == "4c");
  CHECK(slow.closed);
  CHECK(on.hub.size() == 0);
  for (auto const& log : on.records) CHECK(log.closed == reasons{reason::server_shutting_down});
  CHECK(on.asleep());
}

TEST_CASE("hub: closing all while sessions end each other, then aborting the rest") {
  shard on;
  std::deque<socket_link> sockets(4);
  std::vector<engine::session*> all;
  for (auto& socket : sockets) {
    socket.slow = true;
    all.push_back(&on.open(socket, true));
    all.back()->send(engine::text_message("a"));
  }
  for (auto& log : on.records)
    log.on_close = [&](engine::session& ended) {
      for (auto* const each : all)
        if (each != &ended) each->abort(reason::forced_close);
    };
  on.hub.close_all(reason::server_shutting_down);
  on.hub.close_all(reason::server_shutting_down);
  on.hub.abort_all(reason::server_shutting_down);
  CHECK(on.hub.size() == 0);
  on.settle();
  for (auto const& log : on.records) CHECK(log.closed.size() == 1);
  CHECK(on.hub.closing());
  CHECK(on.asleep());
}

TEST_CASE("hub: who exceeds a bound is named, with address and session") {
  engine::options const options;
  engine::turn turn([] {});
  record log;
  texts hits;
  engine::hub hub(
      options, turn, [&](engine::session& opened) { return std::make_unique<recorder>(opened, log); },
      [&](socketiopp::bound_hit const& hit) {
        hits.push_back(std::string(to_string(hit.which)) + " " + std::string(hit.remote_address) + " " +
                       std::string(hit.session));
      });
  socket_link socket;
  engine::handshake opening;
  opening.remote_address = "192.0.2.1";
  auto& opened = hub.open(hub.claim_next_id(), socket, true, opening);
  opened.report(socketiopp::bound::max_namespaces);
  CHECK(hits == texts{"max_namespaces 192.0.2.1 " + std::string(opened.id().view())});
}
