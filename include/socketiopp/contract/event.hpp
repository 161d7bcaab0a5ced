// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <socketiopp/meta/fixed_string.hpp>

/// One event of a contract.
namespace socketiopp {

namespace detail {

/// Whether both ends of the protocol keep the name for themselves: clients refuse events of these names
/// (W-167).
constexpr bool reserved_event(std::string_view name) {
  for (std::string_view const reserved :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    if (name == reserved) return true;
  return false;
}

}  // namespace detail

/// An event: its name on the wire, and its arguments as the parameters of a function type, whose return type
/// is what the receiver acknowledges it with. `void` means that nothing is acknowledged; a `std::tuple` is an
/// acknowledgement of several values.
template <meta::fixed_string Name, class Signature> struct event;

template <meta::fixed_string Name, class Ack, class... Args> struct event<Name, Ack(Args...)> {
  static constexpr std::string_view name = Name.view();
  using ack_type = Ack;
  using arguments = std::tuple<std::remove_cvref_t<Args>...>;
  static constexpr bool acknowledged = !std::is_void_v<Ack>;
  static constexpr bool has_signature = true;
};

// What is no function type goes on as one without arguments: the contract's check says so, and only that.
template <meta::fixed_string Name, class Signature> struct event : event<Name, void()> {
  static constexpr bool has_signature = false;
};

namespace detail {

template <class> inline constexpr bool is_event = false;
template <meta::fixed_string Name, class Signature> inline constexpr bool is_event<event<Name, Signature>> =
    true;

}  // namespace detail

}  // namespace socketiopp
