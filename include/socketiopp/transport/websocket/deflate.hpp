// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/header_list.hpp>

/// The agreement on compressed messages: the extension permessage-deflate (RFC 7692, section 7.1).
namespace socketiopp::transport::websocket {

namespace detail {

/// "A decimal integer value without leading zeroes between 8 to 15 inclusive", else nothing.
constexpr std::optional<int> window_bits(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  if (text == "8" || text == "9") return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') return 10 + text[1] - '0';
  return {};
}

/// The answer to one offer, or nothing if it cannot be accepted as it is.
inline std::optional<std::string> answer_offer(std::string_view offer, int bits) {
  constexpr std::array<std::string_view, 4> known{"server_no_context_takeover", "client_no_context_takeover",
                                                  "server_max_window_bits", "client_max_window_bits"};
  auto semicolon = offer.find(';');
  if (http::trim(offer.substr(0, semicolon)) != "permessage-deflate") return {};
  std::string answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  std::array<bool, known.size()> seen{};
  while (semicolon != offer.npos) {
    offer.remove_prefix(semicolon + 1);
    semicolon = offer.find(';');
    auto const parameter = offer.substr(0, semicolon);
    auto const equals = parameter.find('=');
    auto const name = std::find(known.begin(), known.end(), http::trim(parameter.substr(0, equals)));
    if (name == known.end()) return {};
    if (std::exchange(seen[static_cast<std::size_t>(name - known.begin())], true)) return {};
    auto const has_value = equals != parameter.npos;
    auto const wanted = has_value ? window_bits(http::trim(parameter.substr(equals + 1))) : std::nullopt;
    if (has_value && (!wanted || name->ends_with("takeover"))) return {};
    if (*name != "server_max_window_bits") continue;
    if (!wanted || *wanted < bits) return {};
    answer += "; server_max_window_bits=" + std::to_string(bits);
  }
  return answer;
}

}  // namespace detail

/// Answers the offers in the headers of a handshake, for a server that compresses with windows of 2^`bits`
/// bytes: with the value of `Sec-WebSocket-Extensions`, or with nothing if none suits, and messages stay as
/// they are.
///
/// Neither side refers to earlier messages, which a server may ask for whatever the offer (7.1.1). A client
/// that wants smaller windows is refused: what is compressed for one must do for all. What windows the client
/// uses makes no difference here. websocketpp's negotiation is not used: it answers a window of 8 bits with
/// 9, takes any number that wraps around to a good one, and remembers what it read in offers that it refused.
inline std::optional<std::string> accept_deflate(http::header_list const& asked, int bits) {
  std::optional<std::string> answer;
  for (auto const [name, value] : asked) {
    if (!http::same_name(name, "sec-websocket-extensions")) continue;
    auto const suits = [&](std::string_view offer) {
      answer = detail::answer_offer(offer, bits);
      return answer.has_value();
    };
    if (http::any_element(value, suits)) break;
  }
  return answer;
}

}  // namespace socketiopp::transport::websocket
