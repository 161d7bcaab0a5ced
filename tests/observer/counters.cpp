// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include "../typed/client.hpp"
#include <socketiopp/observer/counters.hpp>
#include <socketiopp/server.hpp>

namespace {

namespace sio = socketiopp;
using namespace std::chrono_literals;
using sio::observer::totals;
using typed_tests::client;
using texts = std::vector<std::string>;

struct talk {
  using to_server =
      sio::events<sio::event<"say", void(std::string text)>, sio::event<"twice", int(int value)>,
                  sio::event<"file", sio::binary(sio::binary file)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text)>, sio::event<"sure", bool()>,
                                sio::event<"file", void(sio::binary file)>>;
};

struct policies : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
  using observer = sio::observer::counters;
};

using talker = sio::socket<talk, policies>;

struct world {
  explicit world(sio::server_options options = {}) : io(std::move(options)), hall(io.of<talk>("/hall")) {
    io.listen(net);
    hall.on_connect([this](talker& s) { sockets.push_back(&s); });
  }
  void run() { io.executor().run(); }
  void advance(std::chrono::milliseconds by) { io.executor().advance(by); }

  /// That all totals are these, each by its name.
  void check(totals const& expected) {
    auto const found = io.counted();
    for (auto const& one : sio::observer::all_totals) {
      CAPTURE(one.name);
      CHECK(found.*one.value == expected.*one.value);
    }
  }

  sio::transport::loopback::network net;
  sio::basic_server<policies> io;
  sio::namespace_<talk, policies>& hall;
  std::vector<talker*> sockets;
};

constexpr totals one_socket{.sessions_opened = 1, .sockets_connected = 1};

std::uint64_t bytes_of(texts const& packets) {
  std::uint64_t sum = 0;
  for (auto const& packet : packets)
    sum += packet.size() - (packet.starts_with("binary:") ? std::string_view("binary:").size() : 0);
  return sum;
}

}  // namespace

TEST_CASE("counters: totals add up") {
  totals sum{.events_sent = 1, .errors_reported = 2};
  sum += {.sessions_opened = 3, .events_sent = 4};
  CHECK(sum == totals{.sessions_opened = 3, .events_sent = 5, .errors_reported = 2});
}

TEST_CASE("counters: each event counts for its own totals") {
  using namespace sio::observer;
  counters c;
  CHECK(c.counted() == totals{});
  c(session_upgraded{"s"});
  c(bound_hit{sio::bound::max_payload, "", ""});
  c(socket_connected{"/", "x", false});
  c(socket_connected{"/", "x", true});
  c(event_received{"/", "x", "e", 10});
  c(ack_received{"/", "x", 5});
  c(event_sent{"/", 100, 3});
  c(event_sent{"/", 100, 0});
  c(ack_sent{"/", "x", 7});
  CHECK(c.counted() == totals{.sessions_upgraded = 1,
                              .bounds_hit = 1,
                              .sockets_connected = 2,
                              .sockets_recovered = 1,
                              .events_received = 1,
                              .acks_received = 1,
                              .bytes_received = 15,
                              .events_sent = 3,
                              .acks_sent = 1,
                              .bytes_sent = 307});
}

TEST_CASE("counters: a server without clients has counted nothing") {
  world w;
  w.hall.emit<"said">("to nobody");
  w.check({});
}

TEST_CASE("counters: sessions and sockets that come and go") {
  world w;
  client one(w), two(w);
  w.check({.sessions_opened = 2});
  one.join("/hall");
  two.join("/hall");
  w.check({.sessions_opened = 2, .sockets_connected = 2});
  one.send("1/hall,");
  w.check({.sessions_opened = 2, .sockets_connected = 2, .sockets_disconnected = 1});
  two.close();
  w.check({.sessions_opened = 2, .sessions_closed = 1, .sockets_connected = 2, .sockets_disconnected = 2});
  w.io.stop();
  w.run();
  w.check({.sessions_opened = 2, .sessions_closed = 2, .sockets_connected = 2, .sockets_disconnected = 2});
}

TEST_CASE("counters: a session that becomes a WebSocket") {
  world w;
  auto polls = w.net.connect();
  fakes::inbox in;
  polls.write(fakes::get("/socket.io/?EIO=4&transport=polling"));
  w.run();
  in.add(polls.read());
  auto const opened = in.take_response().body;
  auto const sid = opened.substr(opened.find("sid\":\"") + 6, 20);
  w.check({.sessions_opened = 1});

  auto frames = w.net.connect();
  frames.write(fakes::get("/socket.io/?EIO=4&transport=websocket&sid=" + sid, fakes::websocket_headers) +
               fakes::text_frame("2probe"));
  w.run();
  w.check({.sessions_opened = 1});
  frames.write(fakes::text_frame("5"));
  w.run();
  w.check({.sessions_opened = 1, .sessions_upgraded = 1});
  frames.close();
  w.run();
  w.check({.sessions_opened = 1, .sessions_upgraded = 1, .sessions_closed = 1});
}

TEST_CASE("counters: requests and clients that are refused, and bounds") {
  world w({.max_payload = 100, .max_namespaces = 2});
  for (auto const* const target :
       {"/socket.io/?EIO=4&transport=pigeon", "/socket.io/?EIO=4&transport=polling&sid=nobody"}) {
    auto stranger = w.net.connect();
    stranger.write(fakes::get(target));
    w.run();
  }
  w.check({.requests_refused = 2});

  w.hall.use([](talker&) { return sio::refuse("full"); });
  client c(w);
  c.send("0/hall,");
  c.send("0/nowhere,");
  totals expected{.sessions_opened = 1, .requests_refused = 2, .sockets_refused = 2};
  w.check(expected);

  c.all();
  w.io.of<sio::any>("/a");
  w.io.of<sio::any>("/b");
  c.join("/a");
  c.join("/b");
  c.send("0/hall,");
  expected.sockets_connected = 2;
  expected.sockets_refused = 3;
  expected.bounds_hit = 1;
  w.check(expected);

  c.send("2/a,[\"" + std::string(100, 'x') + "\"]");
  expected.bounds_hit = 2;
  expected.sessions_closed = 1;
  expected.sockets_disconnected = 2;
  w.check(expected);
}

TEST_CASE("counters: events and acknowledgements of both sides, with their bytes") {
  world w;
  w.hall.on<"twice">([](int value) { return 2 * value; });
  w.hall.on<"file">([](sio::binary file) { return file; });
  client c(w);
  c.join("/hall");
  totals expected = one_socket;

  texts const asked{R"(2/hall,["say","ü"])", R"(2/hall,7["twice",2])",
                    R"(51-/hall,8["file",{"_placeholder":true,"num":0}])", "binary:bytes"};
  for (auto const& packet : asked)
    packet.starts_with("binary:") ? c.send_binary(packet.substr(7)) : c.send(packet);
  auto const answers = c.all();
  CHECK(answers == texts{"3/hall,7[4]", R"(61-/hall,8[{"_placeholder":true,"num":0}])", "binary:bytes"});
  expected.events_received = 3;
  expected.acks_sent = 2;
  expected.bytes_received = bytes_of(asked);
  expected.bytes_sent = bytes_of(answers);
  w.check(expected);

  int answered = 0;
  w.sockets[0]->emit<"said">("hello");
  w.sockets[0]->emit<"file">(sio::binary("data"));
  w.sockets[0]->emit_with_ack<"sure">([&](std::error_code error, bool sure) { answered += !error && sure; });
  w.run();
  auto const told = c.all();
  CHECK(told.size() == 4);
  expected.events_sent = 3;
  expected.bytes_sent += bytes_of(told);
  w.check(expected);

  c.send("3/hall,0[true]");
  c.send("3/hall,0[true]");  // once more: it came, but nobody awaits it
  CHECK(answered == 1);
  expected.acks_received = 2;
  expected.bytes_received += 28;
  w.check(expected);
}

TEST_CASE("counters: what is sent to many counts for each who gets it") {
  world w;
  w.hall.on<"say">([](talker& s, std::string text) { s.to("even").emit<"said">(text); });
  std::deque<client> clients;
  totals expected;
  for (int i = 0; i < 10; ++i) {
    clients.emplace_back(w).join("/hall");
    if (i % 2 == 0) w.sockets.back()->join("even");
  }
  expected.sessions_opened = expected.sockets_connected = 10;
  expected.rooms_joined = 5;
  w.check(expected);

  for (auto& c : clients) {
    auto const packet = R"(2/hall,["say",")" + std::string(expected.events_received, 'x') + "\"]";
    c.send(packet);
    ++expected.events_received;
    expected.bytes_received += packet.size();
  }
  w.hall.emit<"said">("good night");
  w.hall.to("even").except(w.sockets[0]->id()).emit<"file">(sio::binary("pillow"));
  w.hall.to("nowhere").emit<"said">("to nobody");
  w.run();
  for (auto& c : clients) {
    auto const got = c.all();
    for (auto const& packet : got) expected.events_sent += !packet.starts_with("binary:");
    expected.bytes_sent += bytes_of(got);
  }
  CHECK(expected.events_sent == 5 * 4 + 5 * 5 + 10 + 4);
  w.check(expected);

  int answers = 0;
  w.hall.timeout(1s).emit_with_ack<"sure">([&](std::error_code, auto const&) { ++answers; });
  w.run();
  for (auto& c : clients) expected.bytes_sent += bytes_of(c.all());
  expected.events_sent += 10;
  w.check(expected);
}

TEST_CASE("counters: packets that clients never get") {
  world w({.max_queued_bytes = 200, .on_overflow = sio::overflow::drop_newest});
  w.hall.on<"twice">([](int value) { return 2 * value; });
  client c(w), other(w);
  c.join("/hall");
  other.join("/hall");
  c.slow_down();
  totals expected{.sessions_opened = 2, .sockets_connected = 2};

  w.sockets[0]->emit<"said">("x");  // waits
  w.run();
  expected.events_sent = 1;
  w.sockets[0]->volatile_().emit<"said">("position");
  expected.packets_dropped = 1;
  w.hall.emit<"said">(std::string(300, 'y'));  // the other one gets it
  expected.events_sent += 1;
  expected.packets_dropped += 1;
  expected.bounds_hit = 1;
  expected.errors_reported = 1;
  w.run();
  auto const got = other.all();
  CHECK(got.size() == 1);
  expected.bytes_sent = bytes_of(got) + std::string_view(R"(2/hall,["said","x"])").size();
  w.check(expected);

  c.send(R"(2/hall,1["twice",2])");  // there is still room for the answer
  expected.events_received = 1;
  expected.bytes_received = 19;
  expected.acks_sent = 1;
  expected.bytes_sent += 11;
  w.check(expected);

  std::error_code why;
  for (int i = 0; i < 20 && !why; ++i)
    w.sockets[0]->emit_with_ack<"sure">([&](std::error_code error, bool) { why = error; });
  CHECK(why == sio::errc::slow_consumer);
  CHECK(w.io.counted().packets_dropped == 3);
}

TEST_CASE("counters: rooms that are joined and left, also by those who go") {
  world w;
  w.hall.use([](talker& s) {
    s.join("waiting");
    return s.handshake().query().find("no") == std::string::npos ? sio::admission(sio::admit)
                                                                 : sio::refuse("no");
  });
  client c(w);
  c.join("/hall");
  totals expected = one_socket;
  expected.rooms_joined = 1;
  w.check(expected);
  auto& s = *w.sockets[0];
  s.join("a", "b", "a");
  s.leave("a", "nowhere");
  s.join(s.id());
  expected.rooms_joined = 3;
  expected.rooms_left = 1;
  w.check(expected);
  c.send("1/hall,");
  expected.rooms_left = 3;
  expected.sockets_disconnected = 1;
  w.check(expected);

  client refused(w, "&no");
  refused.send("0/hall,");
  expected.sessions_opened = 2;
  expected.sockets_refused = 1;
  expected.rooms_joined = expected.rooms_left = 4;
  w.check(expected);
}

TEST_CASE("counters: errors, with and without somebody who listens to them") {
  world w;
  w.hall.on<"say">([](std::string) { throw std::runtime_error("no"); });
  client c(w);
  c.join("/hall");
  totals expected = one_socket;
  texts const sent{R"(2/hall,["say","x"])", R"(2/hall,["say",7])", R"(2/hall,["unheard of"])"};
  for (auto const& packet : sent) c.send(packet);
  expected.events_received = expected.errors_reported = 3;
  expected.bytes_received = bytes_of(sent);
  w.check(expected);

  int told = 0;
  w.hall.on_error([&](talker&, sio::event_error const&) { ++told; });
  c.send(R"(2/hall,["connect"])");  // reserved: the client is sent away
  CHECK(told == 1);
  expected.errors_reported = 4;
  expected.sockets_disconnected = expected.sessions_closed = 1;
  w.check(expected);
}

TEST_CASE("counters: clients that come back, and what they have missed") {
  world w({.recovery = sio::recovery_options{}});
  std::string pid, offset;
  {
    client c(w);
    c.send("0/hall,");
    auto const answer = c.next();
    pid = answer.substr(answer.find("pid\":\"") + 6, 20);
    w.sockets[0]->join("a");
    w.hall.emit<"said">("one");
    w.run();
    auto const got = c.next();
    offset = got.substr(got.rfind(",\"") + 2, got.rfind('"') - got.rfind(",\"") - 2);
    CHECK(w.io.counted().bytes_sent == got.size());
    c.close();
  }
  auto const before = w.io.counted();
  w.check({.sessions_opened = 1,
           .sessions_closed = 1,
           .sockets_connected = 1,
           .sockets_disconnected = 1,
           .events_sent = 1,
           .bytes_sent = before.bytes_sent,
           .rooms_joined = 1,
           .rooms_left = 1});
  w.hall.to("a").emit<"said">("two");
  w.hall.to("b").emit<"said">("not for it");
  w.check(before);

  client again(w);
  again.send(R"(0/hall,{"pid":")" + pid + R"(","offset":")" + offset + "\"}");
  auto const got = again.all();
  REQUIRE(got.size() == 2);
  auto expected = before;
  expected += {.sessions_opened = 1,
               .sockets_connected = 1,
               .sockets_recovered = 1,
               .events_sent = 1,
               .bytes_sent = got[1].size(),
               .rooms_joined = 1};
  w.check(expected);
}
