// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

#include <socketiopp/meta/fixed_string.hpp>

/// One event of a contract.
namespace socketiopp {

/// An event: its name on the wire, and its arguments as the parameters of a function type, whose return type
/// is what the receiver acknowledges it with. `void` means that nothing is acknowledged; a `std::tuple` is an
/// acknowledgement of several values.
template <meta::fixed_string Name, class Signature> struct event {
  static_assert(std::is_function_v<Signature>,
                "socketiopp: event: the second argument is a function type such as void(std::string room)");
};

template <meta::fixed_string Name, class Ack, class... Args> struct event<Name, Ack(Args...)> {
  static constexpr std::string_view name = Name.view();
  using ack_type = Ack;
  using arguments = std::tuple<std::remove_cvref_t<Args>...>;
  static constexpr bool acknowledged = !std::is_void_v<Ack>;
};

}  // namespace socketiopp
