// SPDX-License-Identifier: MIT
#pragma once

#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/lossless.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/callable.hpp>
#include <socketiopp/typed/later.hpp>

/// What an operation that ends later is told to call: a callback, or a completion token.
namespace socketiopp::detail {

/// What is known of `F` as a callback `(std::error_code, R)`.
template <class F, class R> struct callback_fit {
  static constexpr bool fits = std::is_invocable_v<F&, std::error_code, R>;
  static constexpr bool keeps_value = true;
};
template <class F, class R>
  requires(std::is_invocable_v<F&, std::error_code, R>&& meta::known_parameters<F>)
struct callback_fit<F, R> {
  static constexpr bool fits = true;
  static constexpr bool keeps_value = lossless<R, std::tuple_element_t<1, meta::parameters<F>>>;
};
template <class F, class R>
  requires completion_token<F, std::error_code, R>
struct callback_fit<F, R> {
  static constexpr bool fits = true;
  static constexpr bool keeps_value = true;
};

/// Whether the last argument can be told of one client's acknowledgement, and the sentences for when not.
template <class Last, class R> consteval bool takes_ack() {
  using fit = callback_fit<std::decay_t<Last>, R>;
  static_assert(fit::fits,
                "socketiopp: emit_with_ack: the last argument is a callback (std::error_code, R), where R "
                "is the event's acknowledgement");
  static_assert(fit::keeps_value,
                "socketiopp: emit_with_ack: the callback's parameter is narrower than the event's "
                "acknowledgement");
  return fit::fits && fit::keeps_value;
}

/// Begins an operation that ends with `Values`, at that place: calls `start` with the callback, or lets the
/// token decide when; see `completion`.
template <class... Values, class Start, class Last>
auto begin(engine::place& where, Start start, Last&& last) {
  if constexpr (completion_token<Last, Values...>)
    return completion<std::decay_t<Last>, Values...>::initiate(where, std::move(start),
                                                               std::forward<Last>(last));
  else
    static_cast<void>(start(std::forward<Last>(last)));
}

}  // namespace socketiopp::detail
