// SPDX-License-Identifier: MIT
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/protocol/jsonp.hpp>

namespace protocol = socketiopp::protocol;
using namespace std::string_literals;

namespace {

// What the client of Socket.IO v2 writes into its form, before the browser escapes it.
std::string client_escapes(std::string_view payload) {
  std::string area;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    if (payload[i] == '\n')
      area += "\\n";
    else if (payload.substr(i).starts_with("\\n"))
      area += "\\\\n", ++i;
    else
      area += payload[i];
  }
  return area;
}

std::string form(std::string_view field) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::string body = "d=";
  for (char const character : field) {
    auto const byte = static_cast<unsigned char>(character);
    body += '%';
    body += hex[byte >> 4];
    body += hex[byte & 15];
  }
  return body;
}

}  // namespace

TEST_CASE("jsonp: a payload is a script that calls the client's function (W-194)") {
  CHECK(protocol::jsonp_script("0", "1:6") == R"(___eio[0]("1:6");)");
  CHECK(protocol::jsonp_script("12", "") == R"(___eio[12]("");)");
}

TEST_CASE("jsonp: of the index only digits are used") {
  CHECK(protocol::jsonp_script("4]=alert(1);//2", "") == R"(___eio[412]("");)");
  CHECK(protocol::jsonp_script("a", "") == R"(___eio[]("");)");
  CHECK(protocol::jsonp_script("\xd9\xa1", "") == R"(___eio[]("");)");  // a digit, but none of ASCII
}

TEST_CASE("jsonp: nothing in a payload ends the string, the line or the script") {
  CHECK(protocol::jsonp_script("0", R"(18:42["a","\"b\\"])") ==
        R"(___eio[0]("18:42[\"a\",\"\\\"b\\\\\"]");)");
  CHECK(protocol::jsonp_script("0", "\n\r\t\x1f\x1e"s + '\0') ==
        R"(___eio[0]("\u000a\u000d\u0009\u001f\u001e\u0000");)");
  CHECK(protocol::jsonp_script("0", "a\u2028b\u2029c") == R"(___eio[0]("a\u2028b\u2029c");)");
  CHECK(protocol::jsonp_script("0", "</script><!--") == R"(___eio[0]("\u003c/script>\u003c!--");)");
}

TEST_CASE("jsonp: other characters stay as they are") {
  CHECK(protocol::jsonp_script("0", "\u00e9\u2027\u202a\u20ac\U0001f600\x7f'/&") ==
        "___eio[0](\"\u00e9\u2027\u202a\u20ac\U0001f600\x7f'/&\");");
  CHECK(protocol::jsonp_script("0", "\xe2\x80") == "___eio[0](\"\xe2\x80\");");
}

TEST_CASE("jsonp: a form's field d is the payload (W-194)") {
  CHECK(protocol::jsonp_payload("d=6%3A4hello") == "6:4hello");
  CHECK(protocol::jsonp_payload("d=7:4a+b%2Bc") == "7:4a b+c");
  CHECK(protocol::jsonp_payload("a=1&d=1:2&b=3") == "1:2");
  CHECK(protocol::jsonp_payload("d=2:4%C3%A9") == "2:4\u00e9");
  CHECK(protocol::jsonp_payload("d=") == "");
}

TEST_CASE("jsonp: a form without the field has no payload") {
  CHECK_FALSE(protocol::jsonp_payload(""));
  CHECK_FALSE(protocol::jsonp_payload("1:2"));
  CHECK_FALSE(protocol::jsonp_payload("D=1:2"));
  CHECK_FALSE(protocol::jsonp_payload("dd=1:2&e=d"));
}

TEST_CASE("jsonp: line ends come escaped, and escapes of line ends twice") {
  CHECK(protocol::jsonp_payload(R"(d=a\nb)") == "a\nb");
  CHECK(protocol::jsonp_payload(R"(d=a\\nb)") == R"(a\nb)");
  CHECK(protocol::jsonp_payload(R"(d=a\\\nb)") == R"(a\\nb)");
  CHECK(protocol::jsonp_payload(R"(d=\n\n\\n\n)") == "\n\n\\n\n");
  CHECK(protocol::jsonp_payload(R"(d=\\\\n)") == R"(\\\n)");
  CHECK(protocol::jsonp_payload(R"(d=\\ \ \t\\t n\)") == R"(\\ \ \t\\t n\)");
  CHECK(protocol::jsonp_payload("d=%5Cn%5C%5Cn") == "\n\\n");
}

TEST_CASE("jsonp: what a client escapes is read back") {
  std::mt19937 random(10);
  constexpr std::string_view alphabet = "\\n\n\ra\xff";
  for (int round = 0; round < 2000; ++round) {
    std::string payload(random() % 12, '\0');
    for (auto& byte : payload) byte = alphabet[random() % alphabet.size()];
    if (payload.find("\\\n") != payload.npos) continue;  // which the client's own escapes cannot tell apart
    CHECK(protocol::jsonp_payload(form(client_escapes(payload))) == payload);
  }
}
