// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <socketiopp/http/grammar.hpp>

/// The cookie that carries a session's id, for load balancers that keep a client with one server (F-016).
namespace socketiopp::http {

/// From which pages a browser sends a cookie (RFC 6265bis, 5.6.7).
enum class same_site : unsigned char {
  lax,     ///< of the same site, and when a link leads here
  strict,  ///< of the same site
  none,    ///< of every site; browsers want `secure` with it
};

/// What a cookie says beside its value.
struct cookie_options {
  std::string name = "io";
  std::string path = "/";  ///< empty: the folder of the request that it answers
  bool http_only = true;   ///< whether the page's scripts cannot read it
  http::same_site same_site = same_site::lax;
  bool secure = false;                            ///< whether it is for encrypted connections only
  std::optional<std::chrono::seconds> max_age{};  ///< without it, until the browser is closed
  std::string domain = {};                        ///< empty: the host that sets it, and no other
};

/// Makes values of `Set-Cookie`.
class cookie {
public:
  /// Throws `std::system_error` naming the option that browsers would not take.
  explicit cookie(cookie_options const& options = {}) : name_(options.name) {
    auto const require = [](bool holds, char const* what) {
      if (!holds) throw std::system_error(std::make_error_code(std::errc::invalid_argument), what);
    };
    auto const plain = [](std::string_view text) {
      return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != ';'; });
    };
    require(is_token(options.name), "socketiopp: cookie.name must be a token");
    require(options.path.empty() || (options.path.front() == '/' && plain(options.path)),
            "socketiopp: cookie.path must begin with a slash, and have no semicolon");
    require(plain(options.domain), "socketiopp: cookie.domain must be the name of a host");
    require(options.same_site != http::same_site::none || options.secure,
            "socketiopp: cookie.same_site none needs cookie.secure");

    // The reference's order.
    if (options.max_age) attributes_ += "; Max-Age=" + std::to_string(options.max_age->count());
    if (!options.domain.empty()) attributes_ += "; Domain=" + options.domain;
    if (!options.path.empty()) attributes_ += "; Path=" + options.path;
    if (options.http_only) attributes_ += "; HttpOnly";
    if (options.secure) attributes_ += "; Secure";
    switch (options.same_site) {
      case http::same_site::lax: attributes_ += "; SameSite=Lax"; break;
      case http::same_site::strict: attributes_ += "; SameSite=Strict"; break;
      case http::same_site::none: attributes_ += "; SameSite=None"; break;
    }
  }

  /// The value of `Set-Cookie` that makes the cookie say `text`, a session's id: a token (W-125).
  std::string value(std::string_view text) const {
    assert(is_token(text));
    return name_ + '=' + std::string(text) + attributes_;
  }

private:
  std::string name_;
  std::string attributes_;
};

}  // namespace socketiopp::http
