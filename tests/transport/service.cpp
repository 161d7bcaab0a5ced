// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/transport/service.hpp>

namespace http = socketiopp::http;
namespace transport = socketiopp::transport;

namespace {

transport::service plain() {
  transport::service serving{};
  serving.path = "/engine.io/";
  return serving;
}

http::request asked(std::string path) {
  http::request made;
  made.method = "GET";
  made.path = std::move(path);
  return made;
}

}  // namespace

TEST_CASE("service: without a fallback everything else is not found") {
  http::response answer;
  plain().serve_other(asked("/"), answer);
  CHECK(answer.status == 404);
}

TEST_CASE("service: the fallback starts from an empty 200") {
  auto serving = plain();
  serving.fallback = [](http::request const& request, http::response& answer) {
    CHECK(answer.status == 200);
    CHECK(answer.headers.empty());
    answer.body = request.path;
  };
  http::response answer;
  serving.serve_other(asked("/x"), answer);
  CHECK(answer.status == 200);
  CHECK(answer.body == "/x");
}

TEST_CASE("service: a fallback that throws leaves nothing of its answer") {
  auto serving = plain();
  serving.fallback = [](http::request const& request, http::response& answer) {
    answer.set("X-Secret", "1");
    answer.body = "half";
    if (request.path == "/odd") throw 42;
    throw std::runtime_error("secret");
  };
  for (auto const* const path : {"/", "/odd"}) {
    http::response answer;
    serving.serve_other(asked(path), answer);
    CHECK(answer.status == 500);
    CHECK(answer.find("X-Secret") == nullptr);
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK(answer.body.find("half") == std::string::npos);
  }
}

TEST_CASE("service: F-002: a path without a slash at its end is also that of the endpoint (W-021, W-022)") {
  auto serving = plain();
  for (auto const* const path : {"/engine.io/", "/engine.io/x/y"}) CHECK(serving.owns(path));
  for (auto const* const path : {"/engine.io", "/engine.iox", "/", ""}) CHECK_FALSE(serving.owns(path));
  serving.path = "/engine.io";
  for (auto const* const path : {"/engine.io/", "/engine.io/x/y", "/engine.io"}) CHECK(serving.owns(path));
  for (auto const* const path : {"/engine.iox", "/engine.i", "/", ""}) CHECK_FALSE(serving.owns(path));
}

TEST_CASE("service: without a client bundle every request below the path is a session's") {
  http::response answer;
  CHECK(!plain().serve_client(asked("/engine.io/socket.io.js"), answer));
  CHECK(!plain().serve_client(asked("/engine.io/"), answer));
}

TEST_CASE("service: who asks for a WebSocket says so in two headers") {
  auto const wants = [](std::string connection, std::string upgrade) {
    auto request = asked("/");
    if (!connection.empty()) request.headers.add("Connection", connection);
    if (!upgrade.empty()) request.headers.add("Upgrade", upgrade);
    return transport::wants_websocket(request);
  };
  CHECK(wants("Upgrade", "websocket"));
  CHECK(wants("keep-alive, UPGRADE", "WebSocket"));
  CHECK(!wants("Upgrade", ""));
  CHECK(!wants("", "websocket"));
  CHECK(!wants("Upgrade", "h2c"));
  CHECK(!wants("Upgraded", "websocket"));
}

TEST_CASE("service: F-121: what a session keeps of its request") {
  auto request = asked("/engine.io/");
  request.target = "/engine.io/?a=%20b";
  request.query = "a=%20b";
  request.remote_address = "192.0.2.1";
  request.headers.add("X-Odd-Name", "Value: Kept");
  request.headers.add("Cookie", "a=b");
  request.headers.add("Connection", "Upgrade");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  auto const kept = transport::remember(request, true);
  CHECK(kept.url == "/engine.io/?a=%20b");
  CHECK(kept.query() == "a=%20b");
  CHECK(kept.remote_address == "192.0.2.1");
  CHECK(kept.secure);
  CHECK(kept.headers == "x-odd-name: Value: Kept\ncookie: a=b\n");
  CHECK(kept.header("cookie") == "a=b");
  CHECK(kept.header("x-odd-name") == "Value: Kept");
  CHECK(!kept.header("x-odd"));
}

TEST_CASE("service: W-123: answers of the endpoint have the CORS headers, others do not") {
  auto serving = plain();
  serving.cors = http::cors({.origins = {"http://a"}});
  auto const ours = serving.prepare(asked("/engine.io/"));
  REQUIRE(ours.find("Access-Control-Allow-Origin"));
  CHECK(*ours.find("Access-Control-Allow-Origin") == "http://a");
  CHECK(serving.prepare(asked("/other")).headers.empty());
}

TEST_CASE("service: W-047: old Internet Explorers are told not to filter") {
  for (auto const* const agent :
       {"Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Trident/7.0; rv:11.0)"}) {
    auto request = asked("/engine.io/");
    request.headers.add("User-Agent", agent);
    auto const answer = plain().prepare(request);
    REQUIRE(answer.find("X-XSS-Protection"));
    CHECK(*answer.find("X-XSS-Protection") == "0");
    request.path = "/other";
    CHECK(plain().prepare(request).headers.empty());
  }
  auto request = asked("/engine.io/");
  request.headers.add("User-Agent", "Mozilla/5.0 (X11) Firefox/150.0");
  CHECK(plain().prepare(request).headers.empty());
}
