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
#include <socketiopp/http/target.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// Cross-origin resource sharing: which pages of other origins may read the responses (W-120 to W-123).
namespace socketiopp::http {

/// Who may use the server from another origin: what is in `origins`, and what `allow` says yes to. Without
/// either, nobody: the default.
struct cors_options {
  std::vector<std::string> origins = {};  ///< "https://example.com", or "*" for any
  /// Is asked about origins that are not in the list, on every request; an exception is a no.
  unique_function<bool(std::string_view origin)> allow = {};
  bool credentials = false;  ///< whether cookies may come along
  std::string methods = "GET,HEAD,PUT,PATCH,POST,DELETE";
  std::vector<std::string> allowed_headers = {};  ///< of requests; none: whatever is asked for
  std::vector<std::string> exposed_headers = {};  ///< of responses, beyond those that pages always see
  std::optional<std::chrono::seconds> max_age =
      std::nullopt;  ///< how long a browser may remember a preflight
};

/// Whether an origin is something that a response may repeat. Requests from others are refused (W-009).
inline bool valid_origin(std::string_view origin) { return is_field_value(origin); }

/// Whether a page of this origin has come from `host`, the server's own name as the client knows it
/// ("example.com:8080"). Names are not resolved, and "example.com." is another than "example.com", as it is
/// for browsers. `secure` says that the client's connection is encrypted: then that of the page must be too;
/// if it is not known, since a proxy may have taken it off, either will do.
inline bool same_origin(std::string_view origin, std::string_view host, bool secure) {
  auto const colon = origin.find("://");
  if (colon == std::string_view::npos) return false;  // "null", for one
  auto const scheme = origin.substr(0, colon);
  // ws and wss are no page's, but what Starscream says, the WebSocket of the Swift client.
  auto const encrypted = same_name(scheme, "https") || same_name(scheme, "wss");
  if (!encrypted && (secure || !(same_name(scheme, "http") || same_name(scheme, "ws")))) return false;

  auto const page = parse_authority(origin.substr(colon + 3));
  auto const own = parse_authority(host);
  if (!page || !own || page->host.empty() || !same_name(page->host, own->host)) return false;
  auto const port = [encrypted](authority const& of) {
    return of.port.empty() ? std::string_view(encrypted ? "443" : "80") : of.port;
  };
  return port(*page) == port(*own);
}

/// Adds to responses what the options allow, and tells whom they let in.
class cors {
public:
  /// Throws `std::system_error` naming the option that no browser could understand.
  explicit cors(cors_options options = {}) : options_(std::move(options)), any_(listed("*")) {
    for (auto const& origin : options_.origins) {
      auto const colon = origin.find("://");
      auto const whole =
          origin == "*" || origin == "null" ||
          (colon != std::string::npos && origin.find_first_of("/?#, ", colon + 3) == std::string::npos);
      require(whole && valid_origin(origin), "origins: not an origin: " + origin);
    }
    require(is_field_value(options_.methods), "methods: not a list of methods: " + options_.methods);
    for (auto const& name : options_.allowed_headers)
      require(is_token(name), "allowed_headers: no header: " + name);
    for (auto const& name : options_.exposed_headers)
      require(is_token(name), "exposed_headers: no header: " + name);
  }

  /// Whether other origins have any access.
  bool enabled() const { return !options_.origins.empty() || options_.allow; }

  /// Whether a WebSocket may be opened by who sends this Origin header (W-124): by programs, which send none,
  /// by pages of `host` (see `same_origin`), and by those of other origins that have access. Browsers leave
  /// this to the server: it is the only guard against pages that use a WebSocket with the cookies of their
  /// visitors.
  bool lets_in(std::optional<std::string_view> origin, std::string_view host, bool secure) const {
    return !origin || any_ || same_origin(*origin, host, secure) || allowed(*origin);
  }

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
  ///
  /// Of the reference's options, `preflightContinue` is missing since there is nobody else to answer here,
  /// and `optionsSuccessStatus` since browsers that dislike a 204 are older than the protocol.
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
    if (!any_ && !options_.allow && options_.origins.size() == 1) {
      return answer.set("Access-Control-Allow-Origin", options_.origins.front());
    }
    auto const origin = asked.headers.find("origin");
    if (origin && (any_ || allowed(*origin))) {
      answer.set("Access-Control-Allow-Origin", std::string(*origin));
    }
  }

  bool listed(std::string_view origin) const {
    return std::find(options_.origins.begin(), options_.origins.end(), origin) != options_.origins.end();
  }

  bool allowed(std::string_view origin) const {
    if (listed(origin)) return true;
    try {
      return options_.allow && options_.allow(origin);
    } catch (...) {  // the connection, and the server, go on
      return false;
    }
  }

  static void require(bool holds, std::string const& what) {
    if (!holds)
      throw std::system_error(std::make_error_code(std::errc::invalid_argument), "socketiopp: cors." + what);
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
