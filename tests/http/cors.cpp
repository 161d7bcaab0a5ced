// SPDX-License-Identifier: MIT
#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/http/cors.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

http::request request_from(std::string_view origin, std::string method = "GET") {
  http::request asked;
  asked.method = std::move(method);
  if (!origin.empty()) asked.headers.add("Origin", origin);
  return asked;
}

// "allowed origin|Vary" of a decorated response.
std::string decorated(http::cors const& cors, std::string_view origin) {
  http::response answer;
  cors.decorate(request_from(origin), answer);
  auto const value = [&answer](std::string_view name) {
    auto const* const found = answer.find(name);
    return found ? *found : "-"s;
  };
  return value("Access-Control-Allow-Origin") + '|' + value("Vary");
}

http::cors_options options_from(std::initializer_list<std::string> origins, bool credentials = false) {
  http::cors_options options;
  options.origins = origins;
  options.credentials = credentials;
  return options;
}

http::cors from(std::initializer_list<std::string> origins, bool credentials = false) {
  return http::cors(options_from(origins, credentials));
}

// Lets subdomains of a.org in, and what else is in the list.
http::cors subdomains(std::initializer_list<std::string> origins = {}, bool credentials = false) {
  auto options = options_from(origins, credentials);
  options.allow = [suffix = std::make_unique<std::string>(".a.org")](std::string_view origin) {
    return origin.ends_with(*suffix);
  };
  return http::cors(std::move(options));
}

std::string header(http::response const& answer, std::string_view name) {
  auto const* const value = answer.find(name);
  return value ? *value : "(none)";
}

}  // namespace

TEST_CASE("cors: W-120: without origins nothing is said and no preflight is answered") {
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
  CHECK(from({"*"}).enabled());
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

TEST_CASE("cors: W-120: a predicate decides beside the list") {
  CHECK(subdomains().enabled());
  CHECK(decorated(subdomains(), "https://b.a.org") == "https://b.a.org|Origin");
  CHECK(decorated(subdomains(), "https://evil.org") == "-|Origin");
  CHECK(decorated(subdomains(), "") == "-|Origin");
  CHECK(decorated(subdomains({"https://c"}), "https://c") == "https://c|Origin");
  CHECK(decorated(subdomains({"https://c"}), "https://b.a.org") == "https://b.a.org|Origin");
  CHECK(decorated(subdomains({"https://c"}), "https://d") == "-|Origin");
  CHECK(decorated(subdomains({"*"}), "https://d") == "*|-");
}

TEST_CASE("cors: a predicate that throws has said no") {
  http::cors_options options;
  options.allow = [](std::string_view) -> bool { throw std::runtime_error("the database is gone"); };
  http::cors const cors(std::move(options));
  CHECK(decorated(cors, "https://a") == "-|Origin");
  CHECK_FALSE(cors.lets_in("https://a", "b", false));
}

TEST_CASE("cors: options that no browser could understand are named when they are set") {
  auto const message = [](auto change) {
    http::cors_options options;
    change(options);
    try {
      http::cors const cors(std::move(options));
    } catch (std::system_error const& error) {
      CHECK(error.code() == std::errc::invalid_argument);
      return std::string(error.what());
    }
    return "accepted"s;
  };
  for (auto const origin : {"*", "null", "https://a", "https://a:8080", "http://[::1]:80", "file://",
                            "chrome-extension://abc", "capacitor://localhost"}) {
    CAPTURE(std::string(origin));
    CHECK(message([&](auto& options) { options.origins = {origin}; }) == "accepted");
  }
  for (auto const origin :
       {"", "a.org", "https://a/", "https://a/b", "https://a?", "https://a#", "https://*/",
        "https://a, https://b", "https://a\r\nX: y", "https:/a", "localhost:3000"}) {
    CAPTURE(std::string(origin));
    auto const said = message([&](auto& options) { options.origins = {"https://good", origin}; });
    CHECK(said.find("cors.origins: not an origin: "s + origin) != std::string::npos);
  }
  auto const names = [&](std::string_view option, auto change) {
    return message(change).find(option) != std::string::npos;
  };
  CHECK(names("cors.methods", [](auto& options) { options.methods = "GET\r\n"; }));
  CHECK(names("cors.allowed_headers", [](auto& options) { options.allowed_headers = {"a b"}; }));
  CHECK(names("cors.exposed_headers", [](auto& options) { options.exposed_headers = {"a\n"}; }));
}

TEST_CASE("cors: W-122: credentials, which no browser sends to any origin at large") {
  http::response answer;
  from({"https://a"}, true).decorate(request_from("https://a"), answer);
  CHECK(header(answer, "Access-Control-Allow-Credentials") == "true");
  CHECK(decorated(from({"*"}, true), "https://a") == "https://a|Origin");
  CHECK(decorated(from({"*"}, true), "") == "-|Origin");
  http::response without;
  from({"https://a"}).decorate(request_from("https://a"), without);
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
  auto const cors = from({"https://a"}, true);
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
  auto options = options_from({"*"});
  options.methods = "GET";
  options.allowed_headers = {"A", "B"};
  options.exposed_headers = {"C", "D"};
  options.max_age = std::chrono::minutes(10);
  auto asked = request_from("https://a", "OPTIONS");
  asked.headers.add("Access-Control-Request-Headers", "x-one");
  http::response answer;
  REQUIRE(http::cors(std::move(options)).preflight(asked, answer));
  CHECK(header(answer, "Access-Control-Allow-Methods") == "GET");
  CHECK(header(answer, "Access-Control-Allow-Headers") == "A,B");
  CHECK(header(answer, "Access-Control-Expose-Headers") == "C,D");
  CHECK(header(answer, "Access-Control-Max-Age") == "600");
  CHECK(header(answer, "Vary") == "(none)");
}

TEST_CASE("cors: W-121: without headers to ask for there are none to allow") {
  http::response answer;
  REQUIRE(from({"*"}).preflight(request_from("https://a", "OPTIONS"), answer));
  CHECK(answer.find("Access-Control-Allow-Headers") == nullptr);
}

TEST_CASE("cors: W-121: only OPTIONS is a preflight") {
  http::response answer;
  for (auto const method : {"GET", "POST", "HEAD", "options"}) {
    CHECK_FALSE(from({"*"}).preflight(request_from("https://a", method), answer));
  }
  CHECK(answer.headers.empty());
}

TEST_CASE("cors: W-123: an error, or a response that already varies, keeps what it says") {
  auto answer = http::json(400, "{}");
  answer.set("Vary", "Accept-Encoding");
  from({"https://a", "https://b"}).decorate(request_from("https://a"), answer);
  CHECK(answer.status == 400);
  CHECK(answer.body == "{}");
  CHECK(header(answer, "Vary") == "Accept-Encoding, Origin");
}

TEST_CASE("cors: W-124: a page has the same origin when it has come from this host") {
  auto const same = [](std::string_view origin, std::string_view host) {
    CHECK_FALSE(http::same_origin(origin, "other.org", false));
    return http::same_origin(origin, host, false);
  };
  CHECK(same("http://a.org", "a.org"));
  CHECK(same("http://a.org", "A.Org"));
  CHECK(same("HTTP://A.ORG", "a.org"));
  CHECK(same("http://localhost:3000", "localhost:3000"));
  CHECK(same("http://a.org", "a.org:80"));
  CHECK(same("http://a.org:80", "a.org"));
  CHECK(same("https://a.org", "a.org"));
  CHECK(same("https://a.org", "a.org:443"));
  CHECK(same("https://a.org:443", "a.org"));
  CHECK(same("http://a.org", "a.org:"));
  CHECK(same("http://127.0.0.1:3000", "127.0.0.1:3000"));
  CHECK(same("http://[::1]:3000", "[::1]:3000"));
  CHECK(same("http://[::1]", "[::1]"));
  CHECK(same("http://[FE80::1]", "[fe80::1]:80"));
  CHECK(same("http://a.org.", "a.org."));
  CHECK(same("http://xn--bcher-kva.example", "xn--bcher-kva.example"));

  CHECK_FALSE(same("http://b.org", "a.org"));
  CHECK_FALSE(same("http://a.org.", "a.org"));
  CHECK_FALSE(same("http://a.org", "a.org."));
  CHECK_FALSE(same("http://a.org.evil.org", "a.org"));
  CHECK_FALSE(same("http://evil-a.org", "a.org"));
  CHECK_FALSE(same("http://b.a.org", "a.org"));
  CHECK_FALSE(same("http://a.org", "b.a.org"));
  CHECK_FALSE(same("http://a.org:3000", "a.org"));
  CHECK_FALSE(same("http://a.org:3000", "a.org:3001"));
  CHECK_FALSE(same("http://a.org", "a.org:443"));
  CHECK_FALSE(same("https://a.org", "a.org:80"));
  CHECK_FALSE(same("http://[::1]:3000", "[::1]"));
  CHECK_FALSE(same("http://[::1]", "::1"));
  CHECK_FALSE(same("http://127.0.0.1", "localhost"));
}

TEST_CASE("cors: W-124: over an encrypted connection a page that was not is foreign") {
  CHECK(http::same_origin("https://a.org", "a.org", true));
  CHECK(http::same_origin("https://a.org:443", "a.org", true));
  CHECK(http::same_origin("https://a.org:8443", "a.org:8443", true));
  CHECK_FALSE(http::same_origin("http://a.org", "a.org", true));
  CHECK_FALSE(http::same_origin("http://a.org:8443", "a.org:8443", true));
}

TEST_CASE("cors: W-124: native clients that make up an origin from the address of the WebSocket") {
  CHECK(http::same_origin("ws://a.org:3000", "a.org:3000", false));
  CHECK(http::same_origin("wss://a.org", "a.org", true));
  CHECK(http::same_origin("wss://a.org", "a.org:443", false));
  CHECK_FALSE(http::same_origin("ws://a.org", "a.org", true));
  CHECK_FALSE(http::same_origin("ws://b.org", "a.org", false));
}

TEST_CASE("cors: W-124: what is no origin of a web page is foreign to every host") {
  for (auto const origin : {"",
                            "null",
                            "file://",
                            "file:///",
                            "http://",
                            "https://",
                            "http:",
                            "http:///",
                            "://",
                            "://a.org",
                            "a.org",
                            "//a.org",
                            "http:a.org",
                            "http:/a.org",
                            "*",
                            "chrome-extension://a.org",
                            "moz-extension://a.org",
                            "ftp://a.org",
                            "javascript://a.org",
                            "http://a.org/",
                            "http://a.org/x",
                            "http://a.org?x",
                            "http://a.org#x",
                            "http://evil@a.org",
                            "http://a.org@evil",
                            "http://a.org:80@evil",
                            "http://a.org:",
                            "http://a.org:x",
                            "http://a.org:-80",
                            "http://a.org:+80",
                            "http://a.org:80:80",
                            "http://a.org:000080",
                            "http://a.org :80",
                            " http://a.org",
                            "http://a.org ",
                            "http://a.org,http://b.org",
                            "http://a.org http://b.org",
                            "http://a\\.org",
                            "http://[::1",
                            "http://::1",
                            "http://[]",
                            "http://[a.org]",
                            "http://[::1]a.org",
                            "http://\xc3\xa4.org",
                            "http://a.org\x7f"}) {
    CAPTURE(std::string(origin));
    auto const with_port = origin == "http://a.org:"sv;  // the port of the scheme, said emptily
    CHECK(http::same_origin(origin, "a.org", false) == with_port);
    for (auto const host : {"", ":", ":80", "null", "file", "evil", "[::1]", "[", "]", "[]", "a.org/",
                            "a.org:x", "a.org a.org", "a.org,a.org", "\xc3\xa4.org"}) {
      CAPTURE(std::string(host));
      CHECK_FALSE(http::same_origin(origin, host, false));
    }
  }
  CHECK_FALSE(http::same_origin("http://a.org\0"s, "a.org\0"s, false));
}

TEST_CASE("cors: W-124: whom a WebSocket is opened to") {
  http::cors const nobody;
  CHECK(nobody.lets_in(std::nullopt, "a.org", false));  // no browser
  CHECK(nobody.lets_in(std::nullopt, "", true));
  CHECK(nobody.lets_in("http://a.org", "a.org", false));
  CHECK_FALSE(nobody.lets_in("http://b.org", "a.org", false));
  CHECK_FALSE(nobody.lets_in("null", "a.org", false));
  CHECK_FALSE(nobody.lets_in("", "", false));

  auto const one = from({"https://b.org"});
  CHECK(one.lets_in("https://b.org", "a.org", false));
  CHECK(one.lets_in("https://a.org", "a.org", true));
  CHECK_FALSE(one.lets_in("http://b.org", "a.org", false));
  CHECK_FALSE(one.lets_in("https://b.org.evil.org", "a.org", false));
  CHECK_FALSE(one.lets_in("null", "a.org", false));

  CHECK(from({"null"}).lets_in("null", "a.org", false));
  CHECK(from({"chrome-extension://abc"}).lets_in("chrome-extension://abc", "a.org", false));
  for (auto const origin : {"https://anything", "null", "", "file://"}) {
    CHECK(from({"*"}).lets_in(origin, "a.org", false));
  }
  CHECK(subdomains().lets_in("https://b.a.org", "c.org", false));
  CHECK(subdomains().lets_in("https://c.org", "c.org", false));
  CHECK_FALSE(subdomains().lets_in("https://a.org", "c.org", false));
}
