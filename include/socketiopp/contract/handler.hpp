// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/lossless.hpp>
#include <socketiopp/meta/callable.hpp>

/// Which of the forms of a handler a callable has.
namespace socketiopp::detail {

/// The forms, in the order in which they are tried.
enum class handler_form {
  none,            ///< the callable does not fit the event
  socket,          ///< (socket&, args...)
  plain,           ///< (args...)
  socket_and_ack,  ///< (socket&, args..., ack)
  ack,             ///< (args..., ack)
};

/// Stands for the socket where an event comes from none.
struct nobody {};

// Direct calls, not std::is_invocable: a fault inside a generic handler then shows one frame of the library.
template <class F, class Socket, class Ack, class... Args> consteval handler_form find_form() {
  constexpr bool from_socket = !std::is_same_v<Socket, nobody>;
  if constexpr (from_socket && requires(F & f, Socket & s, Args... args) { f(s, std::move(args)...); })
    return handler_form::socket;
  else if constexpr (requires(F & f, Args... args) { f(std::move(args)...); })
    return handler_form::plain;
  else if constexpr (!std::is_void_v<Ack>) {
    if constexpr (from_socket && requires(F & f, Socket & s, Args... args, Ack ack) {
                    f(s, std::move(args)..., std::move(ack));
                  })
      return handler_form::socket_and_ack;
    else if constexpr (requires(F & f, Args... args, Ack ack) { f(std::move(args)..., std::move(ack)); })
      return handler_form::ack;
  }
  return handler_form::none;
}

/// What is known of `F` as the handler of an event with these arguments. `Ack` is the type of the trailing
/// acknowledgement, or void where the event has none.
template <class F, class Socket, class Arguments, class Ack> struct handler_fit;

template <class F, class Socket, class... Args, class Ack>
struct handler_fit<F, Socket, std::tuple<Args...>, Ack> {
  static constexpr handler_form form = find_form<F, Socket, Ack, Args...>();
  static constexpr bool takes_socket = form == handler_form::socket || form == handler_form::socket_and_ack;
  static constexpr bool takes_ack = form == handler_form::socket_and_ack || form == handler_form::ack;

  /// Whether no parameter is too narrow for its argument.
  static consteval bool keeps_values() {
    if constexpr (form != handler_form::none && meta::known_parameters<F>)
      return []<std::size_t... I>(std::index_sequence<I...>) {
        using Parameters = meta::parameters<F>;
        return (lossless<Args, std::tuple_element_t<I + takes_socket, Parameters>> && ...);
      }
    (std::index_sequence_for<Args...>{});
    else return true;
  }

  /// Calls the handler in its form.
  static decltype(auto) call(F& f, Socket& socket, std::tuple<Args...>& args, auto make_ack) {
    return [&]<std::size_t... I>(std::index_sequence<I...>)->decltype(auto) {
      if constexpr (form == handler_form::socket)
        return f(socket, std::get<I>(std::move(args))...);
      else if constexpr (form == handler_form::plain)
        return f(std::get<I>(std::move(args))...);
      else if constexpr (form == handler_form::socket_and_ack)
        return f(socket, std::get<I>(std::move(args))..., make_ack());
      else
        return f(std::get<I>(std::move(args))..., make_ack());
    }
    (std::index_sequence_for<Args...>{});
  }
};

/// Stands for the acknowledgement where the form takes none.
inline constexpr auto no_ack = [] { return nullptr; };

/// What a handler returns.
template <class Fit, class F, class Socket, class Arguments, class Ack = std::nullptr_t>
using handler_result = decltype(Fit::call(std::declval<F&>(), std::declval<Socket&>(),
                                          std::declval<Arguments&>(), std::declval<Ack (*)()>()));

}  // namespace socketiopp::detail
