// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include <socketiopp/meta/fixed_string.hpp>

/// Rooms whose names are made of typed parts.
namespace socketiopp {

namespace detail {

template <class T>
concept room_part = std::integral<T> || std::convertible_to<T const&, std::string_view>;

template <room_part T> void append_room_part(std::string& name, T const& part) {
  if constexpr (!std::integral<T>)
    name += std::string_view(part);
  else if constexpr (std::same_as<T, bool>)
    name += part ? "true" : "false";
  else if constexpr (std::same_as<T, char>)
    name += part;
  else
    name += std::to_string(part);
}

}  // namespace detail

/// A family of rooms: with `inline constexpr sio::room<"match", int> match;` the room `match(42)` is
/// `match:42` on the wire. Parts are integers and strings, joined as they are: a string with a colon in it
/// can spell the name of another room.
template <meta::fixed_string Name, class... Parts> struct room {
  static constexpr bool named_by_parts = (detail::room_part<Parts> && ...);
  static_assert(named_by_parts, "socketiopp: room: the parts of a room's name are integers and strings");

  /// The room's name. The parts must be given as the family declares them: nothing is narrowed.
  template <class... Given> std::string operator()(Given const&... given) const {
    static_assert(sizeof...(Given) == sizeof...(Parts), "socketiopp: room: another number of parts");
    if constexpr (sizeof...(Given) == sizeof...(Parts)) {
      constexpr bool fit = (requires { Parts{given}; } && ...);
      static_assert(fit, "socketiopp: room: a part does not convert to the type that the room declares");
      std::string name(Name.view());
      if constexpr (fit) ((name += ':', detail::append_room_part<Parts>(name, Parts{given})), ...);
      return name;
    }
  }
};

}  // namespace socketiopp
