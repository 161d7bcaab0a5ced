// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

/// The names of enumerators, without macros: the compiler prints an enumeration's values, and prints a name
/// where there is one. Values from -1 to 126 are looked at.
namespace socketiopp::reflect {

namespace detail {

template <auto... Values> consteval char const* printed_values() { return __PRETTY_FUNCTION__; }

template <class Enum> inline constexpr long lowest_value =
    std::is_signed_v<std::underlying_type_t<Enum>> ? -1 : 0;

template <class Enum>
inline constexpr std::size_t value_count = std::is_same_v<std::underlying_type_t<Enum>, bool>
                                               ? 2
                                               : static_cast<std::size_t>(127 - lowest_value<Enum>);

// Not a static_cast: an enumeration without a fixed underlying type does not hold all of these values.
template <class Enum> constexpr Enum value_at(std::size_t index) {
  return std::bit_cast<Enum>(
      static_cast<std::underlying_type_t<Enum>>(static_cast<long>(index) + lowest_value<Enum>));
}

template <class Enum, std::size_t... I> consteval char const* print_all(std::index_sequence<I...>) {
  return printed_values<value_at<Enum>(I)...>();
}

// "red" and "shop::color::red" name an enumerator; "(shop::color)7" is a value without a name.
consteval std::string_view enumerator_in(std::string_view printed) {
  if (printed.ends_with(')') || printed.find(')') != printed.npos) {
    std::size_t const after = printed.rfind(')') + 1;
    if (after == printed.size() || printed[after] == '-' || (printed[after] >= '0' && printed[after] <= '9'))
      return {};
  }
  std::size_t const colon = printed.rfind(':');
  return colon == printed.npos ? printed : printed.substr(colon + 1);
}

// Both compilers print "... Values = {a, b, c}]" or "<a, b, c>]"; a type's name may hold commas in brackets.
template <std::size_t Count>
consteval std::array<std::string_view, Count> split_values(std::string_view printed) {
  std::array<std::string_view, Count> names;
  std::size_t begin = printed.find("Values = ") + 10;
  std::size_t found = 0;
  int depth = 0;
  for (std::size_t i = begin; found < Count; ++i) {
    char const c = printed[i];
    if (depth == 0 && (c == ',' || c == '}' || c == '>')) {
      names[found++] = enumerator_in(printed.substr(begin, i - begin));
      begin = i + 2;
    }
    if (c == '(' || c == '<' || c == '{') ++depth;
    if (c == ')' || c == '>' || c == '}') --depth;
  }
  return names;
}

template <class Enum> inline constexpr std::array<std::string_view, value_count<Enum>> value_names =
    split_values<value_count<Enum>>(print_all<Enum>(std::make_index_sequence<value_count<Enum>>{}));

}  // namespace detail

/// The name of an enumerator; empty when the value has none, or lies outside of -1 to 126.
template <class Enum> constexpr std::string_view enum_name(Enum value) {
  // Unsigned, so that what lies below the range lies far above it.
  auto const index = static_cast<std::size_t>(value) - static_cast<std::size_t>(detail::lowest_value<Enum>);
  return index < detail::value_count<Enum> ? detail::value_names<Enum>[index] : std::string_view{};
}

/// The enumerator of that name, if there is one.
template <class Enum> constexpr std::optional<Enum> enum_value(std::string_view name) {
  for (std::size_t i = 0; !name.empty() && i < detail::value_count<Enum>; ++i) {
    if (detail::value_names<Enum>[i] == name) return detail::value_at<Enum>(i);
  }
  return std::nullopt;
}

/// The enumerator of that value, if it has a name.
template <class Enum> constexpr std::optional<Enum> enum_value(std::int64_t number) {
  auto const index = static_cast<std::size_t>(number) - static_cast<std::size_t>(detail::lowest_value<Enum>);
  if (index >= detail::value_count<Enum> || detail::value_names<Enum>[index].empty()) return std::nullopt;
  return detail::value_at<Enum>(index);
}

/// Calls `f(name)` for every enumerator, from the smallest value to the largest.
template <class Enum, class F> constexpr void for_each_enumerator(F&& f) {
  for (std::string_view const name : detail::value_names<Enum>) {
    if (!name.empty()) f(name);
  }
}

}  // namespace socketiopp::reflect
