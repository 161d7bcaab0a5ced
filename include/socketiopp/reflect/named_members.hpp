// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/reflect/fields.hpp>
#include <socketiopp/reflect/members.hpp>
#include <socketiopp/reflect/names.hpp>

/// The one way to walk over the named members of a value, whether they were found by reflection or listed by
/// the user.
namespace socketiopp::reflect {

/// Whether the user listed the members of `T`.
template <class T>
concept listed = requires {
  fields<T>::members;
};

/// Whether the user lets `T` travel as another type.
template <class T>
concept converted = requires {
  typename fields<T>::as;
};

/// Whether the user looks at each `T` that was read.
template <class T>
concept validated = requires(T const& value) {
  fields<T>::validate(value);
}
|| requires { &fields<T>::validate; };

/// Whether `T` is an object with named members, found by reflection or listed by the user.
template <class T>
concept has_members = !converted<T> && (listed<T> || reflectable<T>);

namespace detail {

template <class T, std::size_t... I> consteval auto listed_names(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{std::get<I>(fields<T>::members).name...};
}

template <class T> consteval auto find_field_names() {
  if constexpr (listed<T>) {
    return listed_names<T>(
        std::make_index_sequence<std::tuple_size_v<std::decay_t<decltype(fields<T>::members)>>>{});
  } else {
    return member_names<T>;
  }
}

}  // namespace detail

/// The names of the members of `T` in a payload.
template <has_members T> inline constexpr auto field_names = detail::find_field_names<T>();

/// A tuple of references to the members that `field_names` names, in the same order.
template <class T>
  requires has_members<std::remove_const_t<T>>
constexpr auto field_references(T& value) {
  using type = std::remove_const_t<T>;
  if constexpr (listed<type>) {
    return std::apply([&](auto const&... listed_field) { return std::tie(value.*listed_field.member...); },
                      fields<type>::members);
  } else {
    return members(value);
  }
}

/// Calls `f(name, member)` for every member of `value` in order.
template <class T, class F>
  requires has_members<std::remove_const_t<T>>
constexpr void for_each_member(T& value, F&& f) {
  auto const references = field_references(value);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(field_names<std::remove_const_t<T>>[I], std::get<I>(references)), ...);
  }
  (std::make_index_sequence<field_names<std::remove_const_t<T>>.size()>{});
}

}  // namespace socketiopp::reflect
