// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/reflect/enums.hpp>
#include <socketiopp/reflect/named_members.hpp>

/// Whether a value looks like a type, without reading it: how the alternative of a variant is chosen. Scalars
/// are looked at exactly, arrays and objects two levels deep. A value is then read once, and a fault inside
/// is told with its path; trying alternatives in full would let nested variants multiply the work.
namespace socketiopp::json {

/// How deeply `fits` looks into arrays and objects.
inline constexpr unsigned fitting_levels = 2;

namespace detail {

/// The number as a `T`, if it is one exactly; a real that is whole is an integer too.
template <number T, view View> std::optional<T> exact_integer(View from) {
  switch (from.kind()) {
    case kind::integer:
      if (std::in_range<T>(from.integer())) return static_cast<T>(from.integer());
      break;
    case kind::natural:
      if (std::in_range<T>(from.natural())) return static_cast<T>(from.natural());
      break;
    case kind::real: {
      constexpr auto lowest = static_cast<double>(std::numeric_limits<T>::min());
      constexpr auto beyond = 2 * static_cast<double>(T{1} << (std::numeric_limits<T>::digits - 1));
      double const number = from.real();
      if (number < lowest || !(number < beyond)) break;
      auto const whole = static_cast<T>(number);
      if (static_cast<double>(whole) == number) return whole;
      break;
    }
    default: break;
  }
  return std::nullopt;
}

template <class T, view View> std::optional<T> known_enumerator(View from) {
  if (from.kind() == kind::string) return reflect::enum_value<T>(from.string());
  auto const number = exact_integer<std::int64_t>(from);
  return number ? reflect::enum_value<T>(*number) : std::nullopt;
}

template <class T, view View> bool is_real(View from) {
  kind const k = from.kind();
  if (k != kind::integer && k != kind::natural && k != kind::real) return false;
  constexpr auto largest = static_cast<double>(std::numeric_limits<T>::max());
  double const number = from.real();
  return number >= -largest && number <= largest;
}

template <view View> bool is_null(View from) { return from.kind() == kind::null; }

}  // namespace detail

/// Whether `from` looks like a `T`.
template <class T, view View> bool fits(View from, unsigned levels = fitting_levels);

namespace detail {

template <class T, view View> bool elements_fit(View from, unsigned levels) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!fits<T>(from[i], levels)) return false;
  }
  return true;
}

template <class T, view View> bool members_fit(View from, unsigned levels) {
  return [&]<std::size_t... I, class... Member>(std::index_sequence<I...>, types<Member...>) {
    auto const fits_member = [&]<class M>(std::string_view name, std::type_identity<M>) {
      std::optional<View> const member = from.find(name);
      return member ? fits<M>(*member, levels) : shape_of<M> == shape::optional;
    };
    return (fits_member(
                reflect::field_names<T>[I], std::type_identity<Member> {}) &&
            ...);
  }
  (std::make_index_sequence<reflect::field_names<T>.size()>{}, parts_of<T>());
}

// Whether it is an array of as many elements as the tuple or C array `T` has.
template <class T, view View> bool tuple_has_size(View from) {
  if (from.kind() != kind::array) return false;
  if constexpr (std::is_bounded_array_v<T>) {
    return from.size() == std::extent_v<T>;
  } else {
    return from.size() == std::tuple_size_v<T>;
  }
}

template <class T, view View> bool tuple_fits(View from, unsigned levels) {
  if (!tuple_has_size<T>(from)) return false;
  if constexpr (std::is_bounded_array_v<T>) {
    return elements_fit<std::remove_extent_t<T>>(from, levels);
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (fits<std::tuple_element_t<I, T>>(from[I], levels) && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<T>>{});
  }
}

// An array or object: its kind is enough when no level is left.
template <class T, view View> bool inside_fits(View from, unsigned levels) {
  constexpr shape s = shape_of<T>;
  constexpr bool is_object = s == shape::members || s == shape::map;
  if (from.kind() != (is_object ? kind::object : kind::array)) return false;
  if (levels == 0) return true;
  if constexpr (s == shape::members) {
    return members_fit<T>(from, levels - 1);
  } else if constexpr (s == shape::map) {
    bool good = true;
    from.for_each([&](std::string_view, View member) {
      return good = fits<typename T::mapped_type>(member, levels - 1);
    });
    return good;
  } else if constexpr (s == shape::tuple) {
    return tuple_fits<T>(from, levels - 1);
  } else {
    return elements_fit<typename T::value_type>(from, levels - 1);
  }
}

}  // namespace detail

template <class T, view View> bool fits(View from, unsigned levels) {
  constexpr shape s = shape_of<T>;
  if constexpr (s == shape::dynamic) {
    return true;
  } else if constexpr (s == shape::null) {
    return detail::is_null(from);
  } else if constexpr (s == shape::boolean) {
    return from.kind() == kind::boolean;
  } else if constexpr (s == shape::integer) {
    return detail::exact_integer<T>(from).has_value();
  } else if constexpr (s == shape::real) {
    return detail::is_real<T>(from);
  } else if constexpr (s == shape::enumeration) {
    return detail::known_enumerator<T>(from).has_value();
  } else if constexpr (s == shape::string) {
    return from.kind() == kind::string;
  } else if constexpr (s == shape::binary) {
    return from.kind() == kind::binary || is_placeholder(from);
  } else if constexpr (s == shape::optional || s == shape::pointer || s == shape::converted) {
    bool const empty = s != shape::converted && detail::is_null(from);
    return empty ||
           [&]<class Part>(detail::types<Part>) { return fits<Part>(from, levels); }(detail::parts_of<T>());
  } else if constexpr (s == shape::variant) {
    return [&]<class... Part>(detail::types<Part...>) {
      return (fits<Part>(from, levels) || ...);
    }(detail::parts_of<T>());
  } else {
    return detail::inside_fits<T>(from, levels);
  }
}

}  // namespace socketiopp::json
