// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

#include <socketiopp/json/shape.hpp>

/// Whether a type can hold binary data.
namespace socketiopp {

class arguments;

}  // namespace socketiopp

namespace socketiopp::json {

namespace detail {

template <class T, class... Above> consteval bool holds_binary() {
  if constexpr ((std::same_as<T, Above> || ...))
    return false;
  else if constexpr (shape_of<T> == shape::binary || shape_of<T> == shape::dynamic ||
                     std::same_as<T, arguments>)
    return true;
  else
    return []<class... Part>(types<Part...>) {
      return (holds_binary<Part, T, Above...>() || ...);
    }(parts_of<T>());
}

}  // namespace detail

/// Whether a `T` can hold binary data anywhere inside. Placeholders and attachments are for such types only.
template <class T> consteval bool can_hold_binary() { return detail::holds_binary<std::remove_cvref_t<T>>(); }

}  // namespace socketiopp::json
