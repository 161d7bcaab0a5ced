// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <tuple>
#include <utility>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/requests.hpp>

using namespace fakes;

namespace {

// Answers with what it was asked.
transport::service mirror() {
  auto serving = echo::plain_service();
  serving.fallback = [](http::request const& asked, http::response& answer) {
    answer.body = asked.method + " " + asked.path + " " + asked.body;
  };
  return serving;
}

// A server that counts how often it answered, by `on_headers`.
struct counted {
  int headers = 0;
  std::string address;

  transport::service service() {
    auto serving = mirror();
    serving.hooks.on_headers([this](http::request const& asked, http::response& answer) {
      ++headers;
      address = asked.remote_address;
      answer.set("X-Count", std::to_string(headers));
    });
    return serving;
  }
};

std::string const half_head = "GET /x HTTP/1.1\r\nHost: x\r\n";

}  // namespace

// -- in time ---------------------------------------------------------------------------------------------

TEST_CASE("requests: who connects and is silent is let go without a word") {
  echo server({}, mirror());
  connection silent(server), in_time(server);
  server.advance(9999ms);
  CHECK(!silent.wire.closed());
  CHECK(in_time.ask(get("/x")).status == 200);
  server.advance(1ms);
  CHECK(silent.wire.closed());
  CHECK(silent.wire.read().empty());
  CHECK(server.bounds.empty());
  CHECK(!in_time.wire.closed());
}

TEST_CASE("requests: a head that does not come in time is a 408, however it trickles") {
  echo server({}, mirror());
  connection slow(server);
  server.advance(5s);
  slow.write("G");  // the time of the head begins here
  for (int i = 0; i < 9; ++i) {
    server.advance(1s);
    slow.write("E");
  }
  server.advance(999ms);
  CHECK(slow.answer().status == 0);
  server.advance(1ms);
  auto const answer = slow.answer();
  CHECK(answer.status == 408);
  CHECK(answer.has("Connection: close"));
  CHECK(slow.wire.ended());
  CHECK(server.bounds == texts{"head_timeout 127.0.0.1 "});
  server.advance(5s);
  CHECK(slow.wire.closed());
  CHECK(server.bounds.size() == 1);
}

TEST_CASE("requests: each request has the time of its own") {
  echo server({}, mirror());
  connection one(server);
  one.ask(get("/x"));
  for (int i = 0; i < 3; ++i) {
    server.advance(59s);  // between requests
    one.write(half_head);
    server.advance(9s);  // in the head
    one.write("Content-Length: 2\r\n\r\n");
    server.advance(29s);  // in the body
    CHECK(one.ask("ab").body == "GET /x ab");
  }
  CHECK(server.bounds.empty());
  server.advance(59'999ms);
  CHECK(!one.wire.closed());
  server.advance(1ms);  // nobody asks any more
  CHECK(one.wire.closed());
  CHECK(server.bounds.empty());
}

TEST_CASE("requests: a body that does not come in time is a 408") {
  echo server({.ping_interval = 1h}, mirror());
  connection one(server);
  std::string session;
  SUBCASE("for anybody") { one.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"); }
  SUBCASE("in chunks") { one.write("POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"); }
  SUBCASE("for a session, which ends") {
    session = one.open_polling();
    one.write(unfinished_post(session));
  }
  for (int i = 0; i < 29; ++i) {
    server.advance(1s);
    if (session.empty()) one.write("1");
  }
  CHECK(one.answer().status == 0);
  server.advance(1s);
  CHECK(one.answer().status == 408);
  CHECK(one.wire.ended());
  CHECK(server.bounds == texts{"request_timeout 127.0.0.1 "});
  if (!session.empty()) CHECK(server.log == texts{"open", "close transport error"});
  CHECK(server.hub().size() == 0);
  server.advance(5s);
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("requests: no time runs while the server thinks") {
  echo server({.ping_interval = 10h}, mirror());
  connection one(server);
  auto const sid = one.open_polling();
  one.write(get(with_sid(polling, sid)) + "GET /half");
  server.advance(9h);
  CHECK(!one.wire.closed());
  CHECK(server.bounds.empty());
}

TEST_CASE("requests: who is refused before the body has as long as everybody") {
  echo server({}, mirror());
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  SUBCASE("when the body is there") { CHECK(two.ask(post(with_sid(polling, sid), "4x")).status == 400); }
  SUBCASE("when it comes later") {
    CHECK(two.ask(unfinished_post(sid)).status == 400);
    server.advance(50s);
    two.write("c");
    CHECK(two.ask(get("/x")).status == 200);
  }
  server.advance(59s);
  CHECK(!two.wire.closed());
  server.advance(1s);
  CHECK(two.wire.closed());
}

TEST_CASE("requests: who is refused before the body, and for the last time, does not stay") {
  echo server({}, mirror());
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  auto const last = "POST " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  SUBCASE("with its body") { CHECK(two.ask(last + "Content-Length: 2\r\n\r\n4x").status == 400); }
  SUBCASE("without") { CHECK(two.ask(last + "Content-Length: 2\r\n\r\n").status == 400); }
  CHECK(two.wire.ended());
  server.advance(5s);
  CHECK(two.wire.closed());
}

TEST_CASE("requests: the body of who has been refused, when it does not come, or is too long") {
  echo server({}, mirror());
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  two.write("POST " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(two.answer().status == 400);
  SUBCASE("it does not come") { server.advance(60s); }
  SUBCASE("it is too long") { two.write("ffffff\r\n"); }
  SUBCASE("it is none") { two.write("zz\r\n"); }
  CHECK(two.in.rest().empty());  // there was one answer
  CHECK(two.wire.ended());
  server.advance(5s);
  CHECK(two.wire.closed());
}

// -- in bounds -------------------------------------------------------------------------------------------

TEST_CASE("requests: what is too long has a status and a hook") {
  for (auto const& [request, status, bound] :
       {std::tuple{"GET /" + std::string(5000, 'x'), 414, "max_request_head 127.0.0.1 "},
        {half_head + "X: " + std::string(5000, 'x'), 431, "max_request_head 127.0.0.1 "},
        {half_head + "Content-Length: 1000001\r\n\r\n", 413, "max_payload 127.0.0.1 "},
        {half_head + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", 413, "max_payload 127.0.0.1 "}}) {
    for (std::size_t const chop : {1u, 7u, 100'000u}) {
      int const wanted = status;
      CAPTURE(wanted);
      echo server({}, mirror());
      connection one(server);
      one.wire.chop(chop);
      auto const answer = one.ask(request);
      CHECK(answer.status == wanted);
      CHECK(answer.has("Connection: close"));
      CHECK(one.wire.ended());
      CHECK(server.bounds == texts{bound});
      one.close();
      CHECK(server.endpoint().size() == 0);
    }
  }
}

TEST_CASE("requests: heads of the longest length are read") {
  echo server({}, mirror());
  connection one(server);
  auto const start = half_head + "X: ";
  CHECK(one.ask(start + std::string(4096 - start.size() - 4, 'x') + "\r\n\r\n").status == 200);
  CHECK(one.ask(start + std::string(4096 - start.size() - 3, 'x') + "\r\n\r\n").status == 431);
}

TEST_CASE("requests: garbage exceeds no bound") {
  echo server({}, mirror());
  connection one(server);
  CHECK(one.ask("nonsense\r\n\r\n").status == 400);
  CHECK(server.bounds.empty());
  CHECK(server.refused.empty());
}

// -- one after the other ---------------------------------------------------------------------------------

TEST_CASE("requests: thousands at once are all answered, in order") {
  for (std::size_t const chop : {7u, 100'000u}) {
    echo server({}, [] {
      auto serving = mirror();
      serving.limits.body = 100'000'000;  // so many may be waiting
      return serving;
    }());
    connection one(server);
    one.wire.chop(chop);
    int const count = chop < 100 ? 200 : 20'000;
    std::string all;
    for (int i = 0; i < count; ++i) all += get("/" + std::to_string(i));
    one.write(all);
    int answered = 0;
    while (one.answer().body == "GET /" + std::to_string(answered) + " ") ++answered;
    CHECK(answered == count);
  }
}

TEST_CASE("requests: what waits is bounded, whatever has been answered of it") {
  echo server({}, [] {
    auto serving = mirror();
    serving.limits = {.head = 100, .body = 100};
    return serving;
  }());
  connection one(server);
  one.wire.limit(1);
  auto const request = get("/");  // 27 bytes
  REQUIRE(request.size() == 27);
  for (int i = 0; i < 8; ++i) {  // one is answered, to who does not read; seven wait
    one.wire.write(request);
    server.run();
  }
  CHECK(!one.wire.closed());
  SUBCASE("one more") {
    one.wire.write(request);
    server.run();
    CHECK(one.wire.closed());
  }
  SUBCASE("one answered, one more, as often as one likes") {
    std::string whole;
    int requests = 8, answers = 0;
    for (int i = 0; i < 50'000 && answers < 100; ++i) {
      whole += one.wire.read();
      server.run();
      inbox in;
      in.add(whole);
      if (in.take_response().status != 200) continue;
      whole = in.rest();
      ++answers;
      one.wire.write(request);
      ++requests;
      server.run();
      REQUIRE(!one.wire.closed());
    }
    CHECK(answers == 100);
    CHECK(requests == 108);
  }
}

TEST_CASE("requests: who pipelines and never reads gets one answer, and no more than the bound waits") {
  echo server({}, [] {
    auto serving = mirror();
    serving.limits = {.head = 1000, .body = 1000};
    return serving;
  }());
  connection one(server);
  one.wire.limit(10);
  int written = 0;
  while (!one.wire.closed() && written < 1000) {
    one.wire.write(get("/"));
    server.run();
    ++written;
  }
  CHECK(written == 1 + 2000 / 27 + 1);
  CHECK(one.wire.read().size() == 10);
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("requests: a WebSocket may follow a request that waits, and its frames follow at once") {
  for (std::size_t const chop : {1u, 100'000u}) {
    CAPTURE(chop);
    echo server({}, mirror());
    connection one(server), two(server);
    auto const sid = one.open_polling();
    one.wire.chop(chop);
    one.write(get(with_sid(polling, sid)) + get("/x") + get(websocket, websocket_headers) + text_frame("4a") +
              text_frame("4b"));
    CHECK(one.in.rest().empty());
    two.write(post(with_sid(polling, sid), "4x"));
    CHECK(one.answer().body == "4x");
    CHECK(one.answer().body == "GET /x ");
    CHECK(one.answer().status == 101);
    auto const frames = one.frames();
    REQUIRE(frames.size() == 3);
    CHECK(texts(frames.begin() + 1, frames.end()) == texts{"4a", "4b"});
    one.write(text_frame("4c"));
    CHECK(one.frames() == texts{"4c"});
  }
}

// -- hooks -----------------------------------------------------------------------------------------------

TEST_CASE("requests: W-126: headers may be given to each answer, once, by who knows the client") {
  counted hooks;
  echo server({}, hooks.service());
  connection one(server);
  auto const sid = one.open_polling();
  CHECK(hooks.headers == 1);
  CHECK(hooks.address == "127.0.0.1");
  CHECK(one.ask(post(with_sid(polling, sid), "4a")).has("X-Count: 2"));
  CHECK(one.ask(get(with_sid(polling, sid))).has("X-Count: 3"));
  CHECK(one.ask(get("/engine.io/?EIO=4&transport=none")).has("X-Count: 4"));
  CHECK(!one.ask(get("/other")).mentions("X-Count"));
  CHECK(hooks.headers == 4);
  connection upgraded(server);
  CHECK(upgraded.ask(get(websocket, websocket_headers)).has("X-Count: 5"));
  hooks.address.clear();
  connection too_long(server);
  SUBCASE("a body too long") {
    too_long.write("POST " + with_sid(polling, sid) +
                   " HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n");
  }
  SUBCASE("a body that breaks off") {
    too_long.write("POST " + with_sid(polling, sid) +
                   " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n4a\r\nzz\r\n");
  }
  CHECK(too_long.answer().has("X-Count: 6"));
  CHECK(hooks.headers == 6);
  CHECK(hooks.address == "127.0.0.1");
}

TEST_CASE("requests: a header that a hook must not give makes the answer a 500, and no WebSocket") {
  auto serving = mirror();
  serving.hooks.on_headers([](http::request const& asked, http::response& answer) {
    if (asked.headers.find("x-split")) answer.set("X", "a\r\nSet-Cookie: b");
  });
  echo server({}, std::move(serving));
  connection one(server);
  auto const answer = one.ask(get(websocket, std::string(websocket_headers) + "X-Split: 1\r\n"));
  CHECK(answer.status == 500);
  CHECK(!answer.mentions("Set-Cookie"));
  CHECK(server.hub().size() == 0);
  CHECK(one.open_websocket() == 101);
}

TEST_CASE("requests: behind a proxy that is trusted, the client is who the proxy says") {
  auto serving = mirror();
  serving.trusted_proxies = http::proxies({"127.0.0.1"});
  std::string seen;
  serving.hooks.on_headers([&](http::request const& asked, http::response&) { seen = asked.remote_address; });
  serving.fallback = [&](http::request const& asked, http::response&) { seen = asked.remote_address; };
  echo server({}, std::move(serving));
  connection one(server);
  std::string opened;
  server.then_open = [&](engine::session& session) { opened = session.handshake().remote_address; };
  one.ask(get(polling, "X-Forwarded-For: 203.0.113.9, 192.0.2.7\r\n"));
  CHECK(seen == "192.0.2.7");
  CHECK(opened == "192.0.2.7");
  one.ask(get("/x", "X-Forwarded-For: 192.0.2.8\r\n"));
  CHECK(seen == "192.0.2.8");
  one.ask(get("/x"));
  CHECK(seen == "127.0.0.1");
}
