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

inline void append_room_part(std::string& name, std::string_view part) { name += part; }
inline void append_room_part(std::string& name, bool part) { name += part ? "true" : "false"; }
inline void append_room_part(std::string& name, char part) { name += part; }
template <std::integral T> void append_room_part(std::string& name, T part) { name += std::to_string(part); }

}  // namespace detail

/// A family of rooms: with `inline constexpr sio::room<"match", int> match;` the room `match(42)` is
/// `match:42` on the wire. Parts are integers and strings.
template <meta::fixed_string Name, class... Parts> struct room {
  static_assert((detail::room_part<Parts> && ...),
                "socketiopp: room: the parts of a room's name are integers and strings");

  /// The room's name. The parts must be given as the family declares them: nothing is narrowed.
  template <class... Given> std::string operator()(Given const&... given) const {
    static_assert(sizeof...(Given) == sizeof...(Parts), "socketiopp: room: another number of parts");
    if constexpr (sizeof...(Given) == sizeof...(Parts)) {
      static_assert((requires { Parts{given}; } && ...),
                    "socketiopp: room: a part does not convert to the type that the room declares");
      std::string name(Name.view());
      ((name += ':', detail::append_room_part(name, Parts{given})), ...);
      return name;
    }
  }
};

}  // namespace socketiopp
