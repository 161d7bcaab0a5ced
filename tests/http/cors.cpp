// SPDX-License-Identifier: MIT
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/http/cors.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;

namespace {

http::request request_from(std::string_view origin, std::string method = "GET") {
  http::request asked;
  asked.method = std::move(method);
  if (!origin.empty()) asked.headers.add("Origin", origin);
  return asked;
}

// "allowed origin|Vary" of a decorated response.
std::string decorated(http::cors_options options, std::string_view origin) {
  http::response answer;
  http::cors(std::move(options)).decorate(request_from(origin), answer);
  auto const value = [&answer](std::string_view name) {
    auto const* const found = answer.find(name);
    return found ? *found : "-"s;
  };
  return value("Access-Control-Allow-Origin") + '|' + value("Vary");
}

http::cors_options from(std::initializer_list<std::string> origins, bool credentials = false) {
  http::cors_options options;
  options.origins = origins;
  options.credentials = credentials;
  return options;
}

std::string header(http::response const& answer, std::string_view name) {
  auto const* const value = answer.find(name);
  return value ? *value : "(none)";
}

}  // namespace

TEST_CASE("cors: without origins nothing is said and no preflight is answered") {
  http::cors const cors;
  CHECK_FALSE(cors.enabled());
  auto answer = http::text(299, "as before");
  auto const before = answer.headers;
  cors.decorate(request_from("https://a"), answer);
  CHECK(answer.headers == before);
  CHECK_FALSE(cors.preflight(request_from("https://a", "OPTIONS"), answer));
  CHECK(answer.status == 299);
  CHECK(answer.headers == before);
}

TEST_CASE("cors: W-120: any origin") {
  CHECK(http::cors(from({"*"})).enabled());
  CHECK(decorated(from({"*"}), "https://a") == "*|-");
  CHECK(decorated(from({"*"}), "") == "*|-");
  CHECK(decorated(from({"https://a", "*"}), "https://b") == "*|-");
}

TEST_CASE("cors: W-120: one origin is said whoever asks") {
  CHECK(decorated(from({"https://a"}), "https://a") == "https://a|Origin");
  CHECK(decorated(from({"https://a"}), "https://b") == "https://a|Origin");
  CHECK(decorated(from({"https://a"}), "") == "https://a|Origin");
}

TEST_CASE("cors: W-120: several origins are reflected or absent") {
  auto const two = from({"https://a", "https://b"});
  CHECK(decorated(two, "https://b") == "https://b|Origin");
  CHECK(decorated(two, "https://c") == "-|Origin");
  CHECK(decorated(two, "https://b.evil") == "-|Origin");
  CHECK(decorated(two, "https://B") == "-|Origin");
  CHECK(decorated(two, "") == "-|Origin");
}

TEST_CASE("cors: W-122: credentials, which no browser sends to any origin at large") {
  http::response answer;
  http::cors(from({"https://a"}, true)).decorate(request_from("https://a"), answer);
  CHECK(header(answer, "Access-Control-Allow-Credentials") == "true");
  CHECK(decorated(from({"*"}, true), "https://a") == "https://a|Origin");
  CHECK(decorated(from({"*"}, true), "") == "-|Origin");
  http::response without;
  http::cors(from({"https://a"})).decorate(request_from("https://a"), without);
  CHECK(without.find("Access-Control-Allow-Credentials") == nullptr);
}

TEST_CASE("cors: W-009: an origin with invalid characters") {
  CHECK(http::valid_origin("https://a:8080"));
  CHECK(http::valid_origin("null"));
  CHECK_FALSE(http::valid_origin("https://a\r\nSet-Cookie: b"));
  CHECK_FALSE(http::valid_origin("https://a\x01"));
  CHECK_FALSE(http::valid_origin("https://a\0"s));
  CHECK_FALSE(http::valid_origin("https://a\x7f"));
}

TEST_CASE("cors: W-121: the preflight") {
  auto options = from({"https://a"}, true);
  http::cors const cors(options);
  auto asked = request_from("https://a", "OPTIONS");
  asked.headers.add("Access-Control-Request-Headers", "x-one, x-two");
  auto answer = http::text(500, "gone");
  REQUIRE(cors.preflight(asked, answer));
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(header(answer, "Content-Type") == "(none)");
  CHECK(header(answer, "Content-Length") == "0");
  CHECK(header(answer, "Access-Control-Allow-Origin") == "https://a");
  CHECK(header(answer, "Access-Control-Allow-Credentials") == "true");
  CHECK(header(answer, "Access-Control-Allow-Methods") == "GET,HEAD,PUT,PATCH,POST,DELETE");
  CHECK(header(answer, "Access-Control-Allow-Headers") == "x-one, x-two");
  CHECK(header(answer, "Vary") == "Origin, Access-Control-Request-Headers");
  CHECK(header(answer, "Access-Control-Max-Age") == "(none)");
  std::string wire;
  http::serialize(answer, true, false, wire);
  CHECK(wire.starts_with("HTTP/1.1 204 No Content\r\n"));
  CHECK(wire.find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("cors: W-121: a preflight with everything set") {
  auto options = from({"*"});
  options.methods = "GET";
  options.allowed_headers = {"A", "B"};
  options.exposed_headers = {"C", "D"};
  options.max_age = std::chrono::minutes(10);
  auto asked = request_from("https://a", "OPTIONS");
  asked.headers.add("Access-Control-Request-Headers", "x-one");
  http::response answer;
  REQUIRE(http::cors(options).preflight(asked, answer));
  CHECK(header(answer, "Access-Control-Allow-Methods") == "GET");
  CHECK(header(answer, "Access-Control-Allow-Headers") == "A,B");
  CHECK(header(answer, "Access-Control-Expose-Headers") == "C,D");
  CHECK(header(answer, "Access-Control-Max-Age") == "600");
  CHECK(header(answer, "Vary") == "(none)");
}

TEST_CASE("cors: W-121: without headers to ask for there are none to allow") {
  http::response answer;
  REQUIRE(http::cors(from({"*"})).preflight(request_from("https://a", "OPTIONS"), answer));
  CHECK(answer.find("Access-Control-Allow-Headers") == nullptr);
}

TEST_CASE("cors: only OPTIONS is a preflight") {
  http::response answer;
  for (auto const method : {"GET", "POST", "HEAD", "options"}) {
    CHECK_FALSE(http::cors(from({"*"})).preflight(request_from("https://a", method), answer));
  }
  CHECK(answer.headers.empty());
}

TEST_CASE("cors: W-123: an error, or a response that already varies, keeps what it says") {
  auto answer = http::json(400, "{}");
  answer.set("Vary", "Accept-Encoding");
  http::cors(from({"https://a", "https://b"})).decorate(request_from("https://a"), answer);
  CHECK(answer.status == 400);
  CHECK(answer.body == "{}");
  CHECK(header(answer, "Vary") == "Accept-Encoding, Origin");
}
