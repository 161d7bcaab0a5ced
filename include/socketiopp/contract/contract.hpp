// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

#include <socketiopp/contract/events.hpp>

/// What a contract is: who may say what, and what a socket carries.
namespace socketiopp {

/// A struct with the events that clients emit (`to_server`) and those that the server emits (`to_client`).
/// It may add `data` (kept with each socket), `auth` (what CONNECT must carry), `server_side` (the events
/// that servers send to each other) and `static constexpr bool open = true` (events by run-time name are
/// allowed too).
template <class T>
concept contract = requires {
  typename T::to_server;
  typename T::to_client;
}
&&detail::is_events<typename T::to_server>&& detail::is_events<typename T::to_client>;

/// Stands for a `data` or `auth` that a contract does not have.
struct nothing {};

/// The wholly open contract: every event goes by its run-time name.
struct any {
  using to_server = events<>;
  using to_client = events<>;
  static constexpr bool open = true;
};

namespace detail {

template <class C> struct data_of { using type = nothing; };
template <class C>
  requires requires { typename C::data; }
struct data_of<C> {
  using type = typename C::data;
};

template <class C> struct auth_of { using type = nothing; };
template <class C>
  requires requires { typename C::auth; }
struct auth_of<C> {
  using type = typename C::auth;
};

template <class C> struct server_side_of { using type = events<>; };
template <class C>
  requires requires { typename C::server_side; }
struct server_side_of<C> {
  using type = typename C::server_side;
};

template <class C> inline constexpr bool is_open = false;
template <class C>
  requires requires {
    { C::open } -> std::convertible_to<bool>;
  }
inline constexpr bool is_open<C> = C::open;

}  // namespace detail

}  // namespace socketiopp
