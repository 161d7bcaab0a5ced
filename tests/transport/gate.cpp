// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/gate.hpp>

using namespace fakes;

namespace {

// A shard that may be called from "another thread".
struct place final : engine::place {
  bool here() const override { return is_here; }
  void post(unique_function<void()> work) override { posted.push_back(std::move(work)); }
  void run() {
    is_here = true;
    for (auto const& work : std::exchange(posted, {})) work();
  }
  bool is_here = true;
  std::deque<unique_function<void()>> posted;
};

// A request at gates.
struct scene {
  place where;
  http::response headers;
  std::optional<admission> answer;
  int answers = 0;
  std::shared_ptr<transport::petition> petition;

  scene() {
    http::request asked;
    asked.target = "/x";
    petition = std::make_shared<transport::petition>(std::move(asked), where,
                                                     [this](http::request& known, admission said) {
                                                       CHECK(known.target == "/x");
                                                       answer.emplace(std::move(said));
                                                       ++answers;
                                                     });
  }
  std::string said() const {
    return !answer ? "nothing" : *answer ? "admitted" : "refused " + answer->message();
  }
};

// A gate that keeps its decisions for later.
struct waiting_room {
  std::vector<std::unique_ptr<decision>> waiting;
  request_gate gate() {
    return [this](http::request const&, decision answer) {
      waiting.push_back(std::make_unique<decision>(std::move(answer)));
    };
  }
  void answer(std::size_t which, admission with) { (*waiting[which])(std::move(with)); }
};

transport::service guarded(request_gate allow) {
  auto serving = echo::plain_service();
  serving.allow_request = std::move(allow);
  return serving;
}

transport::service with_middleware(request_gate gate) {
  auto serving = echo::plain_service();
  serving.hooks.use(std::move(gate));
  return serving;
}

}  // namespace

// -- the gate --------------------------------------------------------------------------------------------

TEST_CASE("gate: none is none") {
  CHECK(!request_gate());
  CHECK(request_gate([](http::request const&) { return admit; }));
}

TEST_CASE("gate: takes what it likes to, and answers as it likes to") {
  auto const ask = [](request_gate const& gate) {
    scene s;
    s.petition->ask(gate, s.headers);
    CHECK(s.answers == 1);
    return s.said() + (s.headers.find("X") ? " X" : "");
  };
  CHECK(ask([](http::request const&) { return admit; }) == "admitted");
  CHECK(ask([](http::request const& asked) { return refuse(asked.target); }) == "refused /x");
  CHECK(ask([](http::request const&) { return refuse(); }) == "refused ");
  CHECK(ask([](http::request const&, http::response& headers) {
          headers.set("X", "1");
          return admit;
        }) == "admitted X");
  CHECK(ask([](http::request const&, decision answer) { answer(refuse("no")); }) == "refused no");
  CHECK(ask([](http::request const&, http::response& headers, decision answer) {
          headers.set("X", "1");
          answer(admit);
        }) == "admitted X");
  CHECK(ask([only = std::make_unique<int>(1)](http::request const&) { return admit; }) == "admitted");
}

TEST_CASE("gate: one that throws, or forgets to answer, has refused") {
  auto const ask = [](request_gate const& gate) {
    scene s;
    s.petition->ask(gate, s.headers);
    CHECK(s.answers == 1);
    return s.said();
  };
  CHECK(ask([](http::request const&) -> admission { throw std::runtime_error("secret"); }) == "refused ");
  CHECK(ask([](http::request const&, decision) { throw 42; }) == "refused ");
  CHECK(ask([](http::request const&, decision) {}) == "refused ");
  CHECK(ask([](http::request const&, decision answer) {
          answer(admit);
          throw 42;
        }) == "admitted");
}

TEST_CASE("gate: a decision is given once, later, and to nobody if nobody waits") {
  scene s;
  waiting_room room;
  auto const gate = room.gate();
  s.petition->ask(gate, s.headers);
  CHECK(s.said() == "nothing");
  SUBCASE("admitted") {
    room.answer(0, admit);
    CHECK(s.said() == "admitted");
    room.answer(0, refuse());
    CHECK(s.said() == "admitted");
  }
  SUBCASE("refused") {
    room.answer(0, refuse("no"));
    CHECK(s.said() == "refused no");
  }
  SUBCASE("forgotten") {
    room.waiting.clear();
    CHECK(s.said() == "refused ");
  }
  SUBCASE("handed on") {
    decision other(std::move(*room.waiting[0]));
    room.waiting.clear();
    CHECK(s.said() == "nothing");
    other(admit);
    CHECK(s.said() == "admitted");
  }
  SUBCASE("from another thread") {
    s.where.is_here = false;
    room.answer(0, admit);
    CHECK(s.said() == "nothing");
    s.where.run();
    CHECK(s.said() == "admitted");
  }
  SUBCASE("forgotten on another thread") {
    s.where.is_here = false;
    room.waiting.clear();
    CHECK(s.said() == "nothing");
    s.where.run();
    CHECK(s.said() == "refused ");
  }
  SUBCASE("too late") {
    s.petition.reset();
    room.answer(0, admit);
    CHECK(s.said() == "nothing");
    return;
  }
  SUBCASE("too late, on the way from another thread") {
    s.where.is_here = false;
    room.answer(0, admit);
    s.petition.reset();
    s.where.run();
    CHECK(s.said() == "nothing");
    return;
  }
  CHECK(s.answers == 1);
}

TEST_CASE("gate: several are asked one after the other, until one refuses") {
  for (int refusing = 0; refusing <= 3; ++refusing) {
    CAPTURE(refusing);
    texts asked;
    waiting_room room;
    std::deque<request_gate> gates;
    gates.emplace_back([&](http::request const&) {
      asked.emplace_back("1");
      return refusing == 0 ? refuse("1") : admit;
    });
    gates.emplace_back([&](http::request const&, decision answer) {
      asked.emplace_back("2");
      room.waiting.push_back(std::make_unique<decision>(std::move(answer)));
    });
    gates.emplace_back([&](http::request const&, http::response& headers) {
      asked.emplace_back("3");
      headers.set("X", "1");
      return refusing == 2 ? refuse("3") : admit;
    });
    scene s;
    s.petition->ask(gates, s.headers);
    if (refusing > 0) {
      CHECK(s.said() == "nothing");
      room.answer(0, refusing == 1 ? refuse("2") : admit);
    }
    CHECK(s.said() == (refusing == 3 ? "admitted" : "refused " + std::to_string(refusing + 1)));
    CHECK(asked.size() == static_cast<std::size_t>(std::min(refusing + 1, 3)));
    CHECK((s.headers.find("X") != nullptr) == (refusing >= 2));
    CHECK(s.answers == 1);
  }
}

// -- on a connection -------------------------------------------------------------------------------------

TEST_CASE("gate: F-009, W-012, W-013: who is not allowed in") {
  struct row {
    std::string said, polling, websocket;
  };
  for (auto const& [said, over_polling, over_websocket] :
       {row{"nope", R"({"code":4,"message":"nope"})", "nope"},
        {"", R"({"code":4,"message":"Forbidden"})", "Forbidden"},
        {"a\"\n\\", "{\"code\":4,\"message\":\"a\\\"\\u000a\\\\\"}", "a\"\n\\"}}) {
    echo server({}, guarded([said = said](http::request const&) { return refuse(said); }));
    connection one(server), two(server);
    auto const answer = one.ask(get(polling));
    CHECK(answer.status == 403);
    CHECK(answer.body == over_polling);
    CHECK(answer.has("Content-Type: application/json"));
    CHECK(answer.has("Connection: keep-alive"));
    auto const upgrade = two.ask(get(websocket, websocket_headers));
    CHECK(upgrade.status == 400);
    CHECK(upgrade.body == over_websocket);
    CHECK(upgrade.has("Content-Type: text/html"));
    CHECK(upgrade.has("Connection: close"));
    CHECK(two.wire.ended());
    auto const why = "4 " + (said.empty() ? "Forbidden" : said) + " ";
    CHECK(server.refused == texts{why, why});
    CHECK(server.log.empty());
  }
}

TEST_CASE("gate: F-058, W-011: middleware is asked about every request to the endpoint, and upgrade") {
  texts asked;
  echo server({}, with_middleware([&](http::request const& which) {
                asked.push_back(which.method);
                return which.headers.find("x-no") ? refuse() : admit;
              }));
  connection one(server), two(server), three(server);
  auto const sid = one.open_polling();
  one.ask(post(with_sid(polling, sid), "4a"));
  one.ask(get(with_sid(polling, sid)));
  one.ask(get("/engine.io/?EIO=4&transport=none"));
  one.ask(get("/other"));
  two.open_websocket(sid);
  CHECK(asked == texts{"GET", "POST", "GET", "GET", "GET"});
  auto const refused = three.ask(get(polling, "X-No: 1\r\n"));
  CHECK(refused.status == 400);
  CHECK(refused.body == R"({"code":3,"message":"Bad request"})");
  CHECK(three.ask(get(websocket, std::string(websocket_headers) + "X-No: 1\r\n")).status == 400);
  CHECK(three.wire.ended());
  CHECK(server.refused == texts{"0 Transport unknown ", "3 Bad request MIDDLEWARE_FAILURE",
                                "3 Bad request MIDDLEWARE_FAILURE"});
  CHECK(server.hub().size() == 1);
}

TEST_CASE("gate: a POST that middleware refuses leaves its session alone") {
  echo server({}, with_middleware([&](http::request const& which) {
                return which.headers.find("x-no") ? refuse("not you") : admit;
              }));
  connection one(server);
  auto const sid = one.open_polling();
  auto const refused = one.ask(post(with_sid(polling, sid), "4a", "X-No: 1\r\n"));
  CHECK(refused.status == 400);
  CHECK(refused.body == R"({"code":3,"message":"not you"})");
  CHECK(server.log == texts{"open"});
  CHECK(one.ask(post(with_sid(polling, sid), "4b")).body == "ok");
  CHECK(one.ask(get(with_sid(polling, sid))).body == "4b");
}

TEST_CASE("gate: both kinds: middleware first, then who opens a session is allowed in") {
  texts asked;
  auto serving = guarded([&](http::request const&, http::response& headers) {
    asked.emplace_back("allow");
    headers.set("X-Allow", "1");
    return admit;
  });
  serving.hooks.use([&](http::request const&, http::response& headers) {
    asked.emplace_back("use");
    headers.set("X-Use", "1");
    return admit;
  });
  echo server({}, std::move(serving));
  connection one(server), two(server);
  auto const opened = one.ask(get(polling));
  CHECK(opened.has("X-Allow: 1"));
  CHECK(opened.has("X-Use: 1"));
  auto const sid = opened.body.substr(9, 20);
  CHECK(one.ask(post(with_sid(polling, sid), "4a")).body == "ok");
  CHECK(two.open_websocket(sid) == 101);
  CHECK(asked == texts{"use", "allow", "use", "use"});
}

TEST_CASE("gate: headers that are no session's do not stick to the next answer") {
  auto serving = guarded([&](http::request const&, http::response& headers) {
    headers.set("WWW-Authenticate", "Basic");
    return refuse();
  });
  echo server({}, std::move(serving));
  connection one(server);
  CHECK(one.ask(get(polling)).has("WWW-Authenticate: Basic"));
  CHECK(!one.ask(get("/x")).mentions("WWW-Authenticate"));
}

TEST_CASE("gate: what comes while a gate thinks waits for it, in order") {
  for (std::size_t const chop : {1u, 100'000u}) {
    CAPTURE(chop);
    waiting_room room;
    auto serving = guarded(room.gate());
    serving.fallback = [](http::request const& asked, http::response& answer) { answer.body = asked.path; };
    echo server({.ping_interval = 10h}, std::move(serving));
    connection one(server);
    one.wire.chop(chop);
    one.write(get(polling) + get("/a") + get("/b"));
    server.advance(1h);  // as long as it likes
    CHECK(one.in.rest().empty());
    CHECK(!one.wire.closed());
    REQUIRE(room.waiting.size() == 1);
    SUBCASE("admitted") { room.answer(0, admit); }
    SUBCASE("refused") { room.answer(0, refuse()); }
    CHECK(one.answer().status == (server.hub().size() == 1 ? 200 : 403));
    CHECK(one.answer().body == "/a");
    CHECK(one.answer().body == "/b");
  }
}

TEST_CASE("gate: frames that come while a gate thinks are the WebSocket's") {
  for (std::size_t const chop : {1u, 100'000u})
    for (auto const later : {false, true}) {
      CAPTURE(chop);
      CAPTURE(later);
      waiting_room room;
      echo server({}, later ? guarded(room.gate()) : with_middleware(room.gate()));
      connection one(server);
      one.wire.chop(chop);
      one.write(get(websocket, websocket_headers) + text_frame("4a"));
      one.write(text_frame("4b"));
      CHECK(one.in.rest().empty());
      REQUIRE(room.waiting.size() == 1);
      room.answer(0, admit);
      CHECK(one.answer().status == 101);
      one.write(text_frame("4c"));
      auto const frames = one.frames();
      REQUIRE(frames.size() == 4);
      CHECK(texts(frames.begin() + 1, frames.end()) == texts{"4a", "4b", "4c"});
    }
}

TEST_CASE("gate: a POST whose gate thinks when its session ends") {
  waiting_room room;
  bool thinking = false;
  echo server({}, with_middleware([&](http::request const& asked, decision answer) {
                if (!thinking || asked.method != "POST") return answer(admit);
                room.waiting.push_back(std::make_unique<decision>(std::move(answer)));
              }));
  connection one(server), two(server);
  auto const sid = one.open_polling();
  thinking = true;
  one.write(post(with_sid(polling, sid), "4a"));
  REQUIRE(room.waiting.size() == 1);
  SUBCASE("it goes on") {
    room.answer(0, admit);
    CHECK(one.answer().body == "ok");
    CHECK(server.log == texts{"open", "text a"});
  }
  SUBCASE("a second POST ends it") {
    CHECK(two.ask(post(with_sid(polling, sid), "4b")).status == 400);
    CHECK(one.wire.closed());
    room.answer(0, admit);
    server.run();
    CHECK(server.log == texts{"open", "close transport error"});
  }
  SUBCASE("the client goes") {
    one.close();
    CHECK(server.log == texts{"open", "close transport error"});
    room.answer(0, admit);
    server.run();
  }
  SUBCASE("it times out") {
    server.advance(1h);
    CHECK(server.hub().size() == 0);
    room.answer(0, admit);
    one.pump();
  }
}

TEST_CASE("gate: decisions that come too late are harmless") {
  for (auto const& request : {get(polling), get(websocket, websocket_headers)}) {
    waiting_room room;
    echo server({}, guarded(room.gate()));
    connection one(server);
    one.write(request);
    REQUIRE(room.waiting.size() == 1);
    SUBCASE("the client has gone") {
      one.close();
      room.answer(0, admit);
      server.run();
    }
    SUBCASE("the server has been stopped") {
      server.whole().stop();
      server.run();
      room.answer(0, admit);
      server.run();
    }
    SUBCASE("the server has been destroyed") {
      server.destroy();
      room.answer(0, admit);
    }
    SUBCASE("the server has been destroyed, and they are forgotten") {
      server.destroy();
      room.waiting.clear();
    }
    CHECK(one.wire.closed());
    CHECK(server.log.empty());
  }
}

TEST_CASE("gate: who is let in while the server closes is too late") {
  waiting_room room;
  echo server({}, guarded(room.gate()));
  connection one(server);
  one.write(get(polling));
  server.whole().close(1h);
  server.run();
  CHECK(!one.wire.closed());
  REQUIRE(room.waiting.size() == 1);
  room.answer(0, admit);
  auto const answer = one.answer();
  CHECK(answer.status == 503);
  CHECK(answer.has("Connection: close"));
  CHECK(server.log.empty());
}

TEST_CASE("gate: the program may end everything while it is asked") {
  echo* whole = nullptr;
  bool now = false;
  echo server({}, guarded([&](http::request const&) {
                if (now)
                  whole->whole().at(0).shut_down();
                else
                  whole->whole().stop();
                return admit;
              }));
  whole = &server;
  SUBCASE("when it likes") {}
  SUBCASE("now") { now = true; }
  connection one(server);
  one.write(get(polling));
  server.run();
  CHECK(one.wire.closed());
  CHECK(server.hub().size() == 0);
  CHECK(server.endpoint().size() == 0);
}
