// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <websocketpp/base64/base64.hpp>
#include <websocketpp/processors/base.hpp>
#include <websocketpp/sha1/sha1.hpp>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/header_list.hpp>
#include <socketiopp/http/response.hpp>

/// The opening handshake of WebSocket (RFC 6455, section 4.2): the headers of a GET in, the response out.
namespace socketiopp::transport::websocket {

/// The `Sec-WebSocket-Accept` that answers a client's `Sec-WebSocket-Key`.
inline std::string accept_key(std::string key) {
  key.append(websocketpp::processor::constants::handshake_guid);
  std::array<unsigned char, 20> digest;
  websocketpp::sha1::calc(key.data(), key.size(), digest.data());
  return websocketpp::base64_encode(digest.data(), digest.size());
}

namespace detail {

// 16 bytes in base64.
inline bool is_key(std::string const& key) {
  return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
                  c == '/';
         });
}

inline http::response refuse_handshake(std::string_view why) {
  return {.status = 400, .headers = {{"Content-Type", "text/html"}}, .body = std::string(why)};
}

}  // namespace detail

/// Answers a GET for WebSocket: with 101, after which the connection speaks WebSocket, or with 400 and what
/// is wrong (W-017, W-018). Headers may be added to either before it is serialized.
inline http::response answer_handshake(http::header_list const& headers) {
  if (!headers.has_token("upgrade", "websocket") || !headers.has_token("connection", "upgrade"))
    return detail::refuse_handshake("Invalid Upgrade header");
  std::string const key(headers.find("sec-websocket-key").value_or(""));
  if (!detail::is_key(key)) return detail::refuse_handshake("Missing or invalid Sec-WebSocket-Key header");
  if (headers.find("sec-websocket-version") != "13") {
    auto refusal = detail::refuse_handshake("Missing or invalid Sec-WebSocket-Version header");
    refusal.set("Sec-WebSocket-Version", "13");  // 4.4: the versions that are spoken here
    return refusal;
  }
  http::response answer{.status = 101, .headers = {}, .body = {}};
  answer.headers.reserve(5);  // two may follow
  answer.headers.emplace_back("Upgrade", "websocket");
  answer.headers.emplace_back("Connection", "Upgrade");
  answer.headers.emplace_back("Sec-WebSocket-Accept", accept_key(key));
  // A browser that offers subprotocols drops the connection unless one of them is taken.
  if (auto const offers = headers.find("sec-websocket-protocol")) {
    auto const first = http::trim(offers->substr(0, offers->find(',')));
    if (http::is_token(first)) answer.set("Sec-WebSocket-Protocol", std::string(first));
  }
  return answer;
}

}  // namespace socketiopp::transport::websocket
