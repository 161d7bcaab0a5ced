// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

/// Strings as template arguments, and event names as values.
namespace socketiopp::meta {

/// A string literal that can be a template argument; its type carries its length.
template <std::size_t N> struct fixed_string {
  char data[N]{};

  consteval fixed_string(char const (&text)[N]) {  // implicit: a literal is the argument
    for (std::size_t i = 0; i < N; ++i) data[i] = text[i];
  }

  constexpr std::string_view view() const { return {data, N - 1}; }
};

}  // namespace socketiopp::meta

namespace socketiopp {

/// The compile-time name of an event as a value, for generic code: `s.emit("message"_ev, text)` needs no
/// `template` keyword where `s.template emit<"message">(text)` would.
template <meta::fixed_string Name> struct event_name {
  static constexpr std::string_view value = Name.view();
};

inline namespace literals {
/// `"message"_ev` is `event_name<"message">{}`.
template <meta::fixed_string Name> constexpr event_name<Name> operator""_ev() { return {}; }
}  // namespace literals

}  // namespace socketiopp
