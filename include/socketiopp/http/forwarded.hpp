// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/header_list.hpp>
#include <socketiopp/http/ip_address.hpp>
#include <socketiopp/http/target.hpp>

/// Who a request is from when it came through proxies. Anybody can write `X-Forwarded-For`, so only what
/// proxies of known addresses say is believed.
namespace socketiopp::http {

/// The addresses of the proxies that are believed.
class proxies {
public:
  /// Believes nobody.
  proxies() = default;

  /// Of addresses and networks: "127.0.0.1", "10.0.0.0/8", "::1". Throws `std::system_error` naming the first
  /// that is neither.
  explicit proxies(std::vector<std::string> const& networks) {
    for (auto const& text : networks) {
      auto const found = parse(text);
      if (!found) {
        throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                                "socketiopp: trusted_proxies: not an address or network: " + text);
      }
      networks_.push_back(*found);
    }
  }

  /// Whether nobody is believed.
  bool empty() const { return networks_.empty(); }

  bool contains(ip_address const& address) const {
    return std::any_of(networks_.begin(), networks_.end(), [&address](network const& each) {
      return address.same_prefix(each.address, each.bits);
    });
  }

  /// The same of a text, which may be no address at all: no.
  bool contains(std::string_view address) const {
    auto const found = networks_.empty() ? std::nullopt : ip_address::parse(address);
    return found && contains(*found);
  }

private:
  struct network {
    ip_address address;
    std::size_t bits;
  };

  static std::optional<network> parse(std::string_view text) {
    auto const slash = text.find('/');
    auto const address = ip_address::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    auto const dotted = text.find(':') == std::string_view::npos;
    std::size_t bits = dotted ? 32 : 128;
    if (slash != std::string_view::npos) {
      auto const digits = text.substr(slash + 1);
      auto const longest = bits;
      auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
      if (error != std::errc() || end != digits.data() + digits.size() || bits > longest) return std::nullopt;
    }
    return network{*address, dotted ? bits + 96 : bits};
  }

  std::vector<network> networks_;
};

namespace detail {

/// The address of "192.0.2.1", "192.0.2.1:80", "2001:db8::1" and "[2001:db8::1]:80".
inline std::optional<ip_address> hop_address(std::string_view hop) {
  if (auto const bare = ip_address::parse(hop)) return bare;
  auto const parts = parse_authority(hop);
  if (!parts) return std::nullopt;
  auto const host = parts->host;
  return ip_address::parse(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
}

/// What a trusted peer says in a header of one value. Where several proxies have said something, the first
/// was next to the client; a client that wrote it itself has lied about itself only.
inline std::optional<std::string_view> said(std::string_view name, std::string_view peer,
                                            header_list const& headers, proxies const& trusted) {
  auto const list = trusted.contains(peer) ? headers.find(name) : std::nullopt;
  return list ? std::optional(trim(list->substr(0, list->find(',')))) : std::nullopt;
}

}  // namespace detail

/// The address of the client: the peer's, or behind trusted proxies the last in `X-Forwarded-For` that is not
/// one of theirs. What stands before that may be the client's invention, and is not looked at.
inline std::string client_address(std::string_view peer, header_list const& headers, proxies const& trusted) {
  if (!trusted.contains(peer)) return std::string(peer);

  std::vector<std::string_view> hops;
  for (auto const [name, value] : headers) {
    if (!same_name(name, "x-forwarded-for")) continue;
    any_element(value, [&hops](std::string_view hop) {
      hops.push_back(hop);
      return false;
    });
  }
  std::string client(peer);
  for (; !hops.empty(); hops.pop_back()) {
    auto const address = detail::hop_address(hops.back());
    if (!address) break;
    client = address->text();
    if (!trusted.contains(*address)) break;
  }
  return client;
}

/// Whether the client's own connection is encrypted: `secure` says it of the peer's, `X-Forwarded-Proto` of
/// what is behind a trusted proxy.
inline bool client_is_secure(std::string_view peer, header_list const& headers, proxies const& trusted,
                             bool secure) {
  auto const scheme = detail::said("x-forwarded-proto", peer, headers, trusted);
  return scheme ? same_name(*scheme, "https") || same_name(*scheme, "wss") : secure;
}

/// The host that the client has asked for: that of `Host`, or of a trusted proxy's `X-Forwarded-Host`. The
/// view lives as long as the headers.
inline std::string_view client_host(std::string_view peer, header_list const& headers,
                                    proxies const& trusted) {
  auto const host = detail::said("x-forwarded-host", peer, headers, trusted);
  return host ? *host : headers.find("host").value_or("");
}

}  // namespace socketiopp::http
