// SPDX-License-Identifier: MIT
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/http/header_list.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/websocket/handshake.hpp>

using namespace socketiopp;
using transport::websocket::accept_key;
using transport::websocket::answer_handshake;

namespace {

using changes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// The example of RFC 6455, 1.3, without its subprotocols; an empty value leaves a header out.
http::header_list request(changes changed = {}) {
  std::pair<std::string_view, std::string_view> all[] = {
      {"Host", "server.example.com"},  {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
      {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Protocol", ""}};
  http::header_list headers;
  for (auto [name, value] : all) {
    for (auto const& [changed_name, changed_value] : changed)
      if (name == changed_name) value = changed_value;
    if (!value.empty()) headers.add(name, value);
  }
  return headers;
}

std::string text(http::response const& answer) {
  std::string out;
  http::serialize(answer, answer.status == 101, false, out);
  return out;
}

std::string header(http::response const& answer, std::string_view name) {
  auto const found = answer.find(name);
  return found ? *found : "(none)";
}

}  // namespace

TEST_CASE("handshake: the example of RFC 6455, 1.3") {
  CHECK(accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  CHECK(text(answer_handshake(request())) ==
        "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "\r\n");
}

TEST_CASE("handshake: headers can be added to the 101") {
  auto answer = answer_handshake(request());
  answer.set("Access-Control-Allow-Origin", "*");
  CHECK(text(answer).ends_with("\r\nAccess-Control-Allow-Origin: *\r\n\r\n"));
}

TEST_CASE("handshake: tokens in lists and without case") {
  CHECK(answer_handshake(request({{"Connection", "keep-alive, upgrade"}})).status == 101);
  CHECK(answer_handshake(request({{"Upgrade", "WebSocket"}})).status == 101);
}

TEST_CASE("handshake: not a request for WebSocket") {
  for (auto const& headers :
       {request({{"Upgrade", ""}}), request({{"Upgrade", "h2c"}}), request({{"Connection", ""}}),
        request({{"Connection", "close"}}), request({{"Connection", "upgrades"}})}) {
    auto const answer = answer_handshake(headers);
    CHECK(answer.status == 400);
    CHECK(answer.body == "Invalid Upgrade header");
  }
}

TEST_CASE("handshake: a key that is not 16 bytes in base64 is refused (W-017)") {
  CHECK(text(answer_handshake(request({{"Sec-WebSocket-Key", ""}}))) ==
        "HTTP/1.1 400 Bad Request\r\n"
        "Content-Type: text/html\r\n"
        "Content-Length: 43\r\n"
        "Connection: close\r\n"
        "\r\n"
        "Missing or invalid Sec-WebSocket-Key header");
  for (std::string_view const key : {
           "dGhlIHNhbXBsZSBub25jZQ=",    // too short
           "dGhlIHNhbXBsZSBub25jZQ===",  // too long
           "dGhlIHNhbXBsZSBub25jZWE=",   // 17 bytes
           "dGhlIHNhbXBsZSBub25jZWFh",   // 18 bytes
           "dGhlIHNhbXBsZSBub25jZ===",   // 15 bytes
           "dGhlIHNhbXBsZSBub25jZQ=a",   // not at its end
           "dGhlIHNh-XBsZSBub25jZQ==",   // the other alphabet
           "dGhlIHNh XBsZSBub25jZQ==",
           "========================",
       }) {
    CAPTURE(key);
    CHECK(answer_handshake(request({{"Sec-WebSocket-Key", key}})).status == 400);
  }
  CHECK(answer_handshake(request({{"Sec-WebSocket-Key", "/+/+/+/+/+/+/+/+/+/+/w=="}})).status == 101);
}

TEST_CASE("handshake: another version than 13 is refused and told the right one (W-018)") {
  for (std::string_view const version : {"", "0", "8", "12", "14", "013", "13, 8", "130", "x"}) {
    CAPTURE(version);
    auto const answer = answer_handshake(request({{"Sec-WebSocket-Version", version}}));
    CHECK(answer.status == 400);
    CHECK(header(answer, "Sec-WebSocket-Version") == "13");
  }
}

TEST_CASE("handshake: the first subprotocol offered is taken") {
  auto const taken = [](std::string_view offers) {
    return header(answer_handshake(request({{"Sec-WebSocket-Protocol", offers}})), "Sec-WebSocket-Protocol");
  };
  CHECK(taken("") == "(none)");
  CHECK(taken("chat") == "chat");
  CHECK(taken("chat , superchat") == "chat");
  CHECK(taken("not a token, chat") == "(none)");
}
