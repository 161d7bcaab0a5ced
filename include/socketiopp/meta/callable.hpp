// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <tuple>
#include <type_traits>

/// What a callable takes, as far as its type tells.
namespace socketiopp::meta {

namespace detail {

template <class> struct signature {};
template <class R, class... Args> struct signature<R (*)(Args...)> {
  using parameters = std::tuple<Args...>;
};
template <class R, class... Args> struct signature<R (*)(Args...) noexcept> : signature<R (*)(Args...)> {};
template <class R, class F, class... Args> struct signature<R (F::*)(Args...)> : signature<R (*)(Args...)> {};
template <class R, class F, class... Args> struct signature<R (F::*)(Args...) const>
    : signature<R (*)(Args...)> {};
template <class R, class F, class... Args> struct signature<R (F::*)(Args...) noexcept>
    : signature<R (*)(Args...)> {};
template <class R, class F, class... Args> struct signature<R (F::*)(Args...) const noexcept>
    : signature<R (*)(Args...)> {};

template <class F> struct signature_of : signature<std::decay_t<F>> {};
template <class F>
  requires requires { &std::remove_cvref_t<F>::operator(); }
struct signature_of<F> : signature<decltype(&std::remove_cvref_t<F>::operator())> {};

}  // namespace detail

/// Whether the parameters of `F` are known: not those of an overloaded or generic callable.
template <class F>
concept known_parameters = requires {
  typename detail::signature_of<F>::parameters;
};

/// The parameter types of `F`, as a tuple.
template <known_parameters F> using parameters = typename detail::signature_of<F>::parameters;

namespace detail {

template <class From, class To> consteval bool keeps_value() {
  if constexpr (!std::is_arithmetic_v<From> || !std::is_arithmetic_v<To>)
    return true;
  else if constexpr (std::is_integral_v<From> && std::is_floating_point_v<To>)
    return std::numeric_limits<From>::digits <=
           std::numeric_limits<To>::digits;  // braces refuse int to double
  else
    return requires(From from) { To{from}; };
}

}  // namespace detail

/// Whether every value of `From` is a value of `To`. Says nothing about types that are not arithmetic.
template <class From, class To>
concept keeps_value = detail::keeps_value<std::remove_cvref_t<From>, std::remove_cvref_t<To>>();

}  // namespace socketiopp::meta
