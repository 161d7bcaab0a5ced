// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/host.hpp>

using namespace fakes;

namespace {

// Clients in every state that a connection can be in.
struct crowd {
  explicit crowd(echo& server) {
    for (int i = 0; i < 9; ++i) all.push_back(std::make_unique<connection>(server));
    all[1]->write("GET /half");
    auto const idle = all[2]->open_polling();
    all[3]->write(get(with_sid(polling, all[3]->open_polling())));  // a poll waits
    all[4]->write(unfinished_post(all[4]->open_polling()));         // a POST arrives
    all[5]->open_websocket();
    all[6]->open_websocket(idle);  // probes
    all[7]->wire.limit(1);         // does not read
    all[7]->wire.write(get(websocket, websocket_headers));
    server.run();
    all[8]->ask("nonsense\r\n\r\n");  // lingers
  }
  std::vector<std::unique_ptr<connection>> all;
};

// Two places, of which the test is in one at a time.
struct executor_of_two {
  struct place : executor::caller {
    bool here() const { return inside; }
    void post(unique_function<void()> work) {
      ++posts;
      caller::post(std::move(work));
    }
    void step() {
      inside = true;
      run();
      inside = false;
    }
    bool inside = false;
    int posts = 0;
  };
  std::size_t size() const { return both.size(); }
  place& operator[](std::size_t i) { return both[i]; }
  void run() {}
  void stop() {}
  std::array<place, 2> both;
};

}  // namespace

TEST_CASE("host: stop ends everything, with a word to those who can hear it") {
  echo server;
  crowd clients(server);
  auto const poll = clients.all[3]->in.rest().size();
  clients.all[5]->frames();
  server.whole().stop();
  CHECK(server.hub().size() == 5);  // not before its work is run
  server.run();
  CHECK(server.endpoint().size() == 0);
  CHECK(server.hub().size() == 0);
  for (auto const& each : clients.all) CHECK(each->wire.closed());
  CHECK(poll == 0);
  CHECK(clients.all[3]->answer().body == "1");  // W-132
  CHECK(clients.all[5]->frames() == texts{"[close:]"});
  CHECK(clients.all[6]->frames() == texts{"[close:]"});
  for (std::size_t i = 5; i < server.log.size(); ++i) CHECK(server.log[i] == "close server shutting down");
  CHECK(server.log.size() == 10);

  connection late(server);
  CHECK(late.wire.closed());
  server.whole().stop();  // again, for nothing
  server.run();
  server.advance(1h);
}

TEST_CASE("host: it may be destroyed with everything open") {
  echo server;
  crowd clients(server);
  for (auto const& each : clients.all) each->wire.write("x");  // work that is not done yet
  SUBCASE("at once") {}
  SUBCASE("while it stops") { server.whole().stop(); }
  SUBCASE("after it has stopped") {
    server.whole().stop();
    server.run();
  }
  server.destroy();
  for (auto const& each : clients.all) {
    CHECK(each->wire.closed());
    each->wire.write("x");
    each->wire.read();
    each->wire.close();
  }
  CHECK(server.network.connect().closed());
}

TEST_CASE("host: work may be posted, and is done in a turn of its own") {
  echo server;
  connection one(server);
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) { session = &opened; };
  one.open_websocket();
  one.frames();
  server.whole().at(0).post([&] { session->send(engine::text_message("hello")); });
  CHECK(one.frames() == texts{"4hello"});
  CHECK(server.whole().at(0).here());
  CHECK(server.whole().size() == 1);
}

TEST_CASE("host: sessions know of the request that opened them") {
  echo server;
  connection one(server);
  std::string known;
  server.then_open = [&](engine::session& opened) {
    known = opened.handshake().url + " " + opened.handshake().remote_address + " " +
            std::string(opened.handshake().header("x-name").value_or("none"));
  };
  one.ask(get("/engine.io/?EIO=4&transport=polling&a=b", "X-Name: y\r\n"));
  CHECK(known == "/engine.io/?EIO=4&transport=polling&a=b 127.0.0.1 y");
}

TEST_CASE("host: what a turn wants of another place is handed over at once, when the turn is over") {
  transport::host<loopback, executor_of_two> server({}, {}, echo::plain_service(),
                                                    [](std::size_t, engine::session&) { return nullptr; });
  auto& here = server.executor().both[0];
  auto& there = server.executor().both[1];
  texts done;
  auto const note = [&](std::string what) { return [&, what] { done.push_back(what); }; };
  server.at(0).post([&] {
    server.at(1).post(note("one"));
    server.at(0).post([&] { server.at(1).post(note("two")); });
    server.at(1).post(note("three"));
    CHECK(there.posts == 0);
  });
  server.at(1).post(note("from elsewhere"));
  CHECK(std::exchange(there.posts, 0) == 1);
  here.step();
  CHECK(there.posts == 2);  // of two turns
  CHECK(done.empty());
  there.step();
  CHECK(done == texts{"from elsewhere", "one", "three", "two"});

  server.stop();
  here.step();
  there.step();
  here.step();
}

TEST_CASE("host: stop ends a connection that is on its way from one place to another") {
  transport::census counted({});
  transport::host<loopback, executor_of_two> server({}, {}, echo::plain_service(),
                                                    [](std::size_t, engine::session&) { return nullptr; });
  auto& here = server.executor().both[0];
  auto& there = server.executor().both[1];
  loopback::network network;
  loopback::listener door(here, network);
  door.accept([&](loopback::stream accepted) {
    server.at(0).post([&, moving = std::move(accepted)] {
      auto begun = std::make_unique<http::request_reader>(echo::plain_service().limits);
      begun->consume("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
      server.at(1).endpoint().take_over(moving, counted.enter("x"), std::move(begun), {});
    });
  });
  auto client = network.connect();
  bool ended = false;
  server.close(1h, [&] { ended = true; });
  server.stop();
  for (int i = 0; i < 9; ++i) {
    there.step();  // it is the first to have ended
    here.step();
  }
  CHECK(ended);
  CHECK(client.closed());
}

// -- closing in order ------------------------------------------------------------------------------------

TEST_CASE("host: W-048: closing tells who polls, who will poll, and WebSockets, and then it is over") {
  echo server;
  connection polls(server), will_poll(server), socket(server), idle(server), over(server);
  polls.write(get(with_sid(polling, polls.open_polling())));
  auto const sid = will_poll.open_polling();
  socket.open_websocket();
  socket.frames();
  idle.ask(get("/"));
  server.whole().close(1h);
  CHECK(server.log.size() == 3);  // not before its work is run
  server.run();
  CHECK(server.log.size() == 6);
  for (std::size_t i = 3; i < 6; ++i) CHECK(server.log[i] == "close server shutting down");
  auto const poll = polls.answer();
  CHECK(poll.body == "1");
  CHECK(poll.has("Connection: close") == polls.wire.ended());
  CHECK(socket.frames() == texts{"[close:]"});
  CHECK(socket.wire.ended());
  socket.write(close_frame());
  socket.close();
  CHECK(server.hub().size() == 1);  // waits for a poll
  CHECK(!will_poll.wire.closed());

  auto const last = will_poll.ask(get(with_sid(polling, sid)));
  CHECK(last.body ==
        "6\x1e"
        "1");
  CHECK(last.has("Connection: close"));
  CHECK(server.hub().size() == 0);
  CHECK(idle.wire.closed());  // nothing was under way on it
  will_poll.close();
  polls.close();
  server.run();
  CHECK(server.endpoint().size() == 0);
  CHECK(connection(server).wire.closed());
  server.advance(2h);
}

TEST_CASE("host: closing, a WebSocket that does not end its side has 5 seconds") {
  echo server;
  connection one(server);
  one.open_websocket();
  one.frames();
  server.whole().close(1h);
  CHECK(one.frames() == texts{"[close:]"});
  one.write(text_frame("4late"));
  server.advance(4999ms);
  CHECK(!one.wire.closed());
  server.advance(1ms);
  CHECK(one.wire.closed());
  CHECK(server.log == texts{"open", "close server shutting down"});
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("host: closing, who reads slowly gets everything that was sent before") {
  echo server;
  connection socket(server), poll(server);
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) { session = &opened; };
  socket.open_websocket();
  socket.frames();
  socket.wire.limit(100);
  texts sent;
  for (int i = 0; i < 50; ++i) {
    sent.push_back("4" + std::string(100, 'x') + std::to_string(i));
    session->send(engine::text_message(std::string_view(sent.back()).substr(1)));
    server.run();
  }
  server.then_close = [](engine::session& ended) {
    CHECK(ended.send(engine::text_message("too late")) == engine::fate::dropped);
  };
  auto const sid = poll.open_polling();
  session->send(engine::text_message(std::string(5000, 'y')));
  server.whole().close(1h);
  server.run();
  server.advance(20s);
  CHECK(!socket.wire.closed());
  sent.emplace_back("[close:]");
  CHECK(socket.frames() == sent);
  CHECK(socket.wire.ended());

  poll.wire.limit(100);
  poll.wire.write(get(with_sid(polling, sid)));
  server.run();
  for (int i = 0; i < 100 && !poll.wire.ended(); ++i) {
    poll.in.add(poll.wire.read());
    server.run();
    server.advance(1s);
  }
  CHECK(poll.answer().body == "4" + std::string(5000, 'y') + "\x1e" + "6\x1e" + "1");
}

TEST_CASE("host: closing, who will poll may connect for it, as long as there is somebody") {
  echo server;
  std::string sid;
  {
    connection opens(server);
    sid = opens.open_polling();
    opens.write(fakes::post(with_sid(polling, sid), "4a"));
    CHECK(opens.answer().body == "ok");
  }
  server.whole().close(1h);
  server.run();
  connection looks(server), polls(server);
  SUBCASE("and gets what waits for it") {
    auto const last = polls.ask(get(with_sid(polling, sid)));
    CHECK(last.body ==
          "4a\x1e"
          "6\x1e"
          "1");
    CHECK(last.has("Connection: close"));
    polls.close();
  }
  SUBCASE("or says that it goes") {
    CHECK(polls.ask(fakes::post(with_sid(polling, sid), "1")).body == "ok");
    polls.close();
  }
  SUBCASE("or never comes") {
    CHECK(polls.ask(get(with_sid(polling, std::string(sid.size(), 'x')))).status == 400);
    polls.close();
    server.advance(30s);
  }
  CHECK(server.hub().size() == 0);
  CHECK(looks.wire.closed());
  CHECK(connection(server).wire.closed());
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("host: closing, no session opens any more, and requests are the last on their connection") {
  echo server({}, [] {
    auto serving = echo::plain_service();
    serving.fallback = [](http::request const&, http::response& answer) { answer.body = "here"; };
    return serving;
  }());
  connection stays(server), kept(server), half(server), other(server);
  stays.open_websocket();
  kept.ask(get("/x"));
  half.write("GET /x HTTP/1.1\r\n");
  stays.wire.limit(1);
  server.then_open = [](auto&) { FAIL_CHECK("a session has opened"); };
  for (int i = 0; i < 2; ++i) {  // the second answer has to wait for the first
    stays.wire.write(text_frame("4" + std::string(1000, 'x')));
    server.run();
  }
  server.whole().close(1h);
  server.run();
  CHECK(server.hub().size() == 1);  // it does not read
  CHECK(connection(server).ask(get(polling)).status == 503);
  CHECK(server.refused == texts{"3 Bad request SHUTTING_DOWN"});
  server.refused.clear();

  auto const refused = kept.ask(get(polling));
  CHECK(refused.status == 503);
  CHECK(refused.body == R"({"code":3,"message":"Bad request"})");
  CHECK(refused.has("Connection: close"));
  CHECK(server.refused == texts{"3 Bad request SHUTTING_DOWN"});
  CHECK(kept.wire.ended());
  auto const answered = half.ask("Host: x\r\n\r\n");
  CHECK(answered.body == "here");
  CHECK(answered.has("Connection: close"));
  CHECK(other.ask(get(websocket, websocket_headers)).status == 503);
  CHECK(other.wire.ended());
  server.advance(1h);
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("host: closing ends at the deadline, at the latest") {
  for (auto const deadline : {-1ms, 0ms, 1ms, 1000ms}) {
    CAPTURE(deadline.count());
    echo server;
    crowd clients(server);
    server.whole().close(deadline);
    server.run();
    if (deadline > 0ms) {
      server.advance(deadline - 1ms);
      CHECK(server.endpoint().size() > 0);
    }
    server.advance(1ms);
    CHECK(server.endpoint().size() == 0);
    CHECK(server.hub().size() == 0);
    for (auto const& each : clients.all) CHECK(each->wire.closed());
    CHECK(server.log.size() == 10);
    server.advance(1h);
  }
}

TEST_CASE("host: closing may take as long as it likes") {
  echo server;
  connection one(server);
  one.open_websocket();
  server.whole().close(std::chrono::milliseconds::max());
  server.run();
  CHECK(server.hub().size() == 0);
  CHECK(!one.wire.closed());
  one.close();
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("host: closing an empty server is over at once, and so is closing or stopping it again") {
  echo server;
  server.whole().close(1h);
  server.run();
  CHECK(server.network.connect().closed());
  server.whole().close(1h);
  server.whole().stop();
  server.whole().close(1h);
  server.run();
  server.advance(2h);
}

TEST_CASE("host: closing twice has the last deadline; stopping does not wait for it") {
  echo server;
  connection one(server);
  one.open_polling();  // does not poll
  server.whole().close(1h);
  server.run();
  CHECK(server.hub().size() == 1);
  SUBCASE("closed again") {
    server.whole().close(1s);
    server.run();
    CHECK(server.hub().size() == 1);
    server.advance(1s);
  }
  SUBCASE("stopped") {
    server.whole().stop();
    server.run();
  }
  SUBCASE("nobody polls") { server.advance(30s); }  // W-049
  CHECK(server.hub().size() == 0);
  CHECK(one.wire.closed());
  CHECK(server.log == texts{"open", "close server shutting down"});
}

TEST_CASE("host: everybody who closes is told when all has ended") {
  echo server;
  connection one(server);
  one.open_websocket();
  texts told;
  server.whole().close(1h, [&] { told.push_back("one"); });
  server.whole().close(1h, [&] { told.push_back("two"); });
  server.run();
  CHECK(told.empty());
  SUBCASE("in order") { one.close(); }
  SUBCASE("at the deadline") { server.advance(1h); }
  SUBCASE("at once") {
    server.whole().stop();
    server.run();
  }
  CHECK(told == texts{"one", "two"});
}

TEST_CASE("host: it may be destroyed while it closes") {
  echo server;
  crowd clients(server);
  server.whole().close(1h);
  SUBCASE("before it has begun") {}
  SUBCASE("after") { server.run(); }
  server.destroy();
  for (auto const& each : clients.all) CHECK(each->wire.closed());
}

TEST_CASE("host: handlers may close and stop it again and again") {
  echo server;
  crowd clients(server);
  server.then_close = [&](engine::session& ended) {
    server.whole().close(1h);
    server.whole().stop();
    ended.close(reason::forced_close);
    ended.abort(reason::forced_close);
  };
  server.whole().close(1h);
  server.run();
  CHECK(server.endpoint().size() == 0);
  CHECK(server.log.size() == 10);
}

TEST_CASE("host: a POST that is arriving when the server closes") {
  echo server;
  connection one(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  server.whole().close(1h);
  server.run();
  CHECK(!one.wire.closed());
  one.write("c");
  CHECK(one.answer().body == "ok");
  CHECK(server.log == texts{"open", "close server shutting down"});
  server.advance(1min);
  CHECK(server.endpoint().size() == 0);
}

// -- coming in -------------------------------------------------------------------------------------------

TEST_CASE("host: no connection comes in while accepting pauses; it waits") {
  echo server;
  connection before(server);
  server.whole().pause_accept();
  server.whole().pause_accept();
  server.run();
  connection waits(server), gives_up(server);
  waits.wire.write(get("/"));
  gives_up.wire.close();
  server.run();
  CHECK(waits.wire.read().empty());
  CHECK(server.endpoint().size() == 1);
  CHECK(before.ask(get("/")).status == 404);  // it lives
  server.whole().resume_accept();
  server.whole().resume_accept();
  CHECK(waits.answer().status == 404);
  CHECK(server.endpoint().size() == 2);
  CHECK(connection(server).ask(get("/")).status == 404);
}

TEST_CASE("host: who waits while accepting pauses is sent away when the server ends") {
  for (auto const gracefully : {true, false}) {
    echo server;
    server.whole().pause_accept();
    server.run();
    connection waits(server);
    gracefully ? server.whole().close(1h) : server.whole().stop();
    server.run();
    CHECK(waits.wire.closed());
    server.whole().resume_accept();
    server.run();
    CHECK(server.network.connect().closed());
  }
}

TEST_CASE("host: streams that others have accepted, and begun to read") {
  echo server;
  loopback::network elsewhere;
  loopback::listener door(server.executor(), elsewhere);
  std::string already;
  door.accept([&](loopback::stream accepted) { server.whole().adopt(std::move(accepted), already); });
  auto const whole = get(websocket, websocket_headers) + text_frame("4a") + text_frame("4b");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    already = whole.substr(0, size);
    auto client = elsewhere.connect();
    client.write(whole.substr(size));
    CHECK(client.read().empty());  // not before its work is run
    server.run();
    inbox in;
    in.add(client.read());
    REQUIRE(in.take_response().status == 101);
    auto const frames = in.take_frames();
    REQUIRE(frames.size() == 3);
    CHECK(frames[1] == "4a");
    CHECK(frames[2] == "4b");
  }
  server.whole().stop();
  server.run();
  auto late = elsewhere.connect();
  server.run();
  CHECK(late.closed());
}

TEST_CASE("host: all its doors share one count of connections") {
  loopback::network second;
  echo server({}, echo::plain_service(), {.all = 2});
  server.whole().listen(second);
  connection one(server);
  auto two = second.connect();
  auto three = second.connect();
  server.run();
  CHECK(three.read().starts_with("HTTP/1.1 503 "));
  CHECK(!two.ended());
  one.close();
  CHECK(!second.connect().ended());
}
