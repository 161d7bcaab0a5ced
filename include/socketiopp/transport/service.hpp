// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/http/client_bundle.hpp>
#include <socketiopp/http/cookie.hpp>
#include <socketiopp/http/cors.hpp>
#include <socketiopp/http/forwarded.hpp>
#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/request_reader.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/gate.hpp>
#include <socketiopp/transport/hooks.hpp>

/// What a port serves beside Engine.IO sessions.
namespace socketiopp::transport {

/// Shared by all connections of a server; filled in before the first comes.
struct service {
  std::string path;  ///< of the Engine.IO endpoint
  http::read_limits limits;
  std::chrono::milliseconds head_timeout;        ///< from a request's first byte to the end of its head
  std::chrono::milliseconds request_timeout;     ///< from there to the end of its body
  std::chrono::milliseconds keep_alive_timeout;  ///< from an answer to the next request
  http::cors cors{};
  std::optional<http::cookie> cookie;
  http::proxies trusted_proxies;
  std::shared_ptr<compression const> compressing;  ///< null: nothing is compressed
  std::optional<http::client_bundle> client;
  request_gate allow_request;
  unique_function<std::string(http::request const&)> generate_id;
  unique_function<void(http::request const&, http::response&)> fallback = nullptr;
  engine_hooks hooks = {};

  /// Whether a request for that path is for the endpoint: for its own path or one below it (W-021, W-022).
  bool owns(std::string_view asked) const {
    return asked.starts_with(path) &&
           (path.ends_with('/') || asked.size() == path.size() || asked[path.size()] == '/');
  }

  /// The headers of every answer to the request.
  http::response prepare(http::request const& asked) const {
    http::response answer;
    if (!owns(asked.path)) return answer;
    cors.decorate(asked, answer);
    auto const agent = asked.headers.find("user-agent").value_or("");
    auto const old_explorer = agent.find(";MSIE") != agent.npos || agent.find("Trident/") != agent.npos;
    if (old_explorer) answer.set("X-XSS-Protection", "0");  // W-047
    hooks.headers(asked, answer);
    return answer;
  }

  /// Answers a request for something below the endpoint's path that is no session's. False: it is one.
  bool serve_client(http::request const& asked, http::response& answer) const {
    auto name = std::string_view(asked.path).substr(path.size());
    if (name.starts_with('/')) name.remove_prefix(1);
    return client && client->serve(name, asked, answer);
  }

  /// Answers a request for anything else.
  void serve_other(http::request const& asked, http::response& answer) const {
    answer = http::text(404, "Not found\n");
    if (!fallback) return;
    try {
      answer = {};
      fallback(asked, answer);
    } catch (...) {  // the connection, and the server, go on
      answer = http::text(500, "Internal server error\n");
    }
  }
};

/// Whether the request asks for a WebSocket.
inline bool wants_websocket(http::request const& asked) {
  return asked.headers.has_token("connection", "upgrade") && asked.headers.has_token("upgrade", "websocket");
}

/// Whether a header is about the connection, not about what is asked (RFC 9110, 7.6.1; RFC 6455, 4.1).
inline bool is_of_connection(std::string_view header) {
  constexpr std::array<std::string_view, 6> all{"connection",
                                                "upgrade",
                                                "keep-alive",
                                                "sec-websocket-key",
                                                "sec-websocket-version",
                                                "sec-websocket-extensions"};
  return std::any_of(all.begin(), all.end(), [&](auto each) { return http::same_name(each, header); });
}

/// What a session keeps of the request that opens it.
inline engine::handshake remember(http::request const& asked, bool secure) {
  engine::handshake opening{
      .url = asked.target, .remote_address = asked.remote_address, .secure = secure, .headers = {}};
  std::size_t most = 0;
  for (auto const [name, value] : asked.headers) most += name.size() + value.size() + 3;
  opening.headers.reserve(most);
  for (auto const [name, value] : asked.headers) {
    if (is_of_connection(name)) continue;
    for (char const c : name) opening.headers += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    opening.headers.append(": ").append(value).append("\n");
  }
  opening.headers.shrink_to_fit();  // as it is kept as long as the session
  return opening;
}

}  // namespace socketiopp::transport
