// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/connection.hpp>

using namespace fakes;

namespace {

transport::service with_cors() {
  auto serving = echo::plain_service();
  serving.cors = http::cors({.origins = {"*"}});
  return serving;
}

transport::service with_fallback() {
  auto serving = echo::plain_service();
  serving.fallback = [](http::request const& asked, http::response& answer) {
    if (asked.path == "/throw") throw std::runtime_error("oops");
    if (asked.path == "/throw-odd") throw 42;
    if (asked.path == "/header") answer.set("X", "a\r\nB: c");
    answer.body = asked.method + " " + asked.path + " " + asked.body + " " + asked.remote_address;
  };
  return serving;
}

void nothing_left(echo& server) {
  CHECK(server.endpoint().size() == 0);
  CHECK(server.hub().size() == 0);
}

}  // namespace

// -- HTTP ------------------------------------------------------------------------------------------------

TEST_CASE("connection: W-001, W-030, W-041: a session over long-polling, on one connection") {
  echo server;
  connection one(server);
  auto const opened = one.ask(get(polling));
  CHECK(opened.status == 200);
  CHECK(opened.has("Content-Type: text/plain; charset=UTF-8"));
  CHECK(opened.has("Cache-Control: no-store"));
  CHECK(opened.has("Connection: keep-alive"));
  REQUIRE(opened.body.starts_with(R"(0{"sid":")"));
  auto const sid = opened.body.substr(9, 20);
  auto const sent = one.ask(post(with_sid(polling, sid),
                                 "4a\x1e"
                                 "4b"));
  CHECK(sent.status == 200);
  CHECK(sent.body == "ok");
  CHECK(sent.has("Content-Type: text/html"));
  CHECK(one.ask(get(with_sid(polling, sid))).body ==
        "4a\x1e"
        "4b");
  CHECK(one.ask(get(with_sid(polling, sid))).status == 0);
  connection two(server);  // W-025
  CHECK(two.ask(post(with_sid(polling, sid), "4c")).body == "ok");
  CHECK(one.answer().body == "4c");
  two.close();
  CHECK(server.hub().size() == 1);  // nothing of it waited there
  CHECK(server.endpoint().size() == 1);
}

TEST_CASE("connection: W-033: requests in pieces of any size") {
  for (std::size_t const size : {1u, 2u, 3u, 7u, 64u}) {
    CAPTURE(size);
    echo server;
    connection one(server);
    one.wire.chop(size);
    auto const sid = one.open_polling();
    REQUIRE(sid.size() == 20);
    std::string const message(300, 'x');
    CHECK(one.ask(post(with_sid(polling, sid), "4" + message)).body == "ok");
    CHECK(one.ask(get(with_sid(polling, sid))).body == "4" + message);
    CHECK(one.ask("POST " + with_sid(polling, sid) +
                  " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n4a\r\n1\r\nb\r\n0\r\n\r\n")
              .body == "ok");
    CHECK(one.ask(get(with_sid(polling, sid))).body == "4ab");
    one.close();
    CHECK(server.endpoint().size() == 0);
  }
}

TEST_CASE("connection: bodies longer than the read buffer") {
  echo server;
  connection one(server);
  auto const sid = one.open_polling();
  std::string const message(500'000, 'x');
  CHECK(one.ask(post(with_sid(polling, sid), "4" + message)).body == "ok");
  CHECK(one.ask(get(with_sid(polling, sid))).body == "4" + message);
}

TEST_CASE("connection: what comes while a request waits is answered after it, in order") {
  for (std::size_t const size : {1u, 5u, 1000u}) {
    CAPTURE(size);
    echo server({}, with_fallback());
    connection one(server), two(server);
    auto const sid = one.open_polling();
    one.wire.chop(size);
    one.write(get(with_sid(polling, sid)) + get("/a") + get("/b") + get(with_sid(polling, sid)) +
              "GET /c HT");
    CHECK(one.in.rest().empty());
    two.write(post(with_sid(polling, sid), "4x"));
    CHECK(one.answer().body == "4x");
    CHECK(one.answer().body.starts_with("GET /a "));
    CHECK(one.answer().body.starts_with("GET /b "));
    CHECK(one.answer().status == 0);
    two.write(post(with_sid(polling, sid), "4y"));
    one.write("TP/1.1\r\nHost: x\r\n\r\n");
    CHECK(one.answer().body == "4y");
    CHECK(one.answer().body.starts_with("GET /c "));
  }
}

TEST_CASE("connection: what comes between an answer and its leaving keeps its place") {
  echo server({}, with_fallback());
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(get(with_sid(polling, sid)) + "GET /a HT");
  two.wire.write(post(with_sid(polling, sid), "4x"));
  one.wire.write("TP/1.1\r\nHost: x\r\n\r\n" + get("/b"));
  CHECK(one.answer().body == "4x");
  CHECK(one.answer().body.starts_with("GET /a "));
  CHECK(one.answer().body.starts_with("GET /b "));
}

TEST_CASE("connection: pipelined requests keep their order to a client that does not read") {
  echo server({}, with_fallback());
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.wire.limit(3);
  one.wire.write(get(with_sid(polling, sid)) + get("/a"));
  server.run();
  two.write(post(with_sid(polling, sid), "4x"));
  one.wire.write(get("/b"));
  server.run();
  CHECK(one.answer().body == "4x");
  CHECK(one.answer().body.starts_with("GET /a "));
  CHECK(one.answer().body.starts_with("GET /b "));
}

TEST_CASE("connection: a client cannot pipeline without end") {
  echo server({}, [] {
    auto serving = echo::plain_service();
    serving.limits = {.head = 1000, .body = 1000};
    return serving;
  }());
  connection one(server);
  auto const sid = one.open_polling();
  one.write(get(with_sid(polling, sid)));
  one.write(std::string(2000, 'x'));
  CHECK(!one.wire.closed());
  one.write("x");
  CHECK(one.wire.closed());
  CHECK(server.log.back() == "close transport error");
  nothing_left(server);
}

TEST_CASE("connection: a port serves more than Engine.IO") {
  echo server({}, with_fallback());
  connection one(server);
  CHECK(one.ask(get("/x?y")).body == "GET /x  127.0.0.1");
  CHECK(one.ask(post("/x", "body")).body == "POST /x body 127.0.0.1");
  CHECK(one.ask(get("/engine.io")).body == "GET /engine.io  127.0.0.1");  // W-021
  auto const head = one.ask("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n", true);
  CHECK(head.has("Content-Length: 18"));
  CHECK(one.in.rest().empty());
  CHECK(one.ask(get("/engine.io/foo/bar/?EIO=4&transport=polling")).body.starts_with("0{"));  // W-022
}

TEST_CASE("connection: without a fallback everything else is not found") {
  echo server({}, with_cors());
  connection one(server);
  auto const answer = one.ask(get("/x", "Origin: http://a\r\n"));
  CHECK(answer.status == 404);
  CHECK(!answer.mentions("Access-Control"));
  CHECK(one.ask(get("/")).status == 404);  // and the connection lives
}

TEST_CASE("connection: a fallback that throws, or answers nonsense, is a 500 and no more") {
  echo server({}, with_fallback());
  connection one(server);
  for (auto const* const path : {"/throw", "/throw-odd", "/header"}) {
    auto const answer = one.ask(get(path));
    CHECK(answer.status == 500);
    CHECK(!answer.mentions("B: c"));
  }
  CHECK(one.ask(get("/x")).status == 200);
}

TEST_CASE("connection: W-003 to W-006, W-014, W-020: refused requests, on a connection that lives") {
  echo server;
  connection one(server);
  auto const sid = one.open_polling();
  auto const refused = [&](std::string const& request, int status, std::string_view body) {
    CAPTURE(request);
    auto const answer = one.ask(request, request.starts_with("HEAD"));
    CHECK(answer.status == status);
    CHECK(answer.body == body);
    CHECK(answer.has("Connection: keep-alive"));
    if (!body.empty()) CHECK(answer.has("Content-Type: application/json"));
  };
  refused(get("/engine.io/"), 400, R"({"code":0,"message":"Transport unknown"})");
  refused(get("/engine.io/?EIO=4&transport=__proto__"), 400, R"({"code":0,"message":"Transport unknown"})");
  refused(get(with_sid(polling, "unknown")), 400, R"({"code":1,"message":"Session ID unknown"})");
  refused(post(with_sid(polling, "unknown"), "4a"), 400, R"({"code":1,"message":"Session ID unknown"})");
  refused(post(polling, "4a"), 400, R"({"code":2,"message":"Bad handshake method"})");
  refused("OPTIONS " + std::string(polling) + " HTTP/1.1\r\nHost: x\r\n\r\n", 400,
          R"({"code":2,"message":"Bad handshake method"})");
  refused(get(websocket), 400, R"({"code":3,"message":"Bad request"})");
  refused(get(with_sid(websocket, sid)), 400, R"({"code":3,"message":"Bad request"})");
  refused(get("/engine.io/?EIO=3&transport=polling"), 400,
          R"({"code":5,"message":"Unsupported protocol version"})");
  refused("PUT " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\n\r\n", 500, "");
  refused("HEAD " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\n\r\n", 500, "");
  CHECK(server.hub().size() == 1);
}

TEST_CASE("connection: W-009: an origin that is none is refused and not repeated") {
  echo server({}, [] {
    auto serving = echo::plain_service();
    serving.cors = http::cors({.origins = {"*"}, .credentials = true});
    return serving;
  }());
  connection one(server);
  auto const answer = one.ask(get(polling,
                                  "Origin: a\x01"
                                  "b\r\n"));
  CHECK(answer.status == 400);
  CHECK(!answer.mentions("a\x01"));
}

TEST_CASE("connection: what is no HTTP is answered and ended") {
  for (auto const& [bytes, status] :
       {std::pair{"nonsense\r\n\r\n", 400},
        {"GET / HTTP/3.0\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n", 413}}) {
    std::string const said(bytes);
    CAPTURE(said);
    echo server;
    connection one(server);
    auto const answer = one.ask(std::string(bytes) + get("/"));
    CHECK(answer.status == status);
    CHECK(answer.has("Connection: close"));
    CHECK(one.in.rest().empty());
    CHECK(one.wire.ended());
    CHECK(!one.wire.closed());
    one.close();
    nothing_left(server);
  }
}

TEST_CASE("connection: a request head without end") {
  echo server;
  connection one(server);
  auto const answer = one.ask("GET /" + std::string(5000, 'x'));
  CHECK((answer.status == 431 || answer.status == 414));
  CHECK(one.wire.ended());
}

TEST_CASE("connection: the client says when the connection ends") {
  echo server({}, with_fallback());
  connection one(server), old(server);
  auto const answer = one.ask(get("/x", "Connection: close\r\n") + get("/y"));
  CHECK(answer.has("Connection: close"));
  CHECK(one.in.rest().empty());
  CHECK(one.wire.ended());
  CHECK(old.ask("GET /x HTTP/1.0\r\n\r\n").status == 200);
  CHECK(old.wire.ended());
  server.advance(4s);
  CHECK(server.endpoint().size() == 2);
  server.advance(2s);  // nobody waits for a client for ever
  CHECK(one.wire.closed());
  nothing_left(server);
}

TEST_CASE("connection: W-034: a body too long is refused, the session lives") {
  echo server;
  connection one(server);
  auto const sid = one.open_polling();
  SUBCASE("announced") {
    CHECK(one.ask(post(with_sid(polling, sid), std::string(1'000'001, 'x'))).status == 413);
  }
  SUBCASE("in chunks") {
    one.write("POST " + with_sid(polling, sid) +
              " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 17 && one.in.rest().empty(); ++i)
      one.write("10000\r\n" + std::string(0x10000, 'x') + "\r\n");
    CHECK(one.answer().status == 413);
  }
  CHECK(one.wire.ended());
  connection two(server);
  CHECK(two.ask(post(with_sid(polling, sid), "4a")).body == "ok");
  CHECK(two.ask(get(with_sid(polling, sid))).body == "4a");
}

TEST_CASE("connection: a body that breaks off is the end of its session") {
  echo server;
  connection one(server);
  auto const sid = one.open_polling();
  one.write("POST " + with_sid(polling, sid) +
            " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n4a\r\n");
  auto const answer = one.ask("zz\r\n");
  CHECK(answer.status == 400);
  CHECK(server.log.back() == "close transport error");
  CHECK(server.hub().size() == 0);
}

TEST_CASE("connection: W-031, W-035, W-032: what the payload says is the session's affair") {
  for (auto const& [body, headers, status] : {std::tuple{"", "", 200},
                                              {"x", "", 200},
                                              {"2", "", 200},
                                              {"1", "", 200},
                                              {"4a", "Content-Type: application/octet-stream\r\n", 400}}) {
    std::string const said(body);
    CAPTURE(said);
    echo server;
    connection one(server);
    auto const sid = one.open_polling();
    CHECK(one.ask(post(with_sid(polling, sid), body, headers)).status == status);
    CHECK(one.ask(get(with_sid(polling, sid))).body == R"({"code":1,"message":"Session ID unknown"})");
    CHECK(server.hub().size() == 0);
  }
}

TEST_CASE("connection: W-036: a second GET ends the session") {
  echo server;
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(get(with_sid(polling, sid)));
  CHECK(two.ask(get(with_sid(polling, sid))).status == 400);
  CHECK(one.answer().body == "1");
  CHECK(server.log.back() == "close transport error");
}

TEST_CASE("connection: W-037: a second POST while one is arriving ends the session") {
  echo server;
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  bool keep = true;
  SUBCASE("on a connection that goes on") {}
  SUBCASE("on one that does not") { keep = false; }
  auto const second = post(with_sid(polling, sid), "4x", keep ? "" : "Connection: close\r\n");
  CHECK(two.ask(second).status == 400);
  CHECK(one.wire.closed());
  CHECK(server.log == texts{"open", "close transport error"});
  CHECK(two.in.rest().empty());
  CHECK(two.wire.ended() == !keep);
  if (keep) CHECK(two.ask(get("/")).status == 404);
  two.close();
  nothing_left(server);
}

TEST_CASE("connection: W-037: the body of a refused POST is skipped, however it comes") {
  echo server;
  connection one(server), two(server);
  auto const sid = one.open_polling();
  CHECK(two.open_websocket(sid) == 101);
  two.write(text_frame("2probe"));
  two.write(text_frame("5"));
  std::string const head = "POST " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\n";
  SUBCASE("in one piece") {
    CHECK(one.ask(post(with_sid(polling, sid), "4abc") + get("/")).status == 400);  // W-104
    CHECK(one.answer().status == 404);
  }
  SUBCASE("in pieces") {
    one.write(head + "Content-Length: 5\r\n\r\n");
    CHECK(one.answer().status == 400);
    one.write("GET");
    one.write("xx" + get("/"));
    CHECK(one.answer().status == 404);
  }
  SUBCASE("broken") {
    CHECK(one.ask(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n").status == 400);
    CHECK(one.in.rest().empty());
    CHECK(one.wire.ended());
  }
  CHECK(server.log == texts{"open"});
}

TEST_CASE("connection: a client may wait for leave to send its body") {
  echo server({}, with_fallback());
  connection one(server);
  for (int i = 0; i < 2; ++i) {
    one.write("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(one.in.take_response().status == 100);
    CHECK(one.ask("ab").body.starts_with("POST /x ab"));
  }
  auto const sid = one.open_polling();
  one.write("POST " + with_sid(polling, sid) +
            " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(one.in.take_response().status == 100);
  CHECK(one.ask("4a").body == "ok");
}

TEST_CASE("connection: W-038, W-039: who goes away while a request is under way ends its session") {
  echo server;
  connection one(server), two(server);
  SUBCASE("GET") { one.write(get(with_sid(polling, one.open_polling()))); }
  SUBCASE("POST") { one.write(unfinished_post(one.open_polling())); }
  one.close();
  CHECK(server.log == texts{"open", "close transport error"});
  two.close();
  nothing_left(server);
}

TEST_CASE("connection: a client that goes away at any byte leaves nothing behind") {
  std::string script;
  {
    echo server;
    connection one(server);
    script = get(polling) + post("/x", "body") + get("/y", "Connection: close\r\n");
  }
  for (std::size_t size = 0; size <= script.size(); ++size) {
    echo server;
    connection one(server);
    one.write(script.substr(0, size));
    one.close();
    server.advance(1h);
    REQUIRE(server.endpoint().size() == 0);
    REQUIRE(server.hub().size() == 0);
  }
}

TEST_CASE("connection: W-121 to W-123: CORS on every kind of answer of the endpoint") {
  echo server({}, with_cors());
  auto const shared = [&](std::string const& request, int status) {
    CAPTURE(request);
    connection one(server);
    auto const answer = one.ask(request);
    CHECK(answer.status == status);
    CHECK(answer.has("Access-Control-Allow-Origin: *"));
  };
  connection one(server);
  auto const sid = one.open_polling();
  shared(get(polling), 200);
  shared(post(with_sid(polling, sid), "4a"), 200);
  shared(get(with_sid(polling, sid)), 200);
  shared(get(with_sid(polling, "unknown")), 400);
  shared(get("/engine.io/nothing"), 400);
  shared(get(websocket, websocket_headers), 101);
  shared(get(websocket, "Connection: Upgrade\r\nUpgrade: websocket\r\n"), 400);
  shared("PUT " + with_sid(polling, sid) + " HTTP/1.1\r\nHost: x\r\n\r\n", 500);
  shared("POST " + std::string(polling) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", 413);
  shared("OPTIONS " + std::string(polling) + " HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n\r\n", 204);
}

TEST_CASE("connection: F-225, W-123: the client bundle, and nothing else of its folder") {
  namespace fs = std::filesystem;
  auto const dist =
      fs::temp_directory_path() / ("socketiopp-bundle-" + std::to_string(std::random_device()()));
  fs::create_directory(dist);
  std::ofstream(dist / "socket.io.js") << "client";
  std::ofstream(dist / "secret.js") << "secret";
  auto serving = with_cors();
  serving.client.emplace(dist);
  echo server({}, std::move(serving));
  connection one(server);
  auto const file = one.ask(get("/engine.io/socket.io.js", "Origin: http://a\r\n"));
  CHECK(file.status == 200);
  CHECK(file.body == "client");
  CHECK(file.has("Access-Control-Allow-Origin: *"));
  auto const head = one.ask("HEAD /engine.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n", true);
  CHECK(head.has("Content-Length: 6"));
  CHECK(one.in.rest().empty());
  for (auto const* const name : {"secret.js", "../x", "socket.io.js/", "%2e%2e/secret.js"}) {
    CAPTURE(name);
    CHECK(one.ask(get("/engine.io/" + std::string(name))).body ==
          R"({"code":0,"message":"Transport unknown"})");
  }
  fs::remove_all(dist);
}

// -- WebSocket -------------------------------------------------------------------------------------------

TEST_CASE("connection: W-002, W-065: a session over a WebSocket, in pieces of any size, to slow readers") {
  for (std::size_t const chop : {1u, 3u, 100'000u})
    for (std::size_t const limit : {1u, 2u, 50u, 1'000'000u}) {
      CAPTURE(chop);
      CAPTURE(limit);
      echo server;
      connection one(server);
      one.wire.chop(chop);
      one.wire.limit(limit);
      REQUIRE(one.open_websocket() == 101);
      std::string const longer(chop == 1 || limit < 50 ? 300 : 70'000, 'y');
      one.write(text_frame("4a") + binary_frame("bytes") + text_frame("4" + longer) + frame(0x89, "?"));
      auto const frames = one.frames();
      REQUIRE(frames.size() == 5);
      CHECK(frames[0].find(R"("upgrades":[])") != std::string::npos);
      auto sorted = texts(frames.begin() + 1, frames.end());
      sorted.erase(std::find(sorted.begin(), sorted.end(), "[pong:?]"));
      CHECK(sorted == texts{"4a", "<bytes>", "4" + longer});
      one.write(close_frame("\x03\xe8"));
      CHECK(one.frames() == texts{"[close:1000]"});
      CHECK(one.wire.closed());  // without waiting for its end
      CHECK(server.log.back() == "close transport close");
      one.close();
      nothing_left(server);
    }
}

TEST_CASE("connection: frames that come with the handshake are heard") {
  echo server;
  connection one(server);
  CHECK(one.ask(get(websocket, websocket_headers) + text_frame("4a")).status == 101);
  auto const frames = one.frames();
  REQUIRE(frames.size() == 2);
  CHECK(frames[1] == "4a");
}

TEST_CASE("connection: W-015 to W-019: WebSockets that are refused") {
  for (auto const& [request, status] :
       {std::pair{get("/engine.io/?EIO=3&transport=websocket", websocket_headers), 400},
        {get("/engine.io/?EIO=4&transport=polling", websocket_headers), 400},
        {get("/engine.io/?EIO=4&transport=abc", websocket_headers), 400},
        {get(with_sid(websocket, "unknown"), websocket_headers), 400},
        {get(websocket, "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), 400},
        {post(websocket, "", websocket_headers), 400}}) {
    std::string const said(request);
    CAPTURE(said);
    echo server;
    connection one(server);
    auto const answer = one.ask(request);
    CHECK(answer.status == status);
    CHECK(answer.has("Connection: close"));
    CHECK(one.wire.ended());
    CHECK(server.log.empty());
    one.close();
    nothing_left(server);
  }
}

TEST_CASE("connection: W-067, W-068: what breaks RFC 6455 closes with its code") {
  for (auto const& [bytes, code] :
       {std::pair{text_frame("4\xff"), "1007"},
        {text_frame("4" + std::string(2000, 'x')), "1009"},
        {std::string("\x81\x02"
                     "4a"),
         "1002"},                                           // not masked
        {frame(0x83, "x"), "1002"},                         // no such opcode
        {frame(0xc1, "4a"), "1002"},                        // an extension that was not agreed on
        {frame(0x80, "x"), "1002"},                         // a continuation of nothing
        {frame(0x09, ""), "1002"},                          // a control frame in pieces
        {close_frame("\x03"), "1002"},                      // half a code
        {close_frame(std::string("\x03\xed", 2)), "1002"},  // 1005, which none may send
        {close_frame("\x03\xe8\xff"), "1007"}}) {
    for (std::size_t const chop : {1u, 1'000'000u}) {
      std::string const said(code);
      CAPTURE(said);
      echo server({.max_payload = 1000});
      connection one(server);
      one.open_websocket();
      one.frames();
      one.wire.chop(chop);
      one.write(bytes + text_frame("4late"));
      CHECK(one.frames() == texts{"[close:" + std::string(code) + "]"});
      CHECK(one.wire.ended());
      CHECK(server.log == texts{"open", "close transport error"});
      server.advance(6s);
      nothing_left(server);
    }
  }
}

TEST_CASE("connection: W-060, W-061, W-064: what breaks Engine.IO closes without a code") {
  for (auto const& [text, why] : {std::pair{"x", "parse error"},
                                  {"", "parse error"},
                                  {"2", "transport error"},
                                  {"1", "transport close"}}) {
    std::string const said(text);
    CAPTURE(said);
    echo server;
    connection one(server);
    one.open_websocket();
    one.frames();
    one.write(text_frame(text) + text_frame("4late"));
    CHECK(one.frames() == texts{"[close:]"});
    CHECK(server.log == texts{"open", std::string("close ") + why});
    one.close();
    nothing_left(server);
  }
}

TEST_CASE("connection: a WebSocket that goes away at any byte leaves nothing behind") {
  auto const script = get(websocket, websocket_headers) + text_frame("4abc") + frame(0x89, "ping") +
                      frame(0x02, "par") + frame(0x80, "ts") + close_frame("\x03\xe8");
  for (std::size_t size = 0; size <= script.size(); ++size) {
    CAPTURE(size);
    echo server;
    connection one(server);
    one.write(script.substr(0, size));
    one.close();
    REQUIRE(server.endpoint().size() == 0);
    REQUIRE(server.hub().size() == 0);
    if (!server.log.empty()) REQUIRE(server.log.back() == "close transport close");
  }
}

TEST_CASE("connection: W-081: a client that is silent is disconnected") {
  echo server({.ping_interval = 300ms, .ping_timeout = 200ms});
  connection one(server);
  one.open_websocket();
  one.frames();
  server.advance(300ms);
  CHECK(one.frames() == texts{"2"});
  one.write(text_frame("3"));
  server.advance(300ms);
  CHECK(one.frames() == texts{"2"});
  server.advance(200ms);
  CHECK(one.frames() == texts{"[close:]"});
  CHECK(server.log.back() == "close ping timeout");
  server.advance(5s);  // it does not end its side
  CHECK(one.wire.closed());
  nothing_left(server);
}

TEST_CASE("connection: a client that does not read gets everything in order once it does") {
  echo server;
  connection one(server);
  one.open_websocket();
  one.frames();
  one.wire.limit(10);
  texts sent;
  for (int i = 0; i < 200; ++i) {
    sent.push_back("4" + std::to_string(i));
    one.wire.write(text_frame(sent.back()));
    server.run();
  }
  CHECK(one.frames() == sent);
}

TEST_CASE("connection: one that neither reads nor answers is disconnected all the same") {
  echo server({.ping_interval = 300ms, .ping_timeout = 200ms});
  connection one(server);
  one.wire.limit(1);
  one.wire.write(get(websocket, websocket_headers) + text_frame("4" + std::string(1000, 'x')));
  server.run();
  server.advance(10s);
  CHECK(one.wire.closed());
  CHECK(server.log.back() == "close ping timeout");
  nothing_left(server);
}

// -- upgrade ---------------------------------------------------------------------------------------------

TEST_CASE("connection: W-100 to W-104: from long-polling to a WebSocket") {
  for (std::size_t const chop : {1u, 100'000u}) {
    CAPTURE(chop);
    echo server;
    connection one(server), two(server);
    one.wire.chop(chop);
    two.wire.chop(chop);
    auto const sid = one.open_polling();
    one.write(get(with_sid(polling, sid)));
    CHECK(two.open_websocket(sid) == 101);
    two.write(text_frame("2probe"));
    CHECK(two.frames() == texts{"3probe"});
    CHECK(one.answer().body == "6");
    CHECK(one.ask(post(with_sid(polling, sid), "4a")).body == "ok");
    two.write(text_frame("5") + text_frame("4b"));
    CHECK(two.frames() == texts{"4a", "4b"});
    CHECK(one.ask(get(with_sid(polling, sid))).body == R"({"code":3,"message":"Bad request"})");
    CHECK(one.ask(post(with_sid(polling, sid), "4x")).body == R"({"code":3,"message":"Bad request"})");
    one.close();
    CHECK(server.log == texts{"open", "text a", "text b"});
    two.close();
    nothing_left(server);
  }
}

TEST_CASE("connection: W-103: a POST that is arriving when the upgrade ends is no fault of the session") {
  echo server;
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.write(unfinished_post(sid));
  two.open_websocket(sid);
  two.write(text_frame("2probe") + text_frame("5"));
  one.write("c");
  CHECK(one.answer().status != 0);
  two.write(text_frame("4b"));
  CHECK(two.frames().back() == "4b");
  CHECK(server.hub().size() == 1);
}

TEST_CASE("connection: W-105, W-106: WebSockets that do not become the transport") {
  echo server;
  connection one(server), probe(server), second(server);
  auto const sid = one.open_polling();
  CHECK(probe.open_websocket(sid) == 101);
  CHECK(second.open_websocket(sid) == 101);
  CHECK(second.frames() == texts{"[close:]"});
  CHECK(second.wire.ended());
  second.close();
  probe.write(text_frame("2probe"));
  CHECK(probe.frames() == texts{"3probe"});
  probe.close();
  CHECK(one.ask(post(with_sid(polling, sid), "4a")).body == "ok");
  CHECK(one.ask(get(with_sid(polling, sid))).body == "4a");
  CHECK(server.endpoint().size() == 1);
}

TEST_CASE("connection: W-112: who closes the session closes the probe too") {
  echo server;
  connection one(server), probe(server);
  auto const sid = one.open_polling();
  probe.open_websocket(sid);
  one.write(post(with_sid(polling, sid), "1"));
  CHECK(probe.frames() == texts{"[close:]"});
  probe.write(text_frame("2probe"));
  CHECK(probe.frames().empty());
  probe.close();
  one.close();
  nothing_left(server);
}

// -- who comes in ----------------------------------------------------------------------------------------

TEST_CASE("connection: W-010, F-060: sessions may have ids of the program's own") {
  auto serving = echo::plain_service();
  std::string next = "AAAAAAAAAAAAAAAAAAAA";
  serving.generate_id = [&](http::request const& asked) {
    if (asked.headers.find("x-throw")) throw std::runtime_error("oops");
    return next;
  };
  echo server({}, std::move(serving));
  connection one(server), two(server);
  CHECK(one.open_polling() == next);
  constexpr auto failed = R"({"code":3,"message":"Bad request"})";
  auto const refused = [&](std::string_view headers = "") {
    auto const answer = one.ask(get(polling, headers));
    CHECK(answer.status == 400);
    CHECK(answer.body == failed);
    CHECK(answer.has("Connection: keep-alive"));
    REQUIRE(!server.refused.empty());
    CHECK(server.refused.back() == "3 Bad request ID_GENERATION_ERROR");
    server.refused.clear();
  };
  refused();  // it is in use
  for (auto const* const none : {"", "short", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAA AAAAAAAAA",
                                 "AAAAAAAAAAAAAAAAAAA\n", "AAAAAAAAAAAAAAAAAA\"}"}) {
    next = none;
    refused();
  }
  next = "BBBBBBBBBBBBBBBBBBBB";
  refused("X-Throw: 1\r\n");
  auto const answer = two.ask(get(websocket, std::string(websocket_headers) + "X-Throw: 1\r\n"));
  CHECK(answer.status == 400);
  CHECK(answer.body == failed);
  CHECK(two.wire.ended());
  connection three(server);
  CHECK(three.open_websocket() == 101);
  CHECK(three.frames().front().find(next) != std::string::npos);
  CHECK(server.hub().size() == 2);
  CHECK(three.ask(close_frame()).status == 0);
  CHECK(one.open_polling() == next);  // free again
}

TEST_CASE("connection: W-044: a message that goes with the handshake") {
  echo server({.initial_packet = "hello"});
  connection one(server), two(server);
  auto const opened = one.ask(get(polling));
  CHECK(opened.body.starts_with("0{"));
  CHECK(
      opened.body.ends_with("}\x1e"
                            "4hello"));
  two.open_websocket();
  auto const frames = two.frames();
  REQUIRE(frames.size() == 2);
  CHECK(frames[1] == "4hello");
}

TEST_CASE("connection: W-113: who asks is told when what was sent has left") {
  echo server;
  connection one(server), two(server);
  texts left;
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) {
    session = &opened;
    opened.send(engine::text_message("0"));
    opened.when_sent([&] { left.emplace_back("open"); });
  };
  auto const send = [&](std::string const& text) {
    session->send(engine::text_message(text));
    session->when_sent([&, text] { left.push_back(text); });
  };
  SUBCASE("over long-polling, across the upgrade") {
    auto const sid = one.open_polling();
    CHECK(left == texts{"open"});
    send("1");
    send("2");
    server.run();
    CHECK(left.size() == 1);
    CHECK(one.ask(get(with_sid(polling, sid))).body ==
          "41\x1e"
          "42");
    CHECK(left == texts{"open", "1", "2"});
    two.open_websocket(sid);
    two.write(text_frame("2probe"));
    send("3");
    server.run();
    CHECK(left.size() == 3);
    two.write(text_frame("5"));
    CHECK(two.frames() == texts{"3probe", "43"});
    CHECK(left == texts{"open", "1", "2", "3"});
  }
  SUBCASE("over a WebSocket, which reads slowly") {
    two.open_websocket();
    two.frames();
    two.wire.limit(2);
    send("1");
    send("2");
    server.run();
    CHECK(left == texts{"open"});
    CHECK(two.frames() == texts{"41", "42"});
    CHECK(left == texts{"open", "1", "2"});
  }
  SUBCASE("or never, if the session ends first") {
    one.open_polling();
    send("1");
    session->abort(reason::forced_close);
    server.run();
    CHECK(left == texts{"open"});
  }
  SUBCASE("or at once, if nothing waits") {
    two.open_websocket();
    two.frames();
    send("1");
    CHECK(two.frames() == texts{"41"});
    session->when_sent([&] { left.emplace_back("nothing"); });
    send("2");
    two.pump();
    CHECK(left == texts{"open", "1", "nothing", "2"});
  }
}

TEST_CASE("connection: W-125: a cookie with the session's id, on the answer that opens it, by polling only") {
  auto serving = echo::plain_service();
  serving.cookie.emplace();
  serving.hooks.on_headers([](http::request const&, http::response& answer) {
    answer.headers.emplace_back("Set-Cookie", "own=1");
  });
  echo server({}, std::move(serving));
  connection one(server), two(server);
  auto const opened = one.ask(get(polling));
  auto const sid = opened.body.substr(9, 20);
  CHECK(opened.has("Set-Cookie: io=" + sid + "; Path=/; HttpOnly; SameSite=Lax"));
  CHECK(opened.has("Set-Cookie: own=1"));
  CHECK(!one.ask(post(with_sid(polling, sid), "4a")).mentions("io="));
  CHECK(!one.ask(get(with_sid(polling, sid))).mentions("io="));
  CHECK(!one.ask(get("/engine.io/?EIO=4&transport=none")).mentions("io="));
  CHECK(!two.ask(get(websocket, websocket_headers)).mentions("io="));
}

TEST_CASE("connection: W-126: headers for the answer that opens a session, once for each") {
  auto serving = echo::plain_service();
  int sessions = 0;
  serving.hooks.on_initial_headers([&](http::request const& asked, http::response& answer) {
    answer.set("X-Session", std::to_string(++sessions) + asked.remote_address);
  });
  echo server({}, std::move(serving));
  connection one(server), two(server), three(server);
  auto const opened = one.ask(get(polling));
  CHECK(opened.has("X-Session: 1127.0.0.1"));
  auto const sid = opened.body.substr(9, 20);
  CHECK(!one.ask(post(with_sid(polling, sid), "4a")).mentions("X-Session"));
  CHECK(!one.ask(get(with_sid(polling, "unknown"))).mentions("X-Session"));
  CHECK(!two.ask(get(with_sid(websocket, sid), websocket_headers)).mentions("X-Session"));
  CHECK(three.ask(get(websocket, websocket_headers)).has("X-Session: 2127.0.0.1"));
  CHECK(sessions == 2);
}

TEST_CASE("connection: F-059: who is turned away is told on") {
  echo server;
  connection one(server), two(server);
  auto const sid = one.open_polling();
  one.ask(get("/engine.io/?EIO=4&transport=none"));
  one.ask(get(with_sid(polling, "unknown")));
  one.ask(post(polling, "x"));
  one.ask(get(with_sid(websocket, sid)));
  one.ask(get("/engine.io/?EIO=9&transport=polling"));
  two.open_websocket("unknown");
  CHECK(server.refused == texts{"0 Transport unknown ", "1 Session ID unknown ", "2 Bad handshake method ",
                                "3 Bad request TRANSPORT_MISMATCH", "5 Unsupported protocol version ",
                                "1 Session ID unknown "});
  CHECK(server.hub().size() == 1);
}

TEST_CASE(
    "connection: W-124: WebSockets are for programs, for pages from here, and for those who are let in") {
  struct row {
    std::string_view headers;
    bool alone, listed, with_credentials,
        any;  // let in without CORS; with http://b; with credentials; with *
  };
  for (auto const& [headers, alone, listed, with_credentials, any] :
       {row{"", true, true, true, true},
        {"Origin: http://x\r\n", true, true, true, true},
        {"Origin: http://X:80\r\n", true, true, true, true},
        {"Origin: https://x\r\n", true, true, true, true},  // a proxy may have taken the encryption off
        {"Origin: http://x:81\r\n", false, false, false, true},
        {"Origin: http://b\r\n", false, true, true, true},
        {"Origin: http://b.x\r\n", false, false, false, true},
        {"Origin: http://x.b\r\n", false, false, false, true},
        {"Origin: http://bb\r\n", false, false, false, true},
        {"Origin: null\r\n", false, false, false, true},
        {"Origin: \r\n", false, false, false, true},
        {"Origin: http://b, http://x\r\n", false, false, false, true},
        {"X-Forwarded-Host: b\r\nOrigin: http://b\r\n", false, true, true, true}}) {
    std::string const sends(headers);
    CAPTURE(sends);
    auto const status = [&sends](http::cors_options options, bool of_session) {
      auto serving = echo::plain_service();
      serving.cors = http::cors(std::move(options));
      std::string logged;
      serving.hooks.on_log([&](std::string_view line) { logged = line; });
      echo server({}, std::move(serving));
      connection one(server), two(server);
      auto const target = of_session ? with_sid(websocket, one.open_polling()) : std::string(websocket);
      auto const answer = two.ask(get(target, std::string(websocket_headers) + sends));
      CHECK((answer.status == 403) == !logged.empty());
      if (answer.status == 403) {
        CHECK(answer.body == R"({"code":4,"message":"Origin not allowed"})");
        CHECK(two.wire.ended());
        CHECK(server.refused == texts{"4 Origin not allowed "});
        CHECK(server.hub().size() == (of_session ? 1 : 0));
      }
      return answer.status;
    };
    for (auto const of_session : {false, true}) {
      CAPTURE(of_session);
      CHECK(status({}, of_session) == (alone ? 101 : 403));
      CHECK(status({.origins = {"http://b"}}, of_session) == (listed ? 101 : 403));
      CHECK(status({.origins = {"http://b"}, .credentials = true}, of_session) ==
            (with_credentials ? 101 : 403));
      CHECK(status({.origins = {"*"}}, of_session) == (any ? 101 : 403));
    }
  }
}

TEST_CASE("connection: W-124: the origin is checked by what a trusted proxy says of the request") {
  auto serving = echo::plain_service();
  serving.trusted_proxies = http::proxies({"127.0.0.1"});
  echo server({}, std::move(serving));
  auto const status = [&](std::string const& headers) {
    connection one(server);
    return one.ask(get(websocket, std::string(websocket_headers) + headers)).status;
  };
  std::string const behind = "X-Forwarded-Host: example.com\r\nX-Forwarded-Proto: https\r\n";
  CHECK(status(behind + "Origin: https://example.com\r\n") == 101);
  CHECK(status(behind + "Origin: http://example.com\r\n") == 403);
  CHECK(status(behind + "Origin: http://x\r\n") == 403);
  CHECK(status("Origin: http://x\r\n") == 101);
}

TEST_CASE("connection: W-124: long-polling from other origins is the browser's affair") {
  echo server;
  connection one(server);
  CHECK(one.ask(get(polling, "Origin: http://evil\r\n")).status == 200);
}

TEST_CASE("connection: W-124: a program that looks at requests itself looks at the origin too") {
  auto serving = echo::plain_service();
  serving.allow_request = [](http::request const&) { return admit; };
  echo server({}, std::move(serving));
  connection one(server);
  CHECK(one.ask(get(websocket, std::string(websocket_headers) + "Origin: http://evil\r\n")).status == 101);
}

// -- who does not read -----------------------------------------------------------------------------------

TEST_CASE("connection: a WebSocket that does not read what is sent to it is a slow consumer") {
  echo server({.max_queued_bytes = 10'000});
  connection slow(server), quick(server);
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) {
    if (!session) session = &opened;
  };
  slow.open_websocket();
  slow.frames();
  quick.open_websocket();
  slow.wire.limit(100);
  int sent = 0;
  server.then_close = [&](auto&) { session = nullptr; };
  auto const sid = std::string(session->id().view());
  while (session && sent < 1000) {
    CHECK(session->queued_bytes() <= 10'000);
    session->send(engine::text_message(std::string(998, 'x')));
    server.run();
    ++sent;
  }
  CHECK(sent == 11);
  CHECK(server.log.back() == "close slow consumer");
  CHECK(server.bounds == texts{"max_queued_bytes 127.0.0.1 " + sid});
  CHECK(slow.wire.closed());
  CHECK(slow.wire.read().size() == 100);
  CHECK(server.hub().size() == 1);
  quick.write(text_frame("4a"));
  CHECK(quick.frames().back() == "4a");
}

TEST_CASE("connection: a client of long-polling that does not poll is a slow consumer too") {
  echo server({.max_queued_bytes = 10'000});
  connection one(server);
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) { session = &opened; };
  auto const sid = one.open_polling();
  for (int i = 0; i < 20 && server.hub().size() == 1; ++i) {
    session->send(engine::text_message(std::string(998, 'x')));
    server.run();
  }
  CHECK(server.log.back() == "close slow consumer");
  CHECK(server.bounds.size() == 1);
  CHECK(one.ask(get(with_sid(polling, sid))).body == R"({"code":1,"message":"Session ID unknown"})");
}

TEST_CASE("connection: a message may find nothing waiting, and is taken whatever its size") {
  echo server({.max_queued_bytes = 10});
  connection one(server);
  one.open_websocket();
  one.frames();
  one.wire.limit(100);
  std::string const message(5000, 'x');
  one.wire.write(text_frame("4" + message));
  server.run();
  CHECK(one.frames() == texts{"4" + message});
  CHECK(server.hub().size() == 1);
}

TEST_CASE("connection: messages may be dropped instead, and the program told when there is room") {
  echo server({.max_queued_bytes = 10'000, .on_overflow = overflow::drop_newest});
  connection one(server);
  engine::session* session = nullptr;
  int drains = 0;
  server.then_open = [&](engine::session& opened) { session = &opened; };
  server.then_drain = [&](engine::session&) { ++drains; };
  one.open_websocket();
  one.frames();
  for (int round = 1; round <= 2; ++round) {
    drains = 0;
    one.wire.limit(100);
    int queued = 0, refused = 0;
    for (int i = 0; i < 30; ++i) {
      auto const fate = session->send(engine::text_message(std::string(998, 'x')));
      fate == engine::fate::queued ? ++queued : ++refused;
      CHECK(fate != engine::fate::dropped);
      server.run();
    }
    CHECK(queued == 10);
    CHECK(refused == 20);
    CHECK(drains == 0);
    CHECK(server.bounds.size() == static_cast<std::size_t>(round));  // told once
    CHECK(one.frames().size() == 10);
    CHECK(drains == 1);
    CHECK(session->queued_bytes() == 0);
    CHECK(session->send(engine::text_message("again")) == engine::fate::queued);
    CHECK(one.frames() == texts{"4again"});
  }
}

TEST_CASE("connection: what a session says when it opens leaves with the answer to the handshake") {
  echo server;
  server.then_open = [](engine::session& opened) {
    CHECK(opened.writable());
    CHECK(opened.send(engine::text_message("hello"), true) == engine::fate::queued);
  };
  connection one(server);
  one.open_websocket();
  auto const frames = one.frames();
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].starts_with("0{"));
  CHECK(frames[1] == "4hello");
}

TEST_CASE("connection: who sends pings and never reads the pongs is let go") {
  echo server({.max_queued_bytes = 1000});
  connection one(server);
  one.open_websocket();
  one.frames();
  one.wire.limit(10);
  int pings = 0;
  while (!one.wire.closed() && pings < 1000) {
    one.wire.write(frame(0x89, std::string(98, 'p')));
    server.run();
    ++pings;
  }
  CHECK(pings == 12);  // 10 wait, and one exceeds; the next finds it so
  CHECK(server.log.back() == "close slow consumer");
  REQUIRE(server.bounds.size() == 1);
  CHECK(server.bounds[0].starts_with("max_queued_bytes 127.0.0.1 "));
  nothing_left(server);
}

TEST_CASE("connection: a message too big is told on, with its session") {
  echo server({.max_payload = 1000});
  connection one(server);
  std::string sid;
  server.then_open = [&](engine::session& opened) { sid = opened.id().view(); };
  one.open_websocket();
  one.frames();
  one.write(text_frame(std::string(1001, 'x')));
  CHECK(one.frames() == texts{"[close:1009]"});
  CHECK(server.bounds == texts{"max_payload 127.0.0.1 " + sid});
}

// -- re-entrancy -----------------------------------------------------------------------------------------

TEST_CASE("connection: a session may be ended from inside each of its callbacks") {
  for (auto const gracefully : {true, false}) {
    CAPTURE(gracefully);
    echo server;
    auto const end = [&](engine::session& session) {
      gracefully ? session.close(reason::forced_close) : session.abort(reason::forced_close);
    };
    server.then_text = [&](engine::session& session, auto text) {
      session.send(engine::text_message(text));
      end(session);
    };
    server.then_close = end;
    connection over_websocket(server), over_polling(server), poll(server);
    over_websocket.open_websocket();
    over_websocket.frames();
    over_websocket.write(text_frame("4a") + text_frame("4b"));
    CHECK(over_websocket.frames() == (gracefully ? texts{"4a", "[close:]"} : texts{"[close:]"}));

    auto const sid = over_polling.open_polling();
    poll.write(get(with_sid(polling, sid)));
    CHECK(over_polling
              .ask(post(with_sid(polling, sid),
                        "4a\x1e"
                        "4b"))
              .body == "ok");
    CHECK(poll.answer().body == (gracefully ? "4a\x1e"
                                              "1"
                                            : "1"));
    CHECK(server.log ==
          texts{"open", "text a", "close forced close", "open", "text a", "close forced close"});
    for (auto* const each : {&over_websocket, &over_polling, &poll}) each->close();
    nothing_left(server);
  }
}

TEST_CASE("connection: a handler may end another client's session") {
  echo server;
  connection one(server), two(server);
  engine::session* first = nullptr;
  server.then_open = [&](engine::session& session) {
    if (!first) first = &session;
  };
  server.then_text = [&](engine::session&, auto) { first->abort(reason::forced_close); };
  SUBCASE("that polls") {
    auto const sid = one.open_polling();
    one.write(get(with_sid(polling, sid)));
  }
  SUBCASE("that sends") {
    auto const sid = one.open_polling();
    one.write(unfinished_post(sid));
  }
  SUBCASE("over a WebSocket") { one.open_websocket(); }
  two.open_websocket();
  two.write(text_frame("4x"));
  CHECK(server.log.back() == "close forced close");
  one.close();
  two.close();
  nothing_left(server);
}
