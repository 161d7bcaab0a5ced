// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/http/grammar.hpp>

/// The target of a request line, taken apart (RFC 9112, 3.2).
namespace socketiopp::http {

/// The two parts of a target that routing looks at.
struct target_parts {
  std::string path;   ///< percent-decoded
  std::string query;  ///< what follows the first '?', as sent
};

/// Undoes percent-encoding; nothing if an escape is not two hexadecimal digits, or hides a NUL, which would
/// end the name of a file early.
inline std::optional<std::string> percent_decode(std::string_view text) {
  auto const digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string decoded(text.substr(0, text.find('%')));
  decoded.reserve(text.size());
  for (std::size_t i = decoded.size(); i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    auto const high = digit(text[++i]);
    auto const low = digit(text[++i]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
  }
  return decoded;
}

/// Where a request goes to, or a page comes from.
struct authority {
  std::string_view host;  ///< as sent, an IPv6 address in its brackets; may be empty
  std::string_view port;  ///< its digits; empty if it is the scheme's own
};

/// Takes "host" or "host:port" apart; nothing if it is neither. User names are refused: servers have no use
/// for them, and "example.com@evil.org" is there to deceive (RFC 9110, 4.2.4).
inline std::optional<authority> parse_authority(std::string_view text) {
  auto const only = [](std::string_view part, std::string_view marks) {
    return std::all_of(part.begin(), part.end(), [marks](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             marks.find(c) != std::string_view::npos;
    });
  };
  auto const literal = text.starts_with('[');
  auto const host = text.substr(0, literal ? text.find(']') + 1 : text.find(':'));
  text.remove_prefix(host.size());
  auto const port = text.empty() ? text : text.substr(1);
  auto const numeric = std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  if ((!text.empty() && text.front() != ':') || !numeric || port.size() > 5) return std::nullopt;
  if (literal && (host.size() < 4 || !only(host.substr(1, host.size() - 2), ":."))) return std::nullopt;
  if (!literal && !only(host, "-._~!$&'()*+,;=%")) return std::nullopt;
  return authority{.host = host, .port = port};
}

/// Takes a target apart; nothing if it is not one. Accepted are "/path?query", "http://host/path?query"
/// (https too), and "*" with OPTIONS.
inline std::optional<target_parts> parse_target(std::string_view method, std::string_view target) {
  if (target == "*" && method == "OPTIONS") return target_parts{.path = "*", .query = {}};

  // Browsers leave some characters of a query as they are which RFC 3986 excludes ("{|}^`"), but none of
  // these.
  for (auto const c : target) {
    if (c <= ' ' || c > '~' || c == '"' || c == '#' || c == '<' || c == '>') return std::nullopt;
  }
  if (!target.starts_with('/')) {
    auto const colon = target.find("://");
    auto const scheme = target.substr(0, colon);
    if (colon == std::string_view::npos || !(same_name(scheme, "http") || same_name(scheme, "https"))) {
      return std::nullopt;
    }
    target.remove_prefix(colon + 3);
    auto const host = target.substr(0, target.find_first_of("/?"));
    if (host.empty() || !parse_authority(host)) return std::nullopt;
    target.remove_prefix(host.size());
  }
  auto const mark = target.find('?');
  auto path = percent_decode(target.substr(0, mark));
  if (!path) return std::nullopt;
  if (path->empty()) *path = "/";
  auto const query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  return target_parts{.path = std::move(*path), .query = std::string(query)};
}

}  // namespace socketiopp::http
