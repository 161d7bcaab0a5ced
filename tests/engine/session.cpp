// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/session.hpp>

using namespace engine_test;

namespace {

// A session over long-polling, of either revision, whose opening request has been answered.
struct any_polling : shard {
  explicit any_polling(engine::options terms, engine::dialect speaks = {}, std::string query = {})
      : shard(std::move(terms)), session(open(opening, false, speaks, std::move(query))) {
    REQUIRE(opening.status == 200);
  }

  record& log() { return records.front(); }
  bool alive() { return hub.size() == 1; }
  void send(std::string_view text) { session.send(engine::text_message(text)); }

  /// A GET whose answer, if there is one, has come when this returns.
  request_link& poll() {
    auto& get = requests.emplace_back();
    session.poll(get);
    settle();
    return get;
  }
  request_link& post(std::string body, std::string_view type = "text/plain;charset=UTF-8") {
    auto& sent = requests.emplace_back();
    engine_test::post(session, sent, std::move(body), type);
    settle();
    return sent;
  }

  std::deque<request_link> requests;
  request_link opening;
  engine::session& session;
};

struct polling : any_polling {
  explicit polling(engine::options terms = {}) : any_polling(std::move(terms)) {
    REQUIRE(opening.body.starts_with('0'));
  }

  /// A WebSocket that has been probed.
  socket_link& probe() {
    auto& socket = sockets.emplace_back();
    socket.carry(session, turn);
    REQUIRE(session.probe(socket));
    say(session, socket, "2probe");
    REQUIRE(socket.sent == texts{"3probe"});
    socket.sent.clear();
    return socket;
  }
  socket_link& upgrade() {
    auto& socket = probe();
    say(session, socket, "5");
    settle();
    return socket;
  }

  std::deque<socket_link> sockets;
};

// A session over a WebSocket, after its open packet.
struct websocket : shard {
  explicit websocket(engine::options terms = {}) : shard(std::move(terms)) {
    REQUIRE(socket.sent.size() == 1);
    socket.sent.clear();
  }

  record& log() { return records.front(); }
  bool alive() { return hub.size() == 1; }
  void send(std::string_view text) { session.send(engine::text_message(text)); }

  socket_link socket;
  engine::session& session = open(socket, true);
};

engine::options quick() {
  engine::options terms;
  terms.ping_interval = 300ms;
  terms.ping_timeout = 200ms;
  return terms;
}

using reasons = std::vector<reason>;

}  // namespace

// -- opening -------------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(polling, "session: opens over long-polling (W-001)") {
  CHECK(opening.body.find(session.id().view()) != std::string::npos);
  CHECK(opening.body.find(R"("upgrades":["websocket"])") != std::string::npos);
  CHECK(opening.type == "text/plain; charset=UTF-8");
  CHECK_FALSE(opening.cacheable);
  CHECK(session.open());
  CHECK_FALSE(session.over_websocket());
  CHECK(session.transport() == "polling");
}

TEST_CASE("session: opens over a WebSocket (W-002)") {
  shard on;
  socket_link socket;
  auto const& session = on.open(socket, true);
  REQUIRE(socket.sent.size() == 1);
  CHECK(socket.sent[0].find(R"("upgrades":[])") != std::string::npos);
  CHECK(session.over_websocket());
  CHECK(session.transport() == "websocket");
}

TEST_CASE("session: upgrades are offered where they are possible (W-110, W-111)") {
  engine::options allowed, served;
  allowed.allow_upgrades = false;
  served.websocket = false;
  for (auto const& terms : {allowed, served}) {
    shard on(terms);
    request_link get;
    on.open(get, false);
    CHECK(get.body.find(R"("upgrades":[])") != std::string::npos);
  }
}

TEST_CASE("session: what its user sends at once goes with the open packet (W-044)") {
  shard on;
  on.on_accept = [](engine::session& opened, record&) {
    opened.send(engine::text_message("hello"));
    opened.send(engine::text_message("you"));
  };
  request_link get;
  on.open(get, false);
  CHECK(
      get.body.ends_with("}\x1e"
                         "4hello\x1e"
                         "4you"));
}

TEST_CASE("session: a user may end its session while it is made, and is told when it is over") {
  for (bool const abort : {false, true})
    for (bool const over_websocket : {false, true}) {
      CAPTURE(abort);
      CAPTURE(over_websocket);
      shard on;
      on.on_accept = [abort](engine::session& opened, record& log) {
        opened.send(engine::text_message("bye"));
        if (abort)
          opened.abort(reason::forced_close);
        else
          opened.close(reason::forced_close);
        opened.abort(reason::transport_error);  // once is enough
        opened.send(engine::text_message("late"));
        log.on_close = [](engine::session& ended) { ended.abort(reason::transport_error); };
      };
      request_link get;
      socket_link socket;
      // The link is not let go before its owner knows of which session.
      auto const& opened =
          on.hub.open(on.hub.claim_next_id(), over_websocket ? static_cast<engine::link&>(socket) : get,
                      over_websocket, {});
      CHECK_FALSE(opened.open());
      CHECK_FALSE(get.over());
      CHECK_FALSE(socket.over());
      on.settle();
      CHECK(on.records.front().closed == reasons{reason::forced_close});
      CHECK(on.records.front().destroyed);
      CHECK(on.hub.size() == 0);
      if (over_websocket) {
        CHECK(socket.closed);
        CHECK(socket.sent.back() == "4bye");
      } else {
        CHECK(
            get.body.ends_with("\x1e"
                               "4bye\x1e"
                               "1"));
      }
      CHECK(on.asleep());
    }
}

// -- long-polling --------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(polling, "session: packets wait for a poll, which takes them all in order (W-040, W-041)") {
  send("a");
  session.send(engine::binary_message(std::as_bytes(std::span("bc", 2))));
  settle();
  send("d");
  settle();
  auto const& get = poll();
  CHECK(get.status == 200);
  CHECK(get.body ==
        "4a\x1e"
        "bYmM=\x1e"
        "4d");
  CHECK(get.type == "text/plain; charset=UTF-8");
  CHECK_FALSE(get.cacheable);
}

TEST_CASE_FIXTURE(polling, "session: a poll waits for packets, and is answered once a turn (W-041)") {
  auto const& get = poll();
  CHECK_FALSE(get.answered());
  send("a");
  send("b");
  CHECK_FALSE(get.answered());
  settle();
  CHECK(get.body ==
        "4a\x1e"
        "4b");
  send("c");
  settle();
  CHECK(poll().body == "4c");
}

TEST_CASE_FIXTURE(polling, "session: a second poll ends the session (W-036)") {
  auto const& first = poll();
  send("lost");
  auto const& second = poll();
  CHECK(first.status == 200);
  CHECK(first.body == "1");
  CHECK(second.status == 400);
  CHECK(second.body.empty());
  CHECK(log().closed == reasons{reason::transport_error});
  CHECK_FALSE(alive());
}

TEST_CASE_FIXTURE(polling, "session: a poll that the client gives up ends the session (W-038)") {
  auto& get = poll();
  lose(session, get);
  settle();
  CHECK(log().closed == reasons{reason::transport_error});
  CHECK_FALSE(alive());
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: losing a request that was answered does not matter") {
  send("a");
  auto& get = poll();
  lose(session, get);
  auto& sent = post("4b");
  lose(session, sent);
  settle();
  CHECK(alive());
  CHECK(log().received == texts{"b"});
}

TEST_CASE_FIXTURE(polling,
                  "session: a POST is answered with ok, and its packets arrive in order (W-030, W-040)") {
  auto const& sent = post(
      "4a\x1e"
      "bAQI=\x1e"
      "4\x1e"
      "4\xc3\xa9");
  CHECK(sent.status == 200);
  CHECK(sent.type == "text/html");
  CHECK(sent.body == "ok");
  CHECK(log().received == texts{"a", "bin:\x01\x02", "", "\xc3\xa9"});
}

TEST_CASE_FIXTURE(polling, "session: binary packets are decoded leniently (W-043)") {
  post(
      "bAQI\x1e"
      "b\x1e"
      "bA-_/ *+=AAAA");
  CHECK(log().received == texts{"bin:\x01\x02", "bin:", "bin:\x03\xef\xff"});
  CHECK(alive());
}

TEST_CASE(
    "session: what is no packet ends the session after the packets before it (W-031, W-035, W-042, W-060)") {
  for (std::string const bad : {"", "7", "abc", "\x1e", "/", ":", " 4", "\x80"}) {
    CAPTURE(bad);
    polling on;
    auto const& sent = on.post("4a\x1e" + bad +
                               "\x1e"
                               "4b");
    CHECK(sent.status == 200);
    CHECK(sent.body == "ok");
    CHECK(on.log().closed == reasons{reason::parse_error});
    if (bad != "\x80") CHECK(on.log().received == texts{"a"});
    CHECK_FALSE(on.alive());
  }
  polling on;
  CHECK(on.post("").body == "ok");
  CHECK(on.log().closed == reasons{reason::parse_error});
}

TEST_CASE_FIXTURE(polling, "session: a body that is not UTF-8 is a parse error (W-045)") {
  post("4\xff");
  CHECK(log().received.empty());
  CHECK(log().closed == reasons{reason::parse_error});
}

TEST_CASE_FIXTURE(polling, "session: a binary POST is of an older protocol (W-032)") {
  auto const& sent = post("4a", "application/octet-stream");
  CHECK(sent.status == 400);
  CHECK(sent.body.empty());
  CHECK(log().received.empty());
  CHECK(log().closed == reasons{reason::transport_error});
}

TEST_CASE_FIXTURE(polling, "session: a second POST cuts the first and ends the session (W-037)") {
  request_link first, second;
  auto const& get = poll();
  REQUIRE(session.post_begins(first));
  CHECK_FALSE(session.post_begins(second));
  CHECK(first.was_cut);
  CHECK_FALSE(first.answered());
  CHECK(second.status == 400);
  CHECK(second.body.empty());
  CHECK(get.body == "1");
  CHECK(log().closed == reasons{reason::transport_error});
}

TEST_CASE_FIXTURE(polling, "session: a POST that is too long leaves the session alone (W-034, F-008)") {
  request_link long_one;
  REQUIRE(session.post_begins(long_one));
  session.post_refused(long_one);
  CHECK(post("4a").body == "ok");
  CHECK(log().received == texts{"a"});
}

TEST_CASE_FIXTURE(polling, "session: a POST that is cut off ends the session (W-039)") {
  request_link sent;
  REQUIRE(session.post_begins(sent));
  lose(session, sent);
  CHECK(log().closed == reasons{reason::transport_error});
}

TEST_CASE_FIXTURE(polling, "session: a poll and a POST may be there at the same time") {
  auto const& get = poll();
  log().on_message = [](engine::session& s, std::string_view text) { s.send(engine::text_message(text)); };
  post(
      "4a\x1e"
      "4b");
  CHECK(get.body ==
        "4a\x1e"
        "4b");
}

// -- packets -------------------------------------------------------------------------------------------

TEST_CASE("session: a ping from the client ends the session (W-061)") {
  for (std::string const text : {"2", "2probe"}) {
    polling over_polling;
    CHECK(over_polling
              .post("4a\x1e" + text +
                    "\x1e"
                    "4b")
              .body == "ok");
    CHECK(over_polling.log().received == texts{"a"});
    CHECK(over_polling.log().closed == reasons{reason::transport_error});

    websocket over_websocket;
    say(over_websocket.session, over_websocket.socket, text);
    CHECK(over_websocket.log().closed == reasons{reason::transport_error});
    CHECK(over_websocket.socket.closed);
  }
}

TEST_CASE("session: packets that mean nothing now are ignored (W-062)") {
  polling over_polling;
  over_polling.post(
      "0\x1e"
      "5\x1e"
      "6\x1e"
      "3\x1e"
      "0{}\x1e"
      "4a");
  CHECK(over_polling.log().received == texts{"a"});
  CHECK(over_polling.alive());

  websocket over_websocket;
  for (std::string const text : {"0", "5", "6", "3", "3probe", "4a"})
    say(over_websocket.session, over_websocket.socket, text);
  CHECK(over_websocket.log().received == texts{"a"});
  CHECK(over_websocket.alive());
}

TEST_CASE_FIXTURE(polling, "session: the client closes over long-polling (W-063)") {
  auto const& get = poll();
  CHECK(post("4a\x1e"
             "1\x1e"
             "4b")
            .body == "ok");
  CHECK(get.body == "6");
  CHECK(log().received == texts{"a"});
  CHECK(log().closed == reasons{reason::transport_close});
  CHECK_FALSE(alive());
}

TEST_CASE_FIXTURE(websocket, "session: the client closes over a WebSocket (W-064)") {
  send("never");
  say(session, socket, "1");
  settle();
  CHECK(socket.closed);
  CHECK(socket.sent.empty());
  CHECK(log().closed == reasons{reason::transport_close});
}

TEST_CASE_FIXTURE(websocket, "session: messages over a WebSocket (W-065, W-066)") {
  say(session, socket, "4a");
  session.receive_binary(socket, std::as_bytes(std::span("bc", 2)));
  say(session, socket, "bZGU=");
  session.receive_binary(socket, {});
  say(session, socket, "4");
  CHECK(log().received == texts{"a", "bin:bc", "bin:de", "bin:", ""});
  send("x");
  session.send(engine::binary_message(std::as_bytes(std::span("y", 1))));
  CHECK(socket.sent.empty());
  settle();
  CHECK(socket.sent == texts{"4x", "bin:y"});
}

TEST_CASE("session: what is no packet ends a WebSocket session (W-060, F-184)") {
  for (std::string const bad : {"", "7", "abc", "\x1e", "\xff", " 4a"}) {
    websocket on;
    say(on.session, on.socket, bad);
    on.settle();
    CHECK(on.log().closed == reasons{reason::parse_error});
    CHECK(on.socket.closed);
  }
}

TEST_CASE_FIXTURE(websocket,
                  "session: a slow WebSocket is not written to before it can be, then all at once") {
  socket.open_for_more = false;
  send("a");
  settle();
  send("b");
  settle();
  CHECK(socket.sent.empty());
  socket.open_for_more = true;
  session.drained(socket);
  settle();
  CHECK(socket.sent == texts{"4a", "4b"});
  session.drained(socket);
  settle();
  CHECK(socket.sent.size() == 2);
}

TEST_CASE_FIXTURE(websocket,
                  "session: a WebSocket that goes ends the session, for the reason that it gives") {
  send("never");
  lose(session, socket, reason::transport_error);
  settle();
  CHECK(log().closed == reasons{reason::transport_error});
  CHECK(log().destroyed);
  CHECK(asleep());
}

TEST_CASE_FIXTURE(websocket, "session: requests of long-polling are refused over a WebSocket (W-007)") {
  request_link get, sent;
  session.poll(get);
  CHECK_FALSE(session.post_begins(sent));
  for (auto const* refused : {&get, &sent}) {
    CHECK(refused->status == 400);
    CHECK(refused->body == R"({"code":3,"message":"Bad request"})");
  }
  socket_link second;
  CHECK_FALSE(session.probe(second));
  CHECK(alive());
}

TEST_CASE_FIXTURE(websocket, "session: links of others are none of its own") {
  socket_link other;
  request_link request;
  say(session, other, "4a");
  session.receive_binary(other, {});
  session.drained(other);
  lose(session, other);
  lose(session, request);
  session.post_refused(request);
  CHECK(log().received.empty());
  CHECK(alive());
}

// -- heartbeat -----------------------------------------------------------------------------------------

TEST_CASE("session: pings after the interval, and after each pong (W-080)") {
  websocket on(quick());
  on.pass(299ms);
  CHECK(on.socket.sent.empty());
  on.pass(1ms);
  CHECK(on.socket.sent == texts{"2"});
  on.pass(100ms);
  say(on.session, on.socket, "3");
  on.pass(299ms);
  CHECK(on.socket.sent.size() == 1);
  on.pass(1ms);
  CHECK(on.socket.sent == texts{"2", "2"});
}

TEST_CASE("session: the interval may be shorter than the timeout (W-080)") {
  engine::options terms;
  terms.ping_interval = 100ms;
  terms.ping_timeout = 1000ms;
  websocket on(terms);
  on.pass(100ms);
  say(on.session, on.socket, "3");
  on.pass(99ms);
  CHECK(on.socket.sent == texts{"2"});
  on.pass(1ms);
  CHECK(on.socket.sent == texts{"2", "2"});
  on.pass(999ms);
  CHECK(on.alive());
  on.pass(1ms);
  CHECK(on.log().closed == reasons{reason::ping_timeout});
}

TEST_CASE("session: no pong in time ends the session (W-081, W-083, F-183)") {
  websocket over_websocket(quick());
  over_websocket.pass(499ms);
  CHECK(over_websocket.alive());
  over_websocket.pass(1ms);
  CHECK(over_websocket.log().closed == reasons{reason::ping_timeout});
  CHECK(over_websocket.socket.closed);
  CHECK(over_websocket.asleep());

  polling over_polling(quick());
  over_polling.pass(300ms);
  CHECK(over_polling.poll().body == "2");
  auto const& get = over_polling.poll();
  over_polling.pass(200ms);
  CHECK(over_polling.log().closed == reasons{reason::ping_timeout});
  CHECK(get.body == "1");
  CHECK_FALSE(over_polling.alive());
}

TEST_CASE("session: a busy client gets more time, once (W-082)") {
  websocket on(quick());
  on.pass(300ms);
  on.pass(150ms);
  say(on.session, on.socket, "4a");
  on.pass(199ms);
  CHECK(on.alive());
  say(on.session, on.socket, "4b");
  on.pass(1ms);
  CHECK(on.log().closed == reasons{reason::ping_timeout});

  websocket binary(quick());
  binary.pass(450ms);
  binary.session.receive_binary(binary.socket, {});
  binary.pass(150ms);
  say(binary.session, binary.socket, "3");
  binary.pass(299ms);
  CHECK(binary.alive());
}

TEST_CASE("session: the ping waits in the queue like any packet (W-085)") {
  polling on(quick());
  on.send("a");
  on.pass(300ms);
  CHECK(on.poll().body ==
        "4a\x1e"
        "2");
  on.post("3");
  on.pass(299ms);
  CHECK(on.alive());

  websocket slow(quick());
  slow.socket.open_for_more = false;
  slow.pass(300ms);
  slow.socket.open_for_more = true;
  slow.session.drained(slow.socket);
  slow.settle();
  CHECK(slow.socket.sent == texts{"2"});
}

TEST_CASE("session: the heartbeat goes on over the upgrade (W-084)") {
  polling on(quick());
  auto const& get = on.poll();
  on.pass(300ms);
  CHECK(get.body == "2");
  auto& socket = on.upgrade();
  say(on.session, socket, "3");
  on.pass(299ms);
  CHECK(socket.sent.empty());
  on.pass(1ms);
  CHECK(socket.sent == texts{"2"});
  on.pass(200ms);
  CHECK(on.log().closed == reasons{reason::ping_timeout});
}

// -- upgrade -------------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(
    polling, "session: a probe ends the poll that waits, and each later one after 100 ms (W-100, W-101)") {
  auto const& first = poll();
  probe();
  settle();
  CHECK(first.body == "6");
  for (int i = 0; i < 3; ++i) {
    auto const& get = poll();
    pass(99ms);
    CHECK_FALSE(get.answered());
    pass(1ms);
    CHECK(get.body == "6");
  }
}

TEST_CASE_FIXTURE(polling, "session: messages during the probe go through the poll (W-102)") {
  auto const& waiting = poll();
  send("a");
  auto& socket = probe();
  settle();
  CHECK(waiting.body == "4a");
  auto const& get = poll();
  send("mid");
  settle();
  CHECK(get.body == "4mid");
  CHECK(socket.sent.empty());
  send("late");
  pass(200ms);
  say(session, socket, "5");
  settle();
  CHECK(socket.sent == texts{"4late"});
}

TEST_CASE_FIXTURE(polling, "session: the upgrade ends with 5, and what is queued follows in order (W-104)") {
  auto& socket = probe();
  auto const& get = poll();
  send("a");
  say(session, socket, "5");
  send("b");
  settle();
  CHECK(get.body == "6");
  CHECK(socket.sent == texts{"4a", "4b"});
  CHECK(session.over_websocket());
  CHECK(session.transport() == "websocket");
  pass(15s);  // neither the noop nor the upgrade's timeout is left
  CHECK(socket.sent.size() == 2);
  CHECK(poll().body == R"({"code":3,"message":"Bad request"})");
  CHECK(post("4x").status == 400);
  CHECK(log().received.empty());
  say(session, socket, "4y");
  CHECK(log().received == texts{"y"});
}

TEST_CASE_FIXTURE(polling, "session: a POST during the upgrade is heard before the WebSocket (W-103)") {
  auto& socket = probe();
  CHECK(post("4a").body == "ok");
  request_link late;
  REQUIRE(session.post_begins(late));
  say(session, socket, "5");
  std::string body = "4b";
  session.post(late, "text/plain", body);
  say(session, socket, "4c");
  CHECK(late.body == "ok");
  CHECK(log().received == texts{"a", "b", "c"});
}

TEST_CASE_FIXTURE(polling,
                  "session: a POST that is cut off across the upgrade has lost something: the session ends") {
  auto& socket = probe();
  request_link late;
  REQUIRE(session.post_begins(late));
  say(session, socket, "5");
  lose(session, late);
  CHECK(log().closed == reasons{reason::transport_error});
  CHECK(socket.closed);
}

TEST_CASE_FIXTURE(polling, "session: there is place for one WebSocket (W-105)") {
  auto& socket = probe();
  socket_link second;
  CHECK_FALSE(session.probe(second));
  say(session, second, "2probe");
  say(session, second, "5");
  session.receive_binary(second, {});
  lose(session, second);
  CHECK(second.sent.empty());
  CHECK_FALSE(session.over_websocket());
  say(session, socket, "5");
  socket_link third;
  CHECK_FALSE(session.probe(third));
  CHECK(session.over_websocket());
  CHECK(alive());
}

TEST_CASE_FIXTURE(polling, "session: a probe that the client closes leaves long-polling (W-106)") {
  auto& socket = probe();
  auto const& get = poll();  // a noop would come, were it not for the end of the probe
  lose(session, socket);
  pass(5s);
  CHECK_FALSE(get.answered());
  send("a");
  settle();
  CHECK(get.body == "4a");
  auto& again = upgrade();
  send("b");
  settle();
  CHECK(again.sent == texts{"4b"});
}

TEST_CASE_FIXTURE(polling, "session: an upgrade that takes too long is given up (W-107)") {
  auto const& asked = probe();
  pass(9999ms);
  CHECK_FALSE(asked.closed);
  pass(1ms);
  CHECK(asked.closed);

  socket_link silent;
  REQUIRE(session.probe(silent));
  auto const& get = poll();
  pass(9999ms);
  CHECK_FALSE(silent.closed);
  pass(1ms);
  CHECK(silent.closed);
  CHECK_FALSE(get.over());
  CHECK(alive());
  upgrade();
  CHECK(session.over_websocket());
}

TEST_CASE("session: anything but a probe and 5 ends the upgrade (W-108)") {
  for (std::string const bad : {"2", "2probe ", "2prob", "3probe", "4a", "6", "", "55", "1", "b", "0"}) {
    CAPTURE(bad);
    for (bool const probed : {false, true}) {
      polling on;
      socket_link socket;
      REQUIRE(on.session.probe(socket));
      if (probed) say(on.session, socket, "2probe");
      say(on.session, socket, bad);
      CHECK(socket.closed);
      CHECK(on.log().received.empty());
      CHECK(on.alive());
      auto const& get = on.poll();
      on.pass(1s);
      CHECK_FALSE(get.answered());
    }
  }
  polling on;
  auto& socket = on.probe();
  on.session.receive_binary(socket, {});
  CHECK(socket.closed);
  CHECK(on.alive());
}

TEST_CASE_FIXTURE(polling,
                  "session: 5 without a probe is no upgrade, and two probes are answered twice (W-109)") {
  socket_link early;
  REQUIRE(session.probe(early));
  say(session, early, "5");
  CHECK(early.closed);
  CHECK_FALSE(session.over_websocket());

  auto& socket = probe();
  say(session, socket, "2probe");
  CHECK(socket.sent == texts{"3probe"});
  say(session, socket, "5");
  CHECK(session.over_websocket());
}

TEST_CASE("session: a probe where upgrades are not allowed has no place (W-110)") {
  engine::options terms;
  terms.allow_upgrades = false;
  polling on(terms);
  socket_link socket;
  CHECK_FALSE(on.session.probe(socket));
  CHECK(on.alive());
}

TEST_CASE_FIXTURE(polling, "session: ending it ends the upgrade (W-112)") {
  auto& socket = probe();
  SUBCASE("gracefully") {
    session.close(reason::forced_server_close);
    CHECK(socket.closed);
    CHECK(poll().body ==
          "6\x1e"
          "1");
  }
  SUBCASE("at once") {
    auto const& get = poll();
    session.abort(reason::server_shutting_down);
    CHECK(socket.closed);
    CHECK(get.body == "1");
  }
  SUBCASE("by the client") {
    post("1");
    CHECK(socket.closed);
  }
  settle();
  CHECK_FALSE(alive());
  CHECK(log().closed.size() == 1);
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: no place for a WebSocket while it closes") {
  session.close(reason::forced_server_close);
  socket_link socket;
  CHECK_FALSE(session.probe(socket));
}

// -- close ---------------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(polling, "session: a graceful close delivers what is queued (W-048, W-131, W-134)") {
  SUBCASE("to the poll that waits") {
    auto const& get = poll();
    session.close(reason::forced_server_close);
    settle();
    CHECK(get.body == "1");
  }
  SUBCASE("with packets, to the poll that waits") {
    auto const& get = poll();
    send("a");
    session.close(reason::forced_server_close);
    settle();
    CHECK(get.body ==
          "4a\x1e"
          "1");
  }
  SUBCASE("to the next poll") {
    session.close(reason::forced_server_close);
    settle();
    CHECK(alive());
    CHECK(poll().body ==
          "6\x1e"
          "1");
  }
  SUBCASE("with packets, to the next poll") {
    send("a");
    session.close(reason::forced_server_close);
    settle();
    CHECK(poll().body ==
          "4a\x1e"
          "6\x1e"
          "1");
  }
  CHECK_FALSE(alive());
  CHECK(log().closed == reasons{reason::forced_server_close});
  CHECK(log().destroyed);
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: a client that never polls again is waited for 30 s (W-049)") {
  send("a");
  session.close(reason::forced_server_close);
  pass(29999ms);
  CHECK(alive());
  pass(1ms);
  CHECK_FALSE(alive());
  CHECK(log().closed.size() == 1);
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: a client that closes too is not waited for (W-049)") {
  send("a");
  session.close(reason::forced_server_close);
  settle();
  CHECK(alive());
  CHECK(post("4a\x1e"
             "1\x1e"
             "1")
            .body == "ok");
  settle();
  CHECK_FALSE(alive());
  CHECK(log().received.empty());
  CHECK(log().closed == reasons{reason::forced_server_close});
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: nothing arrives or is sent once it is closing (W-069)") {
  session.close(reason::forced_server_close);
  send("late");
  CHECK(post("4a\x1e"
             "2\x1e"
             "b1")
            .body == "ok");
  CHECK(log().received.empty());
  pass(60ms);
  session.close(reason::forced_close);
  CHECK(poll().body ==
        "6\x1e"
        "1");
  CHECK(log().closed == reasons{reason::forced_server_close});
}

TEST_CASE_FIXTURE(polling, "session: an abort while it closes ends it now") {
  send("a");
  session.close(reason::forced_server_close);
  settle();
  session.abort(reason::server_shutting_down);
  session.abort(reason::server_shutting_down);
  settle();
  CHECK_FALSE(alive());
  CHECK(log().closed == reasons{reason::forced_server_close});
  CHECK(asleep());
}

TEST_CASE_FIXTURE(polling, "session: an abort answers the poll that waits and drops what is queued (W-132)") {
  auto const& get = poll();
  send("dropped");
  session.abort(reason::server_shutting_down);
  CHECK(get.body == "1");
  CHECK(log().closed == reasons{reason::server_shutting_down});
  settle();
  CHECK_FALSE(alive());
}

TEST_CASE_FIXTURE(websocket, "session: a graceful close writes what is queued first (W-134)") {
  send("a");
  session.close(reason::forced_server_close);
  CHECK_FALSE(socket.closed);
  say(session, socket, "4late");
  session.receive_binary(socket, {});
  settle();
  CHECK(socket.sent == texts{"4a"});
  CHECK(socket.closed);
  CHECK(log().received.empty());
  CHECK_FALSE(alive());
  CHECK(asleep());
}

TEST_CASE_FIXTURE(websocket, "session: a graceful close waits for a slow WebSocket, but not for ever") {
  socket.open_for_more = false;
  send("a");
  session.close(reason::forced_server_close);
  settle();
  CHECK_FALSE(socket.closed);
  SUBCASE("it takes the rest") {
    socket.open_for_more = true;
    session.drained(socket);
    settle();
    CHECK(socket.sent == texts{"4a"});
    CHECK(socket.closed);
  }
  SUBCASE("it goes") {
    lose(session, socket);
    settle();
  }
  SUBCASE("it never does") {
    pass(30s);
    CHECK(socket.closed);
    CHECK(socket.sent.empty());
  }
  CHECK(log().closed == reasons{reason::forced_server_close});
  CHECK_FALSE(alive());
  CHECK(asleep());
}

TEST_CASE_FIXTURE(websocket, "session: an abort closes the WebSocket and drops what is queued (W-132)") {
  send("a");
  session.abort(reason::server_shutting_down);
  CHECK(socket.closed);
  settle();
  CHECK(socket.sent.empty());
  CHECK_FALSE(alive());
}

// -- re-entrancy ---------------------------------------------------------------------------------------

TEST_CASE("session: a message may end the session; what follows in the payload is not heard") {
  for (bool const abort : {false, true}) {
    polling on;
    on.log().on_message = [abort](engine::session& s, std::string_view text) {
      s.send(engine::text_message("re: " + std::string(text)));
      if (abort)
        s.abort(reason::forced_close);
      else
        s.close(reason::forced_close);
      s.send(engine::text_message("late"));
    };
    auto const& get = on.poll();
    CHECK(on.post("4a\x1e"
                  "4b\x1e"
                  "bAAAA\x1e"
                  "junk")
              .body == "ok");
    CHECK(on.log().received == texts{"a"});
    CHECK(on.log().closed == reasons{reason::forced_close});
    CHECK(get.body == (abort ? "1"
                             : "4re: a\x1e"
                               "1"));
    CHECK_FALSE(on.alive());
    CHECK(on.log().destroyed);
  }
}

TEST_CASE("session: a message over a WebSocket may end the session") {
  for (bool const abort : {false, true}) {
    websocket on;
    on.log().on_message = [abort](engine::session& s, std::string_view) {
      s.send(engine::text_message("re"));
      if (abort)
        s.abort(reason::forced_close);
      else
        s.close(reason::forced_close);
    };
    SUBCASE("text") { say(on.session, on.socket, "4a"); }
    SUBCASE("binary") { on.session.receive_binary(on.socket, {}); }
    SUBCASE("base64") { say(on.session, on.socket, "b"); }
    on.settle();
    CHECK(on.socket.sent == (abort ? texts{} : texts{"4re"}));
    CHECK(on.log().closed == reasons{reason::forced_close});
    CHECK(on.socket.closed);
  }
}

TEST_CASE("session: on_close may send, close and abort, and is called once") {
  for (bool const abort : {false, true})
    for (bool const over_websocket : {false, true}) {
      shard on;
      on.on_accept = [](engine::session&, record& log) {
        log.on_close = [](engine::session& s) {
          s.send(engine::text_message("late"));
          s.close(reason::forced_close);
          s.abort(reason::forced_close);
          s.close(reason::forced_close);
        };
      };
      request_link get;
      socket_link socket;
      auto& session = on.open(over_websocket ? static_cast<engine::link&>(socket) : get, over_websocket);
      session.send(engine::text_message("a"));
      if (abort)
        session.abort(reason::server_shutting_down);
      else
        session.close(reason::server_shutting_down);
      on.settle();
      CHECK(on.records.front().closed == reasons{reason::server_shutting_down});
      CHECK(on.records.front().destroyed);
      CHECK(on.hub.size() == 0);
      CHECK(on.asleep());
    }
}

TEST_CASE("session: the end finds its links in any state") {
  // A session with every link that it can have at once.
  auto const each = [](auto end) {
    polling on;
    auto const& get = on.poll();
    request_link sent;
    REQUIRE(on.session.post_begins(sent));
    socket_link socket;
    REQUIRE(on.session.probe(socket));
    on.send("a");
    end(on, sent);
    on.settle();
    CHECK(on.log().closed.size() == 1);
    CHECK_FALSE(on.alive());
    CHECK(get.over());
    CHECK(socket.closed);
    CHECK(on.asleep());
  };
  each([](polling& on, request_link&) { on.session.abort(reason::forced_close); });
  each([](polling& on, request_link&) { on.session.close(reason::forced_close); });
  each([](polling& on, request_link& sent) { lose(on.session, sent); });
  each([](polling& on, request_link&) { lose(on.session, on.requests.front()); });
  each([](polling& on, request_link& sent) {
    std::string body = "1";
    on.session.post(sent, "text/plain", body);
  });
  each([](polling& on, request_link& sent) {
    std::string body;
    on.session.post(sent, "text/plain", body);
  });
  each([](polling& on, request_link&) { on.poll(); });
}

// -- what waits ----------------------------------------------------------------------------------------

namespace {

using engine::fate;
using socketiopp::overflow;

/// Room for a hundred bytes, and what happens to more.
engine::options narrow(overflow what) {
  engine::options terms;
  terms.max_queued_bytes = 100;
  terms.on_overflow = what;
  return terms;
}

/// A message of which a WebSocket carries that many bytes, below 128.
engine::shared_packet message_of(std::size_t bytes, char filled_with = 'x') {
  return engine::text_message(std::string(bytes - 3, filled_with));
}

}  // namespace

TEST_CASE_FIXTURE(polling, "session: over long-polling what waits is what no poll has taken") {
  CHECK_FALSE(session.writable());
  CHECK(session.queued_bytes() == 0);
  CHECK(session.send(message_of(10)) == fate::queued);
  CHECK(session.send(message_of(20)) == fate::queued);
  CHECK(session.queued_bytes() == 30);
  poll();
  CHECK(session.queued_bytes() == 0);
  auto const& get = poll();
  CHECK(session.writable());
  send("a");
  CHECK(session.writable());  // it leaves with the turn, and so does what is sent now
  settle();
  CHECK_FALSE(session.writable());
  CHECK(get.body == "4a");
}

TEST_CASE_FIXTURE(websocket, "session: over a WebSocket what waits is what the peer has not taken, too") {
  socket.slow = true;
  CHECK(session.writable());
  session.send(message_of(10));
  CHECK(session.writable());
  CHECK(session.queued_bytes() == 10);
  settle();
  CHECK_FALSE(session.writable());
  CHECK(session.queued_bytes() == 10);
  session.send(message_of(20));
  CHECK(session.queued_bytes() == 30);
  settle();
  CHECK(socket.sent.size() == 1);
  socket.waiting = 4;
  CHECK(session.queued_bytes() == 24);
  catch_up(session, socket);
  settle();
  CHECK(socket.sent.size() == 2);
  CHECK(session.queued_bytes() == 20);
  catch_up(session, socket);
  CHECK(session.queued_bytes() == 0);
  CHECK(session.writable());
}

TEST_CASE_FIXTURE(polling, "session: what waits is counted across the upgrade") {
  auto& socket = probe();
  session.send(message_of(10));
  CHECK_FALSE(session.writable());
  CHECK(session.queued_bytes() == 10);
  say(session, socket, "5");
  CHECK(session.queued_bytes() == 10);
  session.send(message_of(20));
  CHECK(session.queued_bytes() == 30);
  socket.slow = true;
  settle();
  CHECK(session.queued_bytes() == 30);
  CHECK_FALSE(session.writable());
  catch_up(session, socket);
  CHECK(session.queued_bytes() == 0);
}

TEST_CASE("session: volatile messages are dropped where they would have to wait (F-143)") {
  polling over_polling;
  auto const say_volatile = [](engine::session& to, std::string_view text) {
    return to.send(engine::text_message(text), true);
  };
  CHECK(say_volatile(over_polling.session, "a") == fate::dropped);
  auto const& get = over_polling.poll();
  CHECK(say_volatile(over_polling.session, "b") == fate::queued);
  CHECK(say_volatile(over_polling.session, "c") == fate::queued);
  over_polling.settle();
  CHECK(get.body ==
        "4b\x1e"
        "4c");
  auto& probing = over_polling.probe();
  CHECK(say_volatile(over_polling.session, "d") == fate::dropped);
  say(over_polling.session, probing, "5");
  CHECK(say_volatile(over_polling.session, "e") == fate::queued);
  over_polling.settle();
  CHECK(probing.sent == texts{"4e"});

  websocket slow;
  slow.socket.slow = true;
  CHECK(say_volatile(slow.session, "a") == fate::queued);
  slow.settle();
  CHECK(say_volatile(slow.session, "b") == fate::dropped);
  CHECK(slow.session.queued_bytes() == 4);
  catch_up(slow.session, slow.socket);
  CHECK(slow.log().drains == 1);
  CHECK(say_volatile(slow.session, "c") == fate::queued);
  slow.session.close(reason::forced_close);
  CHECK(say_volatile(slow.session, "d") == fate::dropped);
  slow.settle();
  CHECK(slow.socket.sent == texts{"4a", "4c"});
}

TEST_CASE("session: packets that belong together are sent, dropped or refused together") {
  std::vector<engine::shared_packet> const event{
      engine::text_message("51-"), engine::binary_message(std::as_bytes(std::span("bytes", 5)))};
  auto const size = event[0].frame().size() + event[1].frame().size();
  auto const place_for = [&](std::size_t bytes) {
    auto terms = narrow(overflow::drop_newest);
    terms.max_queued_bytes = bytes;
    return terms;
  };

  polling refused(place_for(10 + size - 1));
  refused.session.send(message_of(10));
  CHECK(refused.session.send(event) == fate::refused);
  CHECK(refused.poll().body == "4xxxxxxx");

  polling fits(place_for(10 + size));
  fits.session.send(message_of(10));
  CHECK(fits.session.send(event) == fate::queued);
  CHECK(fits.session.send(event) == fate::refused);
  CHECK(fits.poll().body ==
        "4xxxxxxx\x1e"
        "451-\x1e"
        "bYnl0ZXM=");

  polling waits;
  CHECK(waits.session.send(event, true) == fate::dropped);
  waits.settle();
  CHECK(waits.session.queued_bytes() == 0);
  auto const& get = waits.poll();
  CHECK(waits.session.send(event, true) == fate::queued);
  waits.settle();
  CHECK(get.body ==
        "451-\x1e"
        "bYnl0ZXM=");
}

TEST_CASE("session: what finds nothing waiting is always taken; the last byte that fits, too") {
  for (auto const policy : {overflow::close, overflow::drop_newest}) {
    polling big(narrow(policy));
    CHECK(big.session.send(engine::text_message(std::string(1000, 'x'))) == fate::queued);
    CHECK(big.poll().body.size() == 1001);
    CHECK(big.alive());

    websocket exact(narrow(policy));
    exact.socket.slow = true;
    CHECK(exact.session.send(message_of(60)) == fate::queued);
    exact.settle();
    CHECK(exact.session.send(message_of(40)) == fate::queued);
    CHECK(exact.session.send(message_of(3)) == (policy == overflow::close ? fate::dropped : fate::refused));
  }
}

TEST_CASE("session: a slow consumer is closed at the end of the turn") {
  auto const overflows = [](shard& on, engine::session& session, record& log) {
    CHECK(session.send(message_of(100)) == fate::queued);
    CHECK(session.send(message_of(10)) == fate::dropped);
    CHECK(session.send(message_of(3)) == fate::dropped);  // nothing may follow what is missing
    CHECK(session.open());
    CHECK(log.closed.empty());
    CHECK(on.bounds.empty());
    auto const name = std::string(session.id().view());
    on.settle();
    CHECK(log.closed == reasons{reason::slow_consumer});
    CHECK(log.destroyed);
    CHECK(on.hub.size() == 0);
    CHECK(on.bounds == texts{"max_queued_bytes " + name});
    CHECK(on.asleep());
  };

  SUBCASE("a WebSocket is cut: a close frame would stand behind the rest") {
    websocket on(narrow(overflow::close));
    overflows(on, on.session, on.log());
    CHECK(on.socket.was_cut);
    CHECK(on.socket.sent.empty());
  }
  SUBCASE("over long-polling between two polls") {
    polling on(narrow(overflow::close));
    overflows(on, on.session, on.log());
  }
  SUBCASE("over long-polling, with a poll and a POST") {
    polling on(narrow(overflow::close));
    auto const& get = on.poll();
    request_link sent;
    REQUIRE(on.session.post_begins(sent));
    overflows(on, on.session, on.log());
    CHECK(get.body == "1");
    CHECK_FALSE(sent.over());
  }
  SUBCASE("during an upgrade") {
    polling on(narrow(overflow::close));
    auto const& socket = on.probe();
    overflows(on, on.session, on.log());
    CHECK(socket.closed);
  }
  SUBCASE("in the turn of the upgrade") {
    polling on(narrow(overflow::close));
    auto& socket = on.probe();
    say(on.session, socket, "5");
    overflows(on, on.session, on.log());
    CHECK(socket.was_cut);
  }
}

TEST_CASE("session: who overflows is closed, even if the client catches up in the same turn") {
  websocket on(narrow(overflow::close));
  on.socket.slow = true;
  on.session.send(message_of(100));
  on.settle();
  CHECK(on.session.send(message_of(10)) == fate::dropped);
  catch_up(on.session, on.socket);
  CHECK(on.session.send(message_of(10)) == fate::dropped);
  on.settle();
  CHECK(on.log().closed == reasons{reason::slow_consumer});
  CHECK(on.bounds.size() == 1);
}

TEST_CASE(
    "session: a slow consumer that its user, the client or the server ends in the same turn ends once") {
  auto const each = [](auto end, reason why) {
    websocket on(narrow(overflow::close));
    on.session.send(message_of(100));
    on.session.send(message_of(10));
    end(on);
    on.settle();
    CHECK(on.log().closed == reasons{why});
    CHECK(on.hub.size() == 0);
    CHECK(on.socket.over());
    CHECK(on.asleep());
  };
  each([](websocket& on) { on.session.close(reason::forced_close); }, reason::forced_close);
  each([](websocket& on) { on.session.abort(reason::forced_close); }, reason::forced_close);
  each([](websocket& on) { on.hub.close_all(reason::server_shutting_down); }, reason::server_shutting_down);
  each([](websocket& on) { lose(on.session, on.socket); }, reason::transport_close);
  each([](websocket& on) { say(on.session, on.socket, "1"); }, reason::transport_close);
}

TEST_CASE("session: with drop_newest the newest are dropped, and the rest arrives in order") {
  auto const fill = [](engine::session& session) {
    CHECK(session.send(message_of(50, 'a')) == fate::queued);
    CHECK(session.send(message_of(60, 'b')) == fate::refused);
    CHECK(session.send(message_of(50, 'c')) == fate::queued);
    CHECK(session.send(message_of(3)) == fate::refused);
  };
  auto const a = "4" + std::string(47, 'a'), c = "4" + std::string(47, 'c');

  SUBCASE("over long-polling") {
    polling on(narrow(overflow::drop_newest));
    fill(on.session);
    CHECK(on.bounds.empty());
    on.settle();
    CHECK(on.bounds.size() == 1);
    CHECK(on.poll().body == a + "\x1e" + c);
    CHECK(on.alive());
  }
  SUBCASE("over a WebSocket that takes nothing") {
    websocket on(narrow(overflow::drop_newest));
    on.socket.open_for_more = false;
    fill(on.session);
    on.settle();
    CHECK(on.socket.sent.empty());
    catch_up(on.session, on.socket);
    on.settle();
    CHECK(on.socket.sent == texts{a, c});
    CHECK(on.alive());
  }
  SUBCASE("across an upgrade") {
    polling on(narrow(overflow::drop_newest));
    auto& socket = on.probe();
    fill(on.session);
    say(on.session, socket, "5");
    CHECK(on.session.send(message_of(3)) == fate::refused);
    on.settle();
    CHECK(socket.sent == texts{a, c});
  }
}

TEST_CASE("session: that a bound is exceeded is told once, until everything has left") {
  websocket on(narrow(overflow::drop_newest));
  on.socket.slow = true;
  for (std::size_t times = 1; times <= 3; ++times) {
    on.session.send(message_of(100));  // nothing waits: nobody would be told that it has left
    for (int i = 0; i < 3; ++i) {
      CHECK(on.session.send(message_of(10)) == fate::refused);
      on.settle();
    }
    CHECK(on.bounds.size() == times);
    catch_up(on.session, on.socket);
    on.settle();
    CHECK(on.bounds.size() == times);
    CHECK(on.log().drains == static_cast<int>(times));
  }
}

TEST_CASE("session: who is told of a bound may send, end the session, and end others") {
  for (auto const policy : {overflow::close, overflow::drop_newest}) {
    auto const each = [policy](auto what) {
      websocket on(narrow(policy));
      socket_link neighbour;
      on.open(neighbour, true);
      on.on_bound = [&] { what(on); };
      on.session.send(message_of(100));
      on.session.send(message_of(10));
      on.settle();
      CHECK(on.bounds.size() == 1);
      if (policy == overflow::close) CHECK(on.log().closed.size() == 1);
      on.hub.abort_all(reason::server_shutting_down);
      on.settle();
      for (auto const& log : on.records) CHECK(log.closed.size() == 1);
      CHECK(on.asleep());
    };
    each([](websocket& on) { on.session.send(message_of(10)); });
    each([](websocket& on) { on.session.close(reason::forced_close); });
    each([](websocket& on) { on.session.abort(reason::forced_close); });
    each([](websocket& on) { on.hub.close_all(reason::server_shutting_down); });
    each([](websocket& on) { on.hub.abort_all(reason::server_shutting_down); });
  }
}

TEST_CASE("session: a slow client is pinged like any other, and goes if it does not answer (W-081)") {
  auto terms = narrow(overflow::drop_newest);
  terms.ping_interval = 300ms;
  terms.ping_timeout = 200ms;
  websocket on(terms);
  on.socket.slow = true;
  on.session.send(message_of(100));
  on.settle();
  on.pass(300ms);
  CHECK(on.session.send(message_of(10)) == fate::refused);
  catch_up(on.session, on.socket);
  on.settle();
  CHECK(on.socket.sent.back() == "2");
  CHECK(on.log().drains == 0);  // the ping waits
  say(on.session, on.socket, "3");
  catch_up(on.session, on.socket);
  CHECK(on.log().drains == 1);
  on.pass(300ms);
  on.pass(200ms);
  CHECK(on.log().closed == reasons{reason::ping_timeout});
}

// -- draining ------------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(websocket, "session: on_drain follows once what has waited longer than its turn") {
  SUBCASE("the client takes it at once") {
    send("a");
    settle();
    send("b");
    settle();
    CHECK(log().drains == 0);
    return;
  }
  SUBCASE("the client takes it later") {
    socket.slow = true;
    send("a");
    settle();
    CHECK_FALSE(session.writable());
    catch_up(session, socket);
    CHECK(log().drains == 1);
  }
  SUBCASE("more is sent meanwhile") {
    socket.slow = true;
    send("a");
    settle();
    send("b");
    settle();
    catch_up(session, socket);
    CHECK(log().drains == 0);
    settle();
    catch_up(session, socket);
    CHECK(log().drains == 1);
  }
  SUBCASE("something else was written, such as a pong of the WebSocket") {
    session.drained(socket);
    settle();
    session.drained(socket);
    CHECK(log().drains == 0);
    return;
  }
  for (int i = 0; i < 3; ++i) {
    settle();
    session.drained(socket);
  }
  CHECK(log().drains == 1);
}

TEST_CASE_FIXTURE(polling, "session: over long-polling on_drain follows what no poll waited for") {
  send("a");
  send("b");
  settle();
  CHECK(log().drains == 0);
  poll();
  CHECK(log().drains == 1);
  poll();
  send("c");
  settle();
  CHECK(log().drains == 1);
  auto& socket = probe();
  send("d");
  say(session, socket, "5");
  CHECK(log().drains == 1);
  settle();
  CHECK(log().drains == 2);
}

TEST_CASE("session: on_drain may send, wait again, close and abort") {
  SUBCASE("send") {
    websocket on;
    on.socket.slow = true;
    int more = 3;
    on.log().on_drain = [&](engine::session& s) {
      CHECK(s.writable());
      CHECK(s.queued_bytes() == 0);
      if (more-- > 0) s.send(engine::text_message("more"));
    };
    on.send("a");
    for (int i = 0; i < 6; ++i) {
      on.settle();
      if (!on.session.writable()) catch_up(on.session, on.socket);
    }
    CHECK(on.socket.sent == texts{"4a", "4more", "4more", "4more"});
    CHECK(on.log().drains == 4);
  }
  SUBCASE("close") {
    websocket on;
    on.socket.slow = true;
    on.log().on_drain = [](engine::session& s) {
      s.send(engine::text_message("bye"));
      s.close(reason::forced_close);
    };
    on.send("a");
    on.settle();
    catch_up(on.session, on.socket);
    on.settle();
    CHECK(on.socket.sent == texts{"4a", "4bye"});
    CHECK(on.socket.closed);
    CHECK(on.hub.size() == 0);
  }
  SUBCASE("abort, over a WebSocket") {
    websocket on;
    on.socket.slow = true;
    on.log().on_drain = [](engine::session& s) { s.abort(reason::forced_close); };
    on.send("a");
    on.settle();
    catch_up(on.session, on.socket);
    on.settle();
    CHECK(on.hub.size() == 0);
    CHECK(on.log().drains == 1);
  }
  SUBCASE("abort, over long-polling") {
    polling on;
    on.log().on_drain = [](engine::session& s) { s.abort(reason::forced_close); };
    on.send("a");
    CHECK(on.poll().body == "4a");
    CHECK(on.hub.size() == 0);
    CHECK(on.asleep());
  }
}

TEST_CASE_FIXTURE(websocket, "session: no on_drain once it is closing") {
  socket.slow = true;
  send("a");
  settle();
  send("b");
  session.close(reason::forced_close);
  settle();
  catch_up(session, socket);
  settle();
  CHECK(socket.sent == texts{"4a", "4b"});
  CHECK(log().drains == 0);
}

// -- when_sent -----------------------------------------------------------------------------------------

namespace {

/// Adds the letter when everything sent so far has left.
void note_when_sent(engine::session& to, std::string& into, char letter) {
  to.when_sent([&into, letter] { into += letter; });
}

}  // namespace

TEST_CASE("session: when_sent calls in order, once each, when what was sent before has left (W-113)") {
  std::string called;
  websocket on;
  on.socket.slow = true;
  on.send("a");
  note_when_sent(on.session, called, 'a');
  note_when_sent(on.session, called, 'b');
  on.settle();
  on.send("c");
  note_when_sent(on.session, called, 'c');
  CHECK(called.empty());
  catch_up(on.session, on.socket);
  CHECK(called == "ab");
  on.settle();
  CHECK(called == "ab");
  catch_up(on.session, on.socket);
  CHECK(called == "abc");
  catch_up(on.session, on.socket);
  CHECK(called == "abc");
}

TEST_CASE_FIXTURE(polling, "session: when_sent over long-polling, and across the upgrade (W-113)") {
  std::string called;
  send("a");
  note_when_sent(session, called, 'a');
  settle();
  CHECK(called.empty());
  poll();
  CHECK(called == "a");
  auto& socket = probe();
  send("b");
  note_when_sent(session, called, 'b');
  say(session, socket, "5");
  send("c");
  note_when_sent(session, called, 'c');
  CHECK(called == "a");
  settle();
  CHECK(socket.sent == texts{"4b", "4c"});
  CHECK(called == "abc");
}

TEST_CASE("session: when_sent where everything has left calls at the end of the turn") {
  std::string called;
  websocket over_websocket;
  note_when_sent(over_websocket.session, called, 'w');
  CHECK(called.empty());
  over_websocket.settle();
  CHECK(called == "w");

  polling over_polling;
  note_when_sent(over_polling.session, called, 'p');
  over_polling.settle();
  CHECK(called == "wp");
  over_polling.poll();
  note_when_sent(over_polling.session, called, 'q');
  over_polling.settle();
  CHECK(called == "wpq");

  websocket slow;
  slow.socket.slow = true;
  slow.send("a");
  slow.settle();
  note_when_sent(slow.session, called, 's');  // what was sent has been handed over, and not left
  slow.settle();
  CHECK(called == "wpq");
  catch_up(slow.session, slow.socket);
  CHECK(called == "wpqs");
}

TEST_CASE_FIXTURE(websocket,
                  "session: when_sent waits for what the connection has still to write in this turn") {
  std::string called;
  socket.waiting = 10;  // and it would take more
  note_when_sent(session, called, 'a');
  settle();
  CHECK(called.empty());
  catch_up(session, socket);
  CHECK(called == "a");
}

TEST_CASE("session: when_sent calls nobody once the session has ended") {
  std::string called;
  auto const each = [&](auto end) {
    websocket on;
    on.send("a");
    note_when_sent(on.session, called, 'x');
    end(on);
    note_when_sent(on.session, called, 'y');
    on.settle();
    CHECK(called.empty());
  };
  each([](websocket& on) { on.session.close(reason::forced_close); });
  each([](websocket& on) { on.session.abort(reason::forced_close); });
  each([](websocket& on) { lose(on.session, on.socket); });

  polling over_polling;
  over_polling.send("a");
  note_when_sent(over_polling.session, called, 'x');
  over_polling.session.close(reason::forced_close);
  CHECK(over_polling.poll().body ==
        "4a\x1e"
        "6\x1e"
        "1");
  CHECK(called.empty());
}

TEST_CASE("session: who is called by when_sent may send, ask again, close, abort and throw") {
  std::string called;
  std::deque<request_link> polls;
  SUBCASE("send and ask again") {
    websocket on;
    on.send("a");
    on.session.when_sent([&] {
      on.send("b");
      note_when_sent(on.session, called, 'b');
    });
    CHECK(called.empty());
    on.settle();
    CHECK(called == "b");
    CHECK(on.socket.sent == texts{"4a", "4b"});
  }
  SUBCASE("close or abort; nobody else is called") {
    for (bool const abort : {false, true})
      for (bool const over_websocket : {false, true}) {
        shard on;
        socket_link socket;
        request_link get;
        auto& session = on.open(over_websocket ? static_cast<engine::link&>(socket) : get, over_websocket);
        session.send(engine::text_message("a"));
        session.when_sent([&] {
          called += 'a';
          if (abort)
            session.abort(reason::forced_close);
          else
            session.close(reason::forced_close);
        });
        note_when_sent(session, called, 'x');
        request_link next;
        if (!over_websocket) session.poll(next);
        on.settle();
        if (!over_websocket && !abort) {
          CHECK(next.body == "4a");
          session.poll(polls.emplace_back());
          on.settle();
          CHECK(polls.back().body ==
                "6\x1e"
                "1");
        }
        CHECK(on.hub.size() == 0);
        CHECK(on.records.front().drains == 0);
      }
    CHECK(called == "aaaa");
  }
  SUBCASE("throw") {
    websocket on;
    on.send("a");
    on.session.when_sent([] { throw std::runtime_error("no"); });
    note_when_sent(on.session, called, 'a');
    on.settle();
    CHECK(called == "a");
    CHECK(on.alive());
  }
}

// -- other terms ---------------------------------------------------------------------------------------

TEST_CASE("session: the initial packet follows the open packet in the same answer (W-044)") {
  engine::options terms;
  terms.initial_packet = "hello";
  shard on(terms);
  on.on_accept = [](engine::session& opened, record&) { opened.send(engine::text_message("you")); };
  request_link get;
  on.open(get, false);
  CHECK(
      get.body.ends_with("}\x1e"
                         "4hello\x1e"
                         "4you"));
  socket_link socket;
  on.open(socket, true);
  REQUIRE(socket.sent.size() == 3);
  CHECK(socket.sent[1] == "4hello");
  CHECK(socket.sent[2] == "4you");
}

TEST_CASE("session: whoever exceeds a bound is closed with 1008 and its name (RFC 6455, 7.4.1)") {
  websocket on;
  auto const name = "connect_timeout " + std::string(on.session.id().view());
  on.send("a");
  on.session.close(reason::forced_server_close, socketiopp::bound::connect_timeout);
  on.session.close(reason::forced_close, socketiopp::bound::max_namespaces);
  on.settle();
  CHECK(on.socket.sent == texts{"4a"});
  CHECK(on.socket.closed);
  CHECK(on.socket.close_code == 1008);
  CHECK(on.socket.close_reason == "connect_timeout");
  CHECK(on.bounds == texts{name});
  CHECK(on.log().closed == reasons{reason::forced_server_close});

  polling over_polling;
  over_polling.session.close(reason::forced_server_close, socketiopp::bound::connect_timeout);
  CHECK(over_polling.poll().body ==
        "6\x1e"
        "1");
  CHECK(over_polling.bounds.size() == 1);

  websocket closing;
  closing.session.close(reason::forced_close);
  closing.session.close(reason::forced_close, socketiopp::bound::connect_timeout);
  closing.settle();
  CHECK(closing.bounds.empty());
  CHECK(closing.socket.close_code == engine::no_status);
  CHECK(closing.socket.close_reason.empty());
}

// -- revision 3 ------------------------------------------------------------------------------------------

namespace {

struct v3_polling : any_polling {
  explicit v3_polling(engine::options terms = {}, engine::dialect speaks = {.v3 = true},
                      std::string query = {})
      : any_polling(std::move(terms), speaks, std::move(query)) {}

  void send_bytes(std::string_view bytes) {
    session.send(engine::binary_message(std::as_bytes(std::span(bytes))));
  }
};

// A session of v3 over a WebSocket, after its open packet.
struct v3_websocket : shard {
  explicit v3_websocket(engine::options terms = {}, engine::dialect speaks = {.v3 = true})
      : shard(std::move(terms)), session(open(socket, true, speaks)) {
    REQUIRE(socket.sent.size() == 1);
    socket.sent.clear();
  }

  record& log() { return records.front(); }
  bool alive() { return hub.size() == 1; }
  void hear(std::string_view bytes) {
    session.receive_binary(socket, std::as_bytes(std::span(bytes)));
    settle();
  }

  socket_link socket;
  engine::session& session;
};

}  // namespace

TEST_CASE("session v3: opens with a length before the packet (W-190)") {
  v3_polling on;
  auto const packet = on.opening.body.find(':') + 1;
  CHECK(std::to_string(on.opening.body.size() - packet) + ":" == on.opening.body.substr(0, packet));
  CHECK(on.opening.body.substr(packet).starts_with(R"(0{"sid":")" + std::string(on.session.id().view())));
  CHECK(on.session.speaks().v3);
}

TEST_CASE("session v3: packets both ways over long-polling (W-190, W-193)") {
  v3_polling on;
  CHECK(on.post("4:4ä🎉6:b4AQI=").body == "ok");
  CHECK(on.log().received == texts{"ä🎉", "bin:\1\2"});
  using namespace std::string_literals;
  on.post(
      "\0\2\xff"
      "4a\1\3\xff\4\1\2"s,
      "application/octet-stream");
  CHECK(on.log().received == texts{"ä🎉", "bin:\1\2", "a", "bin:\1\2"});
  on.send("a");
  CHECK(on.poll().body == "2:4a");
  on.send_bytes("\1");
  auto const& mixed = on.poll();
  CHECK(mixed.type == "application/octet-stream");
  CHECK(mixed.body == "\1\2\xff\4\1");
  CHECK(on.alive());
}

TEST_CASE("session v3: what waits can be changed by nobody who has a share of it") {
  v3_websocket on, other;
  auto const shared = engine::binary_message(std::as_bytes(std::span("ab", 2)));
  on.session.send(shared);
  other.session.send(shared);
  on.settle();
  other.settle();
  CHECK(on.socket.sent == texts{"bin:\4ab"});
  CHECK(other.socket.sent == texts{"bin:\4ab"});
  CHECK(shared.payload() == "ab");
}

TEST_CASE("session v3: bad bodies end it, after what stood before the fault (W-035, W-190)") {
  using namespace std::string_literals;
  auto const check = [](std::string const& body, std::string_view type) {
    CAPTURE(body);
    v3_polling on;
    on.post(body, type);
    CHECK(on.log().received == texts{"a"});
    CHECK(on.log().closed == reasons{reason::parse_error});
    CHECK_FALSE(on.alive());
  };
  for (auto const* const fault : {"0:", "9:4b", "4b", "3:4\xff\xff", "3:b9=", "1:b", "1:7", "\x1e", "x"})
    check("2:4a"s + fault, "text/plain");
  for (auto const& fault : {"\1\1\xff\2"s, "\1\xff"s, "\1\0\xff"s, "\0\2\xff\x34"s, "\2\1\xff\x34"s, "x"s})
    check("\0\2\xff\x34\x61"s + fault, "application/octet-stream");
}

TEST_CASE("session v3: the client pings, and is answered (W-191)") {
  v3_polling on(quick());
  on.post("1:2");
  CHECK(on.poll().body == "1:3");
  on.post("6:2probe");
  CHECK(on.poll().body == "1:3");
  CHECK(on.log().received.empty());

  v3_websocket over_websocket(quick());
  for (int i = 0; i < 3; ++i) {
    over_websocket.pass(400ms);
    say(over_websocket.session, over_websocket.socket, "2");
    over_websocket.settle();
  }
  CHECK(over_websocket.socket.sent == texts{"3", "3", "3"});
  CHECK(over_websocket.alive());
}

TEST_CASE("session v3: one pong waits for however many pings") {
  v3_polling on;
  std::string pings;
  for (int i = 0; i < 100'000; ++i) pings += "1:2";
  on.post(pings);
  on.post(pings);
  CHECK(on.session.queued_bytes() < 10);
  on.send("a");
  CHECK(on.poll().body == "1:32:4a");
  on.post("1:2");
  CHECK(on.poll().body == "1:3");
  CHECK(on.alive());

  v3_websocket slow;
  slow.socket.slow = true;
  for (int i = 0; i < 5; ++i) {
    say(slow.session, slow.socket, "2");
    slow.settle();
  }
  CHECK(slow.socket.sent == texts{"3"});
  catch_up(slow.session, slow.socket);
  slow.settle();
  CHECK(slow.socket.sent == texts{"3", "3"});
}

TEST_CASE("session v3: ends when the client says nothing for both times, and is never pinged (W-191)") {
  v3_polling on(quick());
  on.pass(499ms);
  CHECK(on.alive());
  on.post("2:4a");  // anything that it says will do
  on.pass(499ms);
  CHECK(on.alive());
  on.pass(2ms);
  CHECK(on.log().closed == reasons{reason::ping_timeout});
  CHECK_FALSE(on.alive());

  v3_websocket over_websocket(quick());
  over_websocket.pass(450ms);
  CHECK(over_websocket.socket.sent.empty());
  over_websocket.hear("\4a");
  over_websocket.pass(450ms);
  CHECK(over_websocket.alive());
  over_websocket.pass(60ms);
  CHECK(over_websocket.log().closed == reasons{reason::ping_timeout});
  CHECK(over_websocket.asleep());
}

TEST_CASE("session v3: a pong of the client ends it (W-191)") {
  v3_polling on;
  on.post("1:3");
  CHECK(on.log().closed == reasons{reason::transport_error});
}

TEST_CASE("session v3: WebSocket messages have their mark (W-193)") {
  for (engine::dialect const speaks :
       {engine::dialect{.v3 = true}, engine::dialect{.v3 = true, .base64 = true}}) {
    v3_websocket on({}, speaks);
    on.hear("\4a");
    on.hear("\4");
    say(on.session, on.socket, "b4AQI=");
    CHECK(on.log().received == texts{"bin:a", "bin:", "bin:\1\2"});
    on.session.send(engine::binary_message(std::as_bytes(std::span("\1\2", 2))));
    on.settle();
    CHECK(on.socket.sent == texts{speaks.base64 ? "b4AQI=" : "bin:\4\1\2"});
  }
  for (auto const* const bad : {"", "\2", "4a", "a"}) {
    v3_websocket on;
    on.hear(bad);
    CHECK(on.log().received.empty());
    CHECK(on.log().closed == reasons{reason::parse_error});
  }
  for (auto const* const bad : {"", "b", "b9AQI=", "bAQI="}) {
    v3_websocket on;
    say(on.session, on.socket, bad);
    CHECK(on.log().received.empty());
    CHECK(on.log().closed == reasons{reason::parse_error});
  }
}

TEST_CASE("session v3: an upgrade changes from text to bytes, and not before it is done (W-104, W-193)") {
  v3_polling on({}, {.v3 = true, .base64 = true}, "EIO=3&b64=1");
  socket_link socket;
  socket.carry(on.session, on.turn);
  auto const& waiting = on.poll();
  REQUIRE(on.session.probe(socket, {.v3 = true}));
  CHECK_FALSE(waiting.answered());
  say(on.session, socket, "2probe");
  CHECK(waiting.body == "1:6");
  on.send_bytes("\1\2");
  CHECK(on.poll().body == "6:b4AQI=");
  auto const& last = on.poll();
  on.send_bytes("\1\2");
  say(on.session, socket, "5");
  on.settle();
  CHECK(last.body == "1:6");
  CHECK(socket.sent == texts{"3probe", "bin:\4\1\2"});
  CHECK_FALSE(on.session.speaks().base64);
}

TEST_CASE("session v3: an upgrade that fails leaves the polls as they were") {
  v3_polling on({}, {.v3 = true, .base64 = true}, "EIO=3&b64=1");
  socket_link socket;
  socket.carry(on.session, on.turn);
  REQUIRE(on.session.probe(socket, {.v3 = true}));
  say(on.session, socket, "2probe");
  say(on.session, socket, "4x");
  CHECK(socket.closed);
  on.send_bytes("\1\2");
  CHECK(on.poll().body == "6:b4AQI=");
}

TEST_CASE("session v3: JSONP answers with scripts and reads forms, to the last word (W-194)") {
  v3_polling on({}, {.v3 = true, .jsonp = true}, "EIO=3&transport=polling&j=3");
  CHECK(on.opening.type == "text/javascript; charset=UTF-8");
  CHECK(on.opening.body.starts_with("___eio[3](\""));
  CHECK(on.post("d=2:4a", "application/x-www-form-urlencoded").body == "ok");
  CHECK(on.log().received == texts{"a"});
  on.send("\"\n");
  CHECK(on.poll().body == R"(___eio[3]("3:4\"\u000a");)");
  auto const& last = on.poll();
  on.session.close(reason::forced_close);
  on.settle();
  CHECK(last.body == R"(___eio[3]("1:1");)");

  v3_polling bad({}, {.v3 = true, .jsonp = true}, "EIO=3&transport=polling&j=3");
  auto const& waiting = bad.poll();
  bad.post("x=2:4a", "application/x-www-form-urlencoded");
  CHECK(waiting.body == R"(___eio[3]("1:1");)");
  CHECK(bad.log().closed == reasons{reason::parse_error});
}

TEST_CASE("session v3: a client that closes gets its waiting poll back (W-063)") {
  v3_polling on;
  auto const& waiting = on.poll();
  on.post("1:1");
  CHECK(waiting.body == "1:6");
  CHECK(on.log().closed == reasons{reason::transport_close});
}
