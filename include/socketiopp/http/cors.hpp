// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>

/// Cross-origin resource sharing: which pages of other origins may read the responses (W-120 to W-123).
namespace socketiopp::http {

/// Who may use the server from another origin. Without origins, nobody: the default.
struct cors_options {
  std::vector<std::string> origins = {};  ///< "https://example.com", or "*" for any
  bool credentials = false;               ///< whether cookies may come along
  std::string methods = "GET,HEAD,PUT,PATCH,POST,DELETE";
  std::vector<std::string> allowed_headers = {};  ///< of requests; none: whatever is asked for
  std::vector<std::string> exposed_headers = {};  ///< of responses, beyond those that pages always see
  std::optional<std::chrono::seconds> max_age =
      std::nullopt;  ///< how long a browser may remember a preflight
};

/// Whether an origin is something that a response may repeat. Requests from others are refused (W-009).
inline bool valid_origin(std::string_view origin) { return is_field_value(origin); }

/// Adds to responses what the options allow.
class cors {
public:
  explicit cors(cors_options options = {})
      : options_(std::move(options)),
        any_(std::find(options_.origins.begin(), options_.origins.end(), "*") != options_.origins.end()) {}

  /// Whether other origins have any access.
  bool enabled() const { return !options_.origins.empty(); }

  /// Adds the headers that every response needs, errors too (W-123).
  void decorate(request const& asked, response& answer) const {
    if (!enabled()) return;
    allow_origin(asked, answer);
    if (options_.credentials) answer.set("Access-Control-Allow-Credentials", "true");
    if (!options_.exposed_headers.empty()) {
      answer.set("Access-Control-Expose-Headers", join(options_.exposed_headers));
    }
  }

  /// Answers the question of a browser whether it may send a request (W-121): every OPTIONS request is taken
  /// for one. Returns false, with the response untouched, if it is another request or nobody has access.
  bool preflight(request const& asked, response& answer) const {
    if (!enabled() || asked.method != "OPTIONS") return false;
    answer = response{.status = 204, .headers = {}, .body = {}};
    decorate(asked, answer);
    answer.set("Access-Control-Allow-Methods", options_.methods);
    if (!options_.allowed_headers.empty()) {
      answer.set("Access-Control-Allow-Headers", join(options_.allowed_headers));
    } else {
      vary(answer, "Access-Control-Request-Headers");
      if (auto const wanted = asked.headers.find("access-control-request-headers")) {
        answer.set("Access-Control-Allow-Headers", std::string(*wanted));
      }
    }
    if (options_.max_age) answer.set("Access-Control-Max-Age", std::to_string(options_.max_age->count()));
    answer.set("Content-Length", "0");  // without it, some browsers wait for a body of the 204
    return true;
  }

private:
  void allow_origin(request const& asked, response& answer) const {
    if (any_ && !options_.credentials) return answer.set("Access-Control-Allow-Origin", "*");

    vary(answer, "Origin");
    if (!any_ && options_.origins.size() == 1) {
      return answer.set("Access-Control-Allow-Origin", options_.origins.front());
    }
    auto const origin = asked.headers.find("origin");
    if (!origin || !valid_origin(*origin)) return;
    auto const known = std::find(options_.origins.begin(), options_.origins.end(), *origin);
    if (any_ || known != options_.origins.end()) {
      answer.set("Access-Control-Allow-Origin", std::string(*origin));
    }
  }

  /// Tells caches that the response depends on a header of the request.
  static void vary(response& answer, std::string_view name) {
    auto const* const before = answer.find("Vary");
    answer.set("Vary", before ? *before + ", " + std::string(name) : std::string(name));
  }

  static std::string join(std::vector<std::string> const& names) {
    std::string list;
    for (auto const& name : names) list.append(list.empty() ? "" : ",").append(name);
    return list;
  }

  cors_options options_;
  bool any_;
};

}  // namespace socketiopp::http
