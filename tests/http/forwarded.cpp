// SPDX-License-Identifier: MIT
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/http/forwarded.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;

namespace {

http::header_list headers(std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
  http::header_list list;
  for (auto const& [name, value] : all) list.add(name, value);
  return list;
}

// The client behind 127.0.0.1 and 10.0.0.0/8.
std::string client(std::string_view peer, std::initializer_list<std::string_view> forwarded) {
  static auto const trusted = http::proxies({"127.0.0.1", "10.0.0.0/8", "::1"});
  http::header_list list;
  for (auto const value : forwarded) list.add("X-Forwarded-For", value);
  return http::client_address(peer, list, trusted);
}

}  // namespace

TEST_CASE("forwarded: proxies: addresses and networks of both versions") {
  http::proxies const trusted({"127.0.0.1", "10.0.0.0/8", "192.168.1.77/24", "::1", "fd00::/8"});
  CHECK_FALSE(trusted.empty());
  for (auto const in : {"127.0.0.1", "::ffff:127.0.0.1", "10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3",
                        "192.168.1.1", "::1", "0:0:0:0:0:0:0:1", "fd00::", "fdff::1", "fd00::1%eth0"}) {
    CAPTURE(std::string(in));
    CHECK(trusted.contains(in));
  }
  for (auto const out : {"127.0.0.2", "9.255.255.255", "11.0.0.0", "192.168.2.1", "::2",
                         "fe00::", "fcff::", "", "x", "10.0.0.1:80", "10.0.0.0/8", "localhost"}) {
    CAPTURE(std::string(out));
    CHECK_FALSE(trusted.contains(out));
  }
}

TEST_CASE("forwarded: proxies: a network may be everything, or one address") {
  CHECK(http::proxies({"0.0.0.0/0"}).contains("203.0.113.9"));
  CHECK_FALSE(http::proxies({"0.0.0.0/0"}).contains("::1"));
  CHECK(http::proxies({"::/0"}).contains("2001:db8::1"));
  CHECK(http::proxies({"1.2.3.4/32"}).contains("1.2.3.4"));
  CHECK_FALSE(http::proxies({"1.2.3.4/32"}).contains("1.2.3.5"));
  CHECK(http::proxies({"::ffff:10.0.0.0/104"}).contains("10.9.9.9"));
}

TEST_CASE("forwarded: proxies: nobody is trusted by default") {
  http::proxies const nobody;
  CHECK(nobody.empty());
  CHECK_FALSE(nobody.contains("127.0.0.1"));
  CHECK_FALSE(nobody.contains(""));
}

TEST_CASE("forwarded: proxies: what is no network is refused, and named") {
  for (auto const& bad :
       {""s, "localhost"s, "10.0.0.0/"s, "10.0.0.0/33"s, "10.0.0.0/-1"s, "10.0.0.0/+8"s, "10.0.0.0/8 "s,
        "10.0.0.0/8/8"s, "10.0.0.0/255.0.0.0"s, "10.0.0/8"s, "::/129"s, "/8"s,
        "10.0.0.0/99999999999999999999"s, "127.0.0.1, ::1"s, "[::1]"s, "10.0.0.1:80"s, "*"s}) {
    CAPTURE(bad);
    try {
      http::proxies const trusted({"127.0.0.1", bad});
      FAIL_CHECK("accepted");
    } catch (std::system_error const& error) {
      CHECK(error.code() == std::errc::invalid_argument);
      CHECK(std::string(error.what()).find("trusted_proxies: not an address or network: " + bad) !=
            std::string::npos);
    }
  }
}

TEST_CASE("forwarded: of a peer that is no trusted proxy, nothing is believed") {
  CHECK(client("203.0.113.9", {"1.2.3.4"}) == "203.0.113.9");
  CHECK(client("203.0.113.9", {"127.0.0.1"}) == "203.0.113.9");
  CHECK(client("", {"1.2.3.4"}).empty());
  CHECK(http::client_address("127.0.0.1", headers({{"X-Forwarded-For", "1.2.3.4"}}), {}) == "127.0.0.1");
}

TEST_CASE("forwarded: the client is the last that is no trusted proxy") {
  CHECK(client("127.0.0.1", {}) == "127.0.0.1");
  CHECK(client("127.0.0.1", {"1.2.3.4"}) == "1.2.3.4");
  CHECK(client("::ffff:127.0.0.1", {"1.2.3.4"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"1.2.3.4, 10.0.0.7"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"1.2.3.4,10.0.0.7 ,\t10.0.0.8"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"10.0.0.7, 10.0.0.8"}) == "10.0.0.7");  // all are: the farthest
}

TEST_CASE("forwarded: what a client puts before its own address is not looked at") {
  CHECK(client("127.0.0.1", {"127.0.0.1, 6.6.6.6, 1.2.3.4, 10.0.0.7"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"<script>, 1.2.3.4"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"127.0.0.1", "1.2.3.4", "10.0.0.7"}) == "1.2.3.4");
}

TEST_CASE("forwarded: several headers are one list") {
  CHECK(client("127.0.0.1", {"6.6.6.6, 1.2.3.4", "10.0.0.7, 10.0.0.8"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"6.6.6.6", "1.2.3.4"}) == "1.2.3.4");
  CHECK(http::client_address("::1",
                             headers({{"x-forwarded-FOR", "1.2.3.4"}, {"X-Forwarded-Host", "2.2.2.2"}}),
                             http::proxies({"::1"})) == "1.2.3.4");
}

TEST_CASE("forwarded: garbage ends the walk where it stands") {
  for (auto const garbage :
       {"", "unknown", "_hidden", "1.2.3", "1.2.3.4.5", "a.org", "1.2.3.4:x", "\"1.2.3.4\"", "for=1.2.3.4",
        "[::1", "[]", "[]:80", "[", "]", ":", ":80", "\xc3\xa4"}) {
    CAPTURE(std::string(garbage));
    auto const list = "6.6.6.6, "s + garbage;
    CHECK(client("127.0.0.1", {list}) == "127.0.0.1");
    CHECK(client("127.0.0.1", {list + ", 10.0.0.7"}) == "10.0.0.7");
    CHECK(client("127.0.0.1", {list + ", 1.2.3.4"}) == "1.2.3.4");
  }
  CHECK(client("127.0.0.1", {std::string(15'000, ',')}) == "127.0.0.1");
  CHECK(client("127.0.0.1", {std::string(15'000, '1')}) == "127.0.0.1");
}

TEST_CASE("forwarded: ports are left out, and addresses have one spelling") {
  CHECK(client("127.0.0.1", {"1.2.3.4:5678"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"[2001:db8::1]:5678"}) == "2001:db8::1");
  CHECK(client("127.0.0.1", {"[2001:db8::1]"}) == "2001:db8::1");
  CHECK(client("127.0.0.1", {"2001:DB8:0::1"}) == "2001:db8::1");
  CHECK(client("127.0.0.1", {"::ffff:1.2.3.4"}) == "1.2.3.4");
  CHECK(client("127.0.0.1", {"1.2.3.4, ::ffff:10.0.0.7, [::1]:80"}) == "1.2.3.4");
}

TEST_CASE("forwarded: whether the client's connection is encrypted") {
  http::proxies const trusted({"127.0.0.1"});
  auto const secure = [&](bool own, std::string_view peer, std::string_view scheme) {
    return http::client_is_secure(peer, headers({{"X-Forwarded-Proto", scheme}}), trusted, own);
  };
  CHECK(secure(false, "127.0.0.1", "https"));
  CHECK(secure(false, "127.0.0.1", "HTTPS"));
  CHECK(secure(false, "127.0.0.1", "wss"));
  CHECK(secure(false, "127.0.0.1", "https, http"));
  CHECK_FALSE(secure(false, "127.0.0.1", "http"));
  CHECK_FALSE(secure(true, "127.0.0.1", "http"));
  CHECK_FALSE(secure(false, "127.0.0.1", "http, https"));
  CHECK_FALSE(secure(false, "127.0.0.1", ""));
  CHECK_FALSE(secure(false, "127.0.0.1", "httpsx"));
  CHECK_FALSE(secure(false, "203.0.113.9", "https"));
  CHECK(secure(true, "203.0.113.9", "http"));
  CHECK(http::client_is_secure("127.0.0.1", {}, trusted, true));
  CHECK_FALSE(http::client_is_secure("127.0.0.1", {}, trusted, false));
}

TEST_CASE("forwarded: the host that the client has asked for") {
  http::proxies const trusted({"127.0.0.1"});
  auto const both = headers({{"Host", "inner:3000"}, {"X-Forwarded-Host", "a.org , inner"}});
  CHECK(http::client_host("127.0.0.1", both, trusted) == "a.org");
  CHECK(http::client_host("203.0.113.9", both, trusted) == "inner:3000");
  CHECK(http::client_host("127.0.0.1", headers({{"Host", "inner"}}), trusted) == "inner");
  CHECK(http::client_host("127.0.0.1", {}, trusted).empty());
}
