// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/http/response.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;

namespace {

std::string wire(http::response const& answer, bool keep_alive = true, bool head_only = false) {
  std::string out;
  http::serialize(answer, keep_alive, head_only, out);
  return out;
}

}  // namespace

TEST_CASE("response: status line, headers, length in bytes, body") {
  CHECK(wire(http::text(200, "\xc3\xa4")) ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n"
        "Connection: keep-alive\r\n\r\n\xc3\xa4");
  CHECK(wire(http::json(400, "{}"), false) ==
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
        "Connection: close\r\n\r\n{}");
  CHECK(wire({}) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("response: an unknown status has an empty phrase") {
  CHECK(wire({.status = 299, .headers = {}, .body = {}}).starts_with("HTTP/1.1 299 \r\n"));
}

TEST_CASE("response: the answer to HEAD has the length of the body, and not the body") {
  CHECK(wire(http::text(200, "hello"), true, true)
            .ends_with("Content-Length: 5\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("response: 204 and 304 have neither body nor length, unless a length was given") {
  for (auto const status : {204, 304}) {
    CAPTURE(status);
    auto const head =
        "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(http::reason_phrase(status)) + "\r\n";
    http::response answer{.status = status, .headers = {}, .body = "dropped"};
    CHECK(wire(answer) == head + "Connection: keep-alive\r\n\r\n");
    answer.set("content-length", "0");
    CHECK(wire(answer) == head + "content-length: 0\r\nConnection: keep-alive\r\n\r\n");
  }
}

TEST_CASE("response: 1xx has just the headers it was given") {
  CHECK(wire({.status = 100, .headers = {}, .body = {}}) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(wire({.status = 101, .headers = {{"Connection", "Upgrade"}}, .body = "dropped"}) ==
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n");
}

TEST_CASE("response: the framing is not for handlers to set") {
  http::response const answer{
      .status = 200,
      .headers = {{"CONTENT-LENGTH", "1"}, {"connection", "x"}, {"Transfer-Encoding", "chunked"}, {"A", "b"}},
      .body = "hello"};
  CHECK(wire(answer) ==
        "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello");
}

TEST_CASE("response: no header can break out of its line; the error names it and nothing is written") {
  std::pair<std::string, std::string> const hostile[] = {
      {"X-Bad", "a\r\nSet-Cookie: b"},
      {"X-Bad", "a\nb"},
      {"X-Bad", "a\rb"},
      {"X-Bad", "a\0b"s},
      {"X-Bad:", "a"},
      {"X-Bad\r\nY", "a"},
      {"X-Bad ", "a"},
      {"X-Bad\0"s, "a"},
  };
  for (auto const& header : hostile) {
    CAPTURE(header.first);
    CAPTURE(header.second);
    std::string out = "before";
    http::response const answer{.status = 200, .headers = {{"Good", "x"}, header}, .body = {}};
    try {
      http::serialize(answer, true, false, out);
      FAIL("no exception");
    } catch (std::invalid_argument const& error) {
      CHECK(std::string(error.what()).find("X-Bad") != std::string::npos);
    }
    CHECK(out == "before");
  }
  CHECK_THROWS_AS(wire({.status = 200, .headers = {{"", "a"}}, .body = {}}), std::invalid_argument);
}

TEST_CASE("response: serialize appends, so that pipelined responses share a buffer") {
  std::string out;
  http::serialize(http::text(200, "a"), true, false, out);
  auto const one = out;
  http::serialize(http::text(200, "a"), true, false, out);
  CHECK(out == one + one);
}

TEST_CASE("response: set replaces whatever the case, find sees it") {
  http::response answer;
  CHECK(answer.find("a") == nullptr);
  answer.headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  answer.set("a", "4");
  CHECK(answer.headers.size() == 2);
  REQUIRE(answer.find("A") != nullptr);
  CHECK(*answer.find("A") == "4");
}

TEST_CASE("response: any callable of request and response is a handler") {
  auto const good = [](http::request const&, http::response&) {};
  auto const bad = [](http::request const&) {};
  CHECK(http::handler<decltype(good)>);
  CHECK_FALSE(http::handler<decltype(bad)>);
}
