// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

/// What is remembered of the request that opened a session (F-121).
namespace socketiopp::engine {

/// The facts of the opening request. The headers are kept as one block of text: most are never asked for. Not
/// those of the connection itself, such as `connection` and `sec-websocket-key`, which end with it.
struct handshake {
  std::string url;             ///< the request's target: path and query
  std::string remote_address;  ///< the peer's address, without its port
  bool secure = false;         ///< whether the connection is encrypted
  std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
  std::string headers;  ///< one `name: value` a line, names in lower case, each line ended by `\n`

  /// The raw query, without the question mark; `protocol::query_value` reads it. The view lives as long as
  /// the session.
  std::string_view query() const {
    auto const mark = url.find('?');
    return mark == url.npos ? std::string_view() : std::string_view(url).substr(mark + 1);
  }

  /// The value of the first header with that name (in lower case). The view lives as long as the session.
  std::optional<std::string_view> header(std::string_view name) const {
    std::string_view rest = headers;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      auto const line = rest.substr(0, end);
      if (line.size() >= name.size() + 2 && line.starts_with(name) && line[name.size()] == ':')
        return line.substr(name.size() + 2);
      rest.remove_prefix(end + 1);
    }
    return std::nullopt;
  }
};

}  // namespace socketiopp::engine
