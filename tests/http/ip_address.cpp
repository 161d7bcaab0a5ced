// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/http/ip_address.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;

namespace {

// The usual text of an address, "-" for what is none.
std::string usual(std::string_view text) {
  auto const found = http::ip_address::parse(text);
  return found ? found->text() : "-";
}

bool same(std::string_view one, std::string_view other, std::size_t bits = 128) {
  auto const a = http::ip_address::parse(one);
  auto const b = http::ip_address::parse(other);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(a->same_prefix(*b, bits) == b->same_prefix(*a, bits));
  return a->same_prefix(*b, bits);
}

}  // namespace

TEST_CASE("ip_address: every spelling has one text") {
  CHECK(usual("192.0.2.1") == "192.0.2.1");
  CHECK(usual("0.0.0.0") == "0.0.0.0");
  CHECK(usual("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(usual("::FFFF:c000:0201") == "192.0.2.1");
  CHECK(usual("::1") == "::1");
  CHECK(usual("::") == "::");
  CHECK(usual("0:0:0:0:0:0:0:1") == "::1");
  CHECK(usual("2001:DB8:0::0001") == "2001:db8::1");
  CHECK(usual("fe80::1%eth0") == "fe80::1");
  CHECK(usual("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST_CASE("ip_address: what is no address") {
  for (auto const& text : {""s,         " "s,          "1"s,
                           "1.2.3"s,    "1.2.3.4.5"s,  "1.2.3.256"s,
                           "1.2.3.-4"s, "01.2.3.4"s,   "1.2.3.4 "s,
                           " 1.2.3.4"s, "1.2.3.4:80"s, "1.2.3.4%eth0"s,
                           "0x7f.1"s,   "127.1"s,      "localhost"s,
                           "unknown"s,  "_hidden"s,    ":"s,
                           ":::"s,      "1::2::3"s,    "1:2:3:4:5:6:7:8:9"s,
                           "::g"s,      "[::1]"s,      "::1/64"s,
                           "%eth0"s,    "1.2.3.4\0"s,  "::1\0"s,
                           "::\0001"s,  "1.2.3.4\n"s,  "::ffff:1.2.3"s}) {
    CAPTURE(text);
    CHECK(usual(text) == "-");
  }
  CHECK(usual(std::string(100'000, '1')) == "-");
  CHECK(usual(std::string(100'000, ':')) == "-");
}

TEST_CASE("ip_address: prefixes are compared to the bit") {
  CHECK(same("192.0.2.1", "::ffff:192.0.2.1"));
  CHECK_FALSE(same("192.0.2.1", "192.0.2.0"));
  CHECK(same("192.0.2.1", "192.0.2.0", 127));
  CHECK(same("10.0.0.0", "10.255.255.255", 96 + 8));
  CHECK_FALSE(same("10.0.0.0", "11.0.0.0", 96 + 8));
  CHECK(same("172.16.0.0", "172.31.255.255", 96 + 12));
  CHECK_FALSE(same("172.16.0.0", "172.32.0.0", 96 + 12));
  CHECK_FALSE(same("127.255.255.255", "128.0.0.0", 96 + 1));
  CHECK(same("::", "ffff::", 0));
  CHECK_FALSE(same("::", "8000::", 1));
  CHECK_FALSE(same("1.2.3.4", "::1.2.3.4", 96));
}

TEST_CASE("ip_address: IPv4 is told from IPv6") {
  CHECK(http::ip_address::parse("1.2.3.4")->version_4());
  CHECK(http::ip_address::parse("::ffff:1.2.3.4")->version_4());
  CHECK_FALSE(http::ip_address::parse("::1")->version_4());
  CHECK_FALSE(http::ip_address::parse("::1.2.3.4")->version_4());
}
