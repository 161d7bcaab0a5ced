// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

/// The few grammar rules of RFC 9110 that requests and responses share: names, values and lists.
namespace socketiopp::http {

/// Whether two names are the same but for the case of ASCII letters.
constexpr bool same_name(std::string_view a, std::string_view b) {
  auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

namespace detail {

// Which bytes may stand in a token.
inline constexpr auto token_bytes = [] {
  std::array<bool, 256> may{};
  for (char const c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    may[static_cast<unsigned char>(c)] = true;
  return may;
}();

}  // namespace detail

/// Whether `text` is a token: a method, a header name, an element of `Connection` (RFC 9110, 5.6.2).
constexpr bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return detail::token_bytes[static_cast<unsigned char>(c)];
  });
}

/// Whether `text` may stand as the value of a header: no control character but the tab (RFC 9110, 5.5).
constexpr bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

/// `text` without the spaces and tabs around it.
constexpr std::string_view trim(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Calls `visit` with each element of a comma-separated list, trimmed and empty ones too, until it returns
/// true; says whether it did.
template <class Visitor> constexpr bool any_element(std::string_view list, Visitor visit) {
  for (;;) {
    auto const comma = list.find(',');
    if (visit(trim(list.substr(0, comma)))) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace socketiopp::http
