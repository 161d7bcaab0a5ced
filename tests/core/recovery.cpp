// SPDX-License-Identifier: MIT
#include <charconv>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/recovery.hpp>

using namespace fakes;

namespace {

engine::id id_of(char c) { return *engine::id::from(std::string(engine::id::size, c)); }

struct gone {
  engine::turn turn{[] {}};
  core::recovery kept;

  explicit gone(recovery_options options = {}) : kept(options, 45s, turn) {
    turn.advance(engine::time_point(1h));
  }
  void lose(char c) { kept.remember(id_of(c), {id_of(c), {std::string(1, c)}, 1, nullptr}); }
  bool finds(char c) { return kept.find_again(id_of(c), std::nullopt).has_value(); }
};

/// What a client shows to be recognised.
struct ticket {
  std::string sid, pid, offset;
  std::string packet() const {
    return R"(0{"pid":")" + pid + '"' + (offset.empty() ? "" : R"(,"offset":")" + offset + '"') + "}";
  }
};

std::string member(std::string const& text, std::string const& name) {
  auto const start = text.find('"' + name + "\":\"");
  if (start == std::string::npos) return {};
  auto const from = start + name.size() + 4;
  return text.substr(from, text.find('"', from) - from);
}

std::string last_argument(std::string const& packet) {
  auto const end = packet.rfind('"');
  auto const start = packet.rfind('"', end - 1);
  return packet.substr(start + 1, end - start - 1);
}

struct scene {
  world here{{.recovery = recovery_options{}}};
  recorder& main = here.of("/");
  std::vector<std::unique_ptr<client>> clients;

  client& connect() { return *clients.emplace_back(std::make_unique<client>(here)); }
  ticket join(client& c) {
    c.say("0");
    auto const packets = c.hear();
    REQUIRE(packets.size() == 1);
    return {member(packets[0], "sid"), member(packets[0], "pid"), {}};
  }
  void emit(std::string const& text, core::targets const& to = {}) {
    main.send(to, parser::encode_event_at<core::format_of<policies>>("/", main.offset(false), "x", text));
    here.end();
  }
  core_socket& last() { return *main.sockets.back(); }
};

}  // namespace

TEST_CASE("recovery: F-193: those who are gone are remembered for a while, and found once") {
  gone g({.max_disconnection_duration = 10s});
  g.lose('a');
  g.lose('b');
  CHECK(g.kept.size() == 2);
  CHECK(g.finds('a'));
  CHECK(!g.finds('a'));
  CHECK(!g.finds('c'));
  g.turn.advance(engine::time_point(1h) + 11s);
  CHECK(g.kept.size() == 0);
  CHECK(!g.finds('b'));
}

TEST_CASE("recovery: of more than max_sessions the first are forgotten") {
  gone g({.max_sessions = 2});
  for (auto const c : {'a', 'b', 'c'}) g.lose(c);
  CHECK(g.kept.size() == 2);
  CHECK(!g.finds('a'));
  CHECK(g.finds('b'));
  g.lose('d');
  g.lose('e');
  CHECK(!g.finds('c'));
  CHECK(g.finds('e'));
  CHECK(g.finds('d'));
  gone none({.max_sessions = 0});
  none.lose('a');
  CHECK(none.kept.size() == 0);
}

TEST_CASE("recovery: F-180 to F-188: after which ends there is a way back") {
  for (auto const why : {reason::transport_error, reason::transport_close, reason::forced_close,
                         reason::ping_timeout, reason::server_shutting_down, reason::forced_server_close})
    CHECK(core::recoverable(why));
  for (auto const why :
       {reason::parse_error, reason::client_namespace_disconnect, reason::server_namespace_disconnect})
    CHECK(!core::recoverable(why));
}

TEST_CASE("recovery: F-191, F-192, W-184: id, rooms and missed packets, after the CONNECT") {
  scene s;
  auto& first = s.connect();
  auto mine = s.join(first);
  CHECK(mine.pid.size() == engine::id::size);
  CHECK(mine.pid != mine.sid);
  CHECK(!s.last().recovered());
  s.last().join("room");
  s.emit("seen");
  auto const seen = first.hear();
  REQUIRE(seen.size() == 1);
  mine.offset = last_argument(seen[0]);
  CHECK(seen[0] == R"(2["x","seen",")" + mine.offset + "\"]");
  first.drop();
  s.emit("all");
  s.emit("room", {.some = true, .rooms = {"room"}, .except = {}, .sender = {}});
  s.emit("others", {.some = true, .rooms = {"elsewhere"}, .except = {}, .sender = {}});

  auto& second = s.connect();
  second.say(mine.packet());
  auto const heard = second.hear();
  REQUIRE(heard.size() == 3);
  CHECK(heard[0] == R"(0{"sid":")" + mine.sid + R"(","pid":")" + mine.pid + "\"}");
  CHECK(heard[1].starts_with(R"(2["x","all",")"));
  CHECK(heard[2].starts_with(R"(2["x","room",")"));
  CHECK(s.last().recovered());
  CHECK(s.last().rooms() == texts{mine.sid, "room"});
  s.emit("live");
  CHECK(second.hear().size() == 1);

  // again, as often as it likes
  mine.offset = last_argument(heard[2]);
  second.drop();
  auto& third = s.connect();
  third.say(mine.packet());
  auto const again = third.hear();
  REQUIRE(again.size() == 2);
  CHECK(again[1].starts_with(R"(2["x","live",")"));
  CHECK(s.last().recovered());
}

TEST_CASE("recovery: a client that has got nothing yet misses what came after its CONNECT") {
  scene s;
  s.emit("before");
  auto& first = s.connect();
  auto const mine = s.join(first);
  first.drop();
  s.emit("after");
  auto& second = s.connect();
  second.say(mine.packet());
  auto const heard = second.hear();
  REQUIRE(heard.size() == 2);
  CHECK(heard[1].starts_with(R"(2["x","after",")"));
}

TEST_CASE("recovery: a client that is back before anybody noticed that it was gone") {
  scene s;
  auto& first = s.connect();
  auto const mine = s.join(first);
  s.emit("lost on the way");
  auto& second = s.connect();
  second.say(mine.packet());
  CHECK(first.closed());
  auto const heard = second.hear();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].find(mine.sid) != std::string::npos);
  CHECK(heard[1].starts_with(R"(2["x","lost on the way",")"));
  CHECK(s.last().recovered());
}

TEST_CASE("recovery: W-185: what nobody knows, or nobody can read, is a new client") {
  scene s;
  auto& first = s.connect();
  auto const mine = s.join(first);
  first.drop();
  auto const sid = [&](std::string const& packet) {
    auto& other = s.connect();
    other.say(packet);
    auto const heard = other.hear();
    CHECK(!other.closed());
    CHECK(heard.size() == 1);
    return heard.empty() ? "" : member(heard[0], "sid");
  };
  CHECK(sid(R"(0{"pid":1,"offset":"1"})") != mine.sid);
  CHECK(sid(R"(0{"pid":"short","offset":"1"})") != mine.sid);
  CHECK(sid(R"(0{"pid":"abcdefghij0123456789","offset":"1"})") != mine.sid);
  for (auto const* const offset :
       {"1", "{}", "\"\"", "\"x\"", "\"1x\"", "\"-1\"", "\"99999999999999999999999\""})
    CHECK(sid(R"(0{"pid":")" + mine.pid + R"(","offset":)" + offset + "}") != mine.sid);
  CHECK(sid(mine.packet()) == mine.sid);
  CHECK(sid(R"(0{"pid":")" + mine.pid + R"(","offset":"777"})") != mine.sid);
}

TEST_CASE("recovery: an offset that is too old is a new client") {
  scene s;
  auto& first = s.connect();
  auto mine = s.join(first);
  s.emit("a");
  mine.offset = last_argument(first.hear().at(0));
  first.drop();
  for (int i = 0; i < 10'001; ++i) s.emit("b");
  auto& second = s.connect();
  second.say(mine.packet());
  CHECK(member(second.hear().at(0), "sid") != mine.sid);
  CHECK(!s.last().recovered());
}

TEST_CASE("recovery: F-187, F-188: who left, or was sent away, is a new client") {
  scene s;
  auto& first = s.connect();
  auto const left = s.join(first);
  first.say("1");
  auto& second = s.connect();
  auto const sent_away = s.join(second);
  s.last().disconnect(false);
  for (auto const& mine : {left, sent_away}) {
    auto& again = s.connect();
    again.say(mine.packet());
    CHECK(member(again.hear().at(0), "sid") != mine.sid);
  }
}

TEST_CASE("recovery: a volatile packet carries the last offset, and is not kept") {
  scene s;
  auto& first = s.connect();
  auto mine = s.join(first);
  auto const volatile_packet = [&](std::string const& text) {
    auto const offset = s.main.offset(true);
    s.main.send({}, parser::encode_event_at<core::format_of<policies>>("/", offset, "x", text)
                        .with({.is_volatile = true}));
    s.here.end();
  };
  volatile_packet("connected");  // official clients would take this text for their offset
  mine.offset = last_argument(first.hear().at(0));
  CHECK(mine.offset == "1");
  s.emit("a");
  auto const offset = last_argument(first.hear().at(0));
  volatile_packet("again");
  CHECK(last_argument(first.hear().at(0)) == offset);
  first.drop();
  volatile_packet("missed");
  s.emit("b");
  mine.offset = offset;
  auto& second = s.connect();
  second.say(mine.packet());
  auto const heard = second.hear();
  REQUIRE(heard.size() == 2);
  CHECK(heard[1].starts_with(R"(2["x","b",")"));
}

TEST_CASE("recovery: F-173: middlewares are asked again only if wanted") {
  scene s;
  int asked = 0;
  s.main.gates.emplace_back([&](core_socket&, decision answer) {
    ++asked;
    answer(admit);
  });
  auto& first = s.connect();
  auto const mine = s.join(first);
  CHECK(asked == 1);
  first.drop();
  auto& second = s.connect();
  second.say(mine.packet());
  CHECK(member(second.hear().at(0), "sid") == mine.sid);
  CHECK(asked == 1);
}

TEST_CASE("recovery: where it is not wanted nothing of it is seen") {
  world here;
  auto& main = here.of("/");
  client c(here);
  c.say("0");
  CHECK(member(c.hear().at(0), "pid").empty());
  main.send({}, parser::encode_event_at<core::format_of<policies>>("/", main.offset(false), "x"));
  here.end();
  CHECK(c.hear() == texts{R"(2["x"])"});
}
