// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <limits>

/// What JSON values there are.
namespace socketiopp::json {

/// What a JSON value is. Numbers are told apart by what holds them exactly.
enum class kind {
  null,
  boolean,
  integer,  ///< fits `std::int64_t`
  natural,  ///< too large for that, fits `std::uint64_t`
  real,     ///< any other number
  string,
  array,
  object,
  binary,  ///< never in JSON text; a `json::value` holds it, and binary formats do
};

namespace detail {

template <class T>
concept character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class T>
concept number = std::integral<T> && !character<T> && !std::same_as<T, bool> && sizeof(T) <= 8;

/// Neither a NaN nor an infinity. Not by <cmath>, which is among the largest headers there are.
constexpr bool is_finite(double number) {
  return number >= std::numeric_limits<double>::lowest() && number <= std::numeric_limits<double>::max();
}

}  // namespace detail

}  // namespace socketiopp::json
