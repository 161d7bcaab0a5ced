// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/http/target.hpp>

namespace http = socketiopp::http;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

// "path|query", or "-" for what is no target.
std::string parts(std::string_view target, std::string_view method = "GET") {
  auto const found = http::parse_target(method, target);
  return found ? found->path + '|' + found->query : "-";
}

}  // namespace

TEST_CASE("target: percent_decode undoes each escape once") {
  CHECK(http::percent_decode("") == ""s);
  CHECK(http::percent_decode("a+b") == "a+b"s);
  CHECK(http::percent_decode("%2e%2E%2f%5C") == "../\\"s);
  CHECK(http::percent_decode("%252e") == "%2e"s);
  CHECK(http::percent_decode("%c3%a4") == "\xc3\xa4"s);
  CHECK(http::percent_decode("%fF") == "\xff"s);
}

TEST_CASE("target: percent_decode refuses what is no escape, and NUL") {
  for (auto const text : {"%", "a%", "%2", "%g0", "%0g", "% 0", "%-1", "%+1", "%00", "a%00b", "%%20"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(http::percent_decode(text).has_value());
  }
}

TEST_CASE("target: origin form") {
  CHECK(parts("/") == "/|");
  CHECK(parts("/a/b") == "/a/b|");
  CHECK(parts("/a%20b?c=%20d") == "/a b|c=%20d");
  CHECK(parts("/a%3Fb?c") == "/a?b|c");
  CHECK(parts("/?a?b") == "/|a?b");
  CHECK(parts("/?") == "/|");
  CHECK(parts("//host/x") == "//host/x|");
  CHECK(parts("/?q={a|b}^`\\[]") == "/|q={a|b}^`\\[]");
}

TEST_CASE("target: absolute form") {
  CHECK(parts("http://host/x?y") == "/x|y");
  CHECK(parts("HTTPS://host:443/x") == "/x|");
  CHECK(parts("http://host") == "/|");
  CHECK(parts("http://host?a=/b") == "/|a=/b");
  CHECK(parts("http:///x") == "-");
  CHECK(parts("http://") == "-");
  CHECK(parts("http://?x") == "-");
  CHECK(parts("ftp://host/x") == "-");
  CHECK(parts("://host/x") == "-");
  CHECK(parts("http:/x") == "-");
}

TEST_CASE("target: the asterisk is for OPTIONS only, and a path is never left out") {
  CHECK(parts("*", "OPTIONS") == "*|");
  CHECK(parts("*") == "-");
  CHECK(parts("*", "options") == "-");
  CHECK(parts("*/", "OPTIONS") == "-");
  CHECK(parts("") == "-");
  CHECK(parts("x") == "-");
  CHECK(parts("?x") == "-");
  CHECK(parts("host:80", "CONNECT") == "-");
}

TEST_CASE("target: of all bytes, those that no URL has are refused in path and query") {
  for (int byte = 0; byte < 256; ++byte) {
    auto const c = static_cast<char>(byte);
    if (c == '%') continue;
    CAPTURE(byte);
    auto const legal = byte > 0x20 && byte < 0x7f && "\"#<>"sv.find(c) == std::string_view::npos;
    CHECK((parts("/a"s + c) != "-") == legal);
    CHECK((parts("/?a"s + c) != "-") == legal);
  }
}

TEST_CASE("target: parse_authority takes a host and a port apart") {
  auto const apart = [](std::string_view text) {
    auto const found = http::parse_authority(text);
    return found ? std::string(found->host) + '|' + std::string(found->port) : "-";
  };
  CHECK(apart("a.org") == "a.org|");
  CHECK(apart("a.org:80") == "a.org|80");
  CHECK(apart("a.org:") == "a.org|");
  CHECK(apart("a_b-c~d.org:65535") == "a_b-c~d.org|65535");
  CHECK(apart("127.0.0.1:3000") == "127.0.0.1|3000");
  CHECK(apart("[::1]") == "[::1]|");
  CHECK(apart("[::ffff:127.0.0.1]:80") == "[::ffff:127.0.0.1]|80");
  CHECK(apart("") == "|");
  CHECK(apart(":80") == "|80");
  for (auto const text : {"a:b",      "a:80:80", "a:123456", "a:-1",    "a: 80", "a:80 ",   " a",
                          "a b",      "u@a",     "u:p@a",    "a/b",     "a?b",   "a#b",     "a\\b",
                          "a\"b",     "<a>",     "::1",      "[",       "]",     "[]",      "[:]",
                          "[::1",     "::1]",    "[::1]a",   "[::1]:x", "[a b]", "[u@::1]", "[fe80::1%eth0]",
                          "\xc3\xa4", "a\x7f",   "a\tb"}) {
    CAPTURE(std::string(text));
    CHECK(apart(text) == "-");
  }
  CHECK(apart("a\0"s) == "-");
}

TEST_CASE("target: the host of the absolute form must be one") {
  CHECK(parts("http://[::1]:80/x") == "/x|");
  for (auto const host : {"u@h", "h:x", "h:80:80", "[::1", "h\\x", "h\x5e"}) {
    CAPTURE(std::string(host));
    CHECK(parts("http://"s + host + "/x") == "-");
  }
}
