// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/http/grammar.hpp>

namespace http = socketiopp::http;
using namespace std::string_view_literals;

namespace {

std::vector<std::string> elements(std::string_view list) {
  std::vector<std::string> all;
  http::any_element(list, [&all](std::string_view element) {
    all.emplace_back(element);
    return false;
  });
  return all;
}

}  // namespace

TEST_CASE("grammar: names compare without the case of ASCII letters, and of nothing else") {
  CHECK(http::same_name("Content-Length", "content-LENGTH"));
  CHECK(http::same_name("", ""));
  CHECK_FALSE(http::same_name("Host", "Hos"));
  CHECK_FALSE(http::same_name("Hos", "Host"));
  CHECK_FALSE(http::same_name("a[", "a{"));
  CHECK_FALSE(http::same_name("\xc4", "\xe4"));
}

TEST_CASE("grammar: of all bytes, tokens have just those of RFC 9110") {
  auto const allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"sv;
  for (int byte = 0; byte < 256; ++byte) {
    auto const c = static_cast<char>(byte);
    CAPTURE(byte);
    CHECK(http::is_token({&c, 1}) == (allowed.find(c) != std::string_view::npos));
  }
  CHECK_FALSE(http::is_token(""));
  CHECK_FALSE(http::is_token("GET "));
}

TEST_CASE("grammar: of all bytes, field values exclude the control characters but the tab") {
  for (int byte = 0; byte < 256; ++byte) {
    auto const c = static_cast<char>(byte);
    CAPTURE(byte);
    CHECK(http::is_field_value({&c, 1}) == (byte == '\t' || (byte >= 0x20 && byte != 0x7f)));
  }
  CHECK(http::is_field_value(""));
  CHECK_FALSE(http::is_field_value("a\r\nb: c"));
}

TEST_CASE("grammar: trim takes spaces and tabs, and no other white space") {
  CHECK(http::trim(" \t a b\t ") == "a b");
  CHECK(http::trim("a") == "a");
  CHECK(http::trim(" \t") == "");
  CHECK(http::trim("") == "");
  CHECK(http::trim("\ra\n") == "\ra\n");
}

TEST_CASE("grammar: a list gives all its elements, empty ones too") {
  CHECK(elements("a, b ,\tc") == std::vector<std::string>{"a", "b", "c"});
  CHECK(elements("") == std::vector<std::string>{""});
  CHECK(elements(",a,") == std::vector<std::string>{"", "a", ""});
}

TEST_CASE("grammar: the walk over a list stops when the visitor says so") {
  auto seen = 0;
  CHECK(http::any_element("a,b,c", [&seen](std::string_view element) {
    ++seen;
    return element == "b";
  }));
  CHECK(seen == 2);
}
