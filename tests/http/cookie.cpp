// SPDX-License-Identifier: MIT
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/http/cookie.hpp>
#include <socketiopp/http/response.hpp>

namespace http = socketiopp::http;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

template <class Change> std::string made(Change change) {
  http::cookie_options options;
  change(options);
  return http::cookie(options).value("abc");
}

// What is said about an option that is refused.
template <class Change> std::string refused(Change change) {
  try {
    return "accepted: " + made(change);
  } catch (std::system_error const& error) {
    CHECK(error.code() == std::errc::invalid_argument);
    return error.what();
  }
}

}  // namespace

TEST_CASE("cookie: W-125: what the reference says by default") {
  CHECK(http::cookie().value("lv_VI97HAXpY6yYWAAAC") ==
        "io=lv_VI97HAXpY6yYWAAAC; Path=/; HttpOnly; SameSite=Lax");
}

TEST_CASE("cookie: F-016: each option has its attribute, or leaves it out") {
  CHECK(made([](auto& o) { o.name = "sid"; }) == "sid=abc; Path=/; HttpOnly; SameSite=Lax");
  CHECK(made([](auto& o) { o.path = "/chat"; }) == "io=abc; Path=/chat; HttpOnly; SameSite=Lax");
  CHECK(made([](auto& o) { o.path = ""; }) == "io=abc; HttpOnly; SameSite=Lax");
  CHECK(made([](auto& o) { o.http_only = false; }) == "io=abc; Path=/; SameSite=Lax");
  CHECK(made([](auto& o) { o.same_site = http::same_site::strict; }) ==
        "io=abc; Path=/; HttpOnly; SameSite=Strict");
  CHECK(made([](auto& o) { o.secure = true; }) == "io=abc; Path=/; HttpOnly; Secure; SameSite=Lax");
  CHECK(made([](auto& o) { o.max_age = 24h; }) == "io=abc; Max-Age=86400; Path=/; HttpOnly; SameSite=Lax");
  CHECK(made([](auto& o) { o.max_age = 0s; }) == "io=abc; Max-Age=0; Path=/; HttpOnly; SameSite=Lax");
  CHECK(made([](auto& o) { o.domain = "a.org"; }) == "io=abc; Domain=a.org; Path=/; HttpOnly; SameSite=Lax");
  http::cookie_options all{.name = "n",
                           .path = "/p",
                           .http_only = true,
                           .same_site = http::same_site::none,
                           .secure = true,
                           .max_age = 1s,
                           .domain = "d"};
  CHECK(http::cookie(all).value("v") == "n=v; Max-Age=1; Domain=d; Path=/p; HttpOnly; Secure; SameSite=None");
}

TEST_CASE("cookie: what would say more than it should is refused, and named") {
  for (auto const& name :
       {""s, "a b"s, "a;b"s, "a=b"s, "a,b"s, "\"a\""s, "a\r\nX: y"s, "a\0"s, "\xc3\xa4"s}) {
    CAPTURE(name);
    CHECK(refused([&](auto& o) { o.name = name; }).find("cookie.name") != std::string::npos);
  }
  for (auto const& path : {"a"s, " /"s, "/; Domain=evil"s, "/\r\nX: y"s, "/\0"s, "/\x7f"s, "/\xc3\xa4"s}) {
    CAPTURE(path);
    CHECK(refused([&](auto& o) { o.path = path; }).find("cookie.path") != std::string::npos);
  }
  for (auto const& domain : {"a.org; Secure"s, "a.org\r\nX: y"s, "a.org\t"s, "\xc3\xa4.org"s}) {
    CAPTURE(domain);
    CHECK(refused([&](auto& o) { o.domain = domain; }).find("cookie.domain") != std::string::npos);
  }
  CHECK(refused([](auto& o) { o.same_site = http::same_site::none; }).find("cookie.same_site") !=
        std::string::npos);
}

TEST_CASE("cookie: what is accepted is a header") {
  http::cookie_options options;
  options.path = "/a b,c\"d";
  options.domain = ".a.org";
  std::string wire;
  http::serialize({.status = 200, .headers = {{"Set-Cookie", http::cookie(options).value("x")}}, .body = {}},
                  true, false, wire);
  CHECK(wire.find("Set-Cookie: io=x; Domain=.a.org; Path=/a b,c\"d;") != std::string::npos);
}
