// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/transport/exchange.hpp>

namespace engine = socketiopp::engine;
namespace http = socketiopp::http;
using socketiopp::transport::exchange;

namespace {

http::request asked(std::string method = "GET", std::string connection = "") {
  http::request made;
  made.method = std::move(method);
  if (!connection.empty()) made.headers.add("Connection", connection);
  return made;
}

bool has(std::string const& text, std::string const& line) {
  return text.find("\r\n" + line + "\r\n") != std::string::npos;
}

}  // namespace

TEST_CASE("exchange: a request waits until it is answered") {
  exchange one;
  CHECK(!one.pending());
  one.begin(asked(), {});
  CHECK(one.pending());
  auto const text = one.end(engine::answer{200, "text/plain", "body", false});
  CHECK(!one.pending());
  CHECK(one.keep_alive());
  CHECK(text.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(text, "Content-Type: text/plain"));
  CHECK(has(text, "Cache-Control: no-store"));
  CHECK(has(text, "Content-Length: 4"));
  CHECK(text.ends_with("\r\n\r\nbody"));
}

TEST_CASE("exchange: an answer without a type, that may be kept") {
  exchange one;
  one.begin(asked(), {});
  auto const text = one.end(engine::answer{500, "", ""});
  CHECK(!has(text, "Content-Type: "));
  CHECK(text.find("Cache-Control") == std::string::npos);
}

TEST_CASE("exchange: HEAD gets the head") {
  exchange one;
  one.begin(asked("HEAD"), {});
  auto const text = one.end(engine::answer{200, "", "body"});
  CHECK(has(text, "Content-Length: 4"));
  CHECK(text.ends_with("\r\n\r\n"));
}

TEST_CASE("exchange: the client, or the server, makes it the last") {
  exchange one;
  one.begin(asked("GET", "close"), {});
  CHECK(has(one.end(engine::answer{200, "", ""}), "Connection: close"));
  CHECK(!one.keep_alive());
  one.begin(asked(), {});
  CHECK(one.keep_alive());
  one.be_last();
  CHECK(has(one.end(engine::answer{200, "", ""}), "Connection: close"));
}

TEST_CASE("exchange: what is prepared for one request is not said of the next") {
  http::response const prepared{
      .status = 200, .headers = {{"Access-Control-Allow-Origin", "http://a"}}, .body = {}};
  exchange one;
  one.begin(asked(), prepared);
  CHECK(has(one.end(engine::answer{400, "", ""}), "Access-Control-Allow-Origin: http://a"));
  one.begin(asked(), {});
  CHECK(one.end(engine::answer{200, "", ""}).find("Access-Control") == std::string::npos);
  one.begin(asked(), prepared);
  CHECK(has(one.end(http::text(200, "")), "Access-Control-Allow-Origin: http://a"));
  one.begin(asked(), {});
  CHECK(one.end(http::text(200, "")).find("Access-Control") == std::string::npos);
}

TEST_CASE("exchange: an answer's own headers go before those prepared for it, which may repeat") {
  http::response const prepared{
      .status = 200,
      .headers = {{"x-own", "prepared"}, {"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}},
      .body = {}};
  http::response answer{.status = 200, .headers = {{"X-Own", "answer"}}, .body = {}};
  exchange one;
  one.begin(asked(), prepared);
  auto const text = one.end(answer);
  CHECK(has(text, "X-Own: answer"));
  CHECK(text.find("prepared") == std::string::npos);
  CHECK(has(text, "Set-Cookie: a=1"));
  CHECK(has(text, "Set-Cookie: b=2"));
  one.begin(asked(), {});
  one.prepared().set("X-Late", "1");
  CHECK(has(one.end(engine::answer{200, "", ""}), "X-Late: 1"));
}

TEST_CASE("exchange: the answer to nothing is the last that is said") {
  exchange one;
  one.be_last();
  auto const text = one.end(http::text(503, "Too many connections\n"));
  CHECK(text.starts_with("HTTP/1.1 503 "));
  CHECK(has(text, "Connection: close"));
  CHECK(text.ends_with("Too many connections\n"));
}

TEST_CASE("exchange: a header that is none makes the answer a 500") {
  exchange one;
  one.begin(asked(), {});
  http::response answer;
  answer.set("X", "a\r\nSet-Cookie: b");
  auto const text = one.end(answer);
  CHECK(text.starts_with("HTTP/1.1 500 "));
  CHECK(text.find("Set-Cookie") == std::string::npos);
  CHECK(!one.pending());
  CHECK(one.keep_alive());
}
