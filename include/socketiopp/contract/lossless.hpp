// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/meta/callable.hpp>

/// Which conversions between an event's types and the program's own keep the value.
namespace socketiopp::detail {

template <class> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
concept tuple_like = requires {
  std::tuple_size<T>::value;
};

template <class From, class To> consteval bool keeps_value();

template <class From, class To, std::size_t... I>
consteval bool elements_keep_value(std::index_sequence<I...>) {
  return (keeps_value<std::tuple_element_t<I, From>, std::tuple_element_t<I, To>>() && ...);
}

template <class From, class To> consteval bool keeps_value() {
  if constexpr (is_optional<To> && is_optional<From>)
    return keeps_value<typename From::value_type, typename To::value_type>();
  else if constexpr (is_optional<To>)
    return keeps_value<From, typename To::value_type>();
  else if constexpr (tuple_like<From> && tuple_like<To>)
    return elements_keep_value<From, To>(std::make_index_sequence<std::tuple_size_v<To>>{});
  else if constexpr (std::is_enum_v<From> && std::is_arithmetic_v<To>)
    return keeps_value<std::underlying_type_t<From>, To>();
  else if constexpr (std::is_pointer_v<From>)
    return !std::is_same_v<To, bool>;
  else
    return meta::keeps_value<From, To>;
}

/// Whether a `From`, which converts to a `To`, is not narrowed on the way: nor inside of a tuple or an
/// optional, nor from a pointer to a bool.
template <class From, class To>
concept lossless = keeps_value<std::decay_t<From>, std::decay_t<To>>();

}  // namespace socketiopp::detail
