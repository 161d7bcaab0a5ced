// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/meta/fixed_string.hpp>

/// The events that one end of a contract may emit, and how the compiler finds one of them.
namespace socketiopp {

template <class... Events> struct events;

namespace detail {

template <std::size_t Place, class Event> struct event_entry {
  static constexpr bool found = true;
  static constexpr std::size_t place = Place;
  using event = Event;
};

struct no_event {
  static constexpr bool found = false;
};

template <class Places, class... Events> struct event_table;
template <std::size_t... Places, class... Events>
struct event_table<std::index_sequence<Places...>, Events...> : event_entry<Places, Events>... {};

// By base-class deduction: it compiles twice as fast as a constexpr search through strings. A name that is
// listed twice is deduced from no base, and falls to `no_event`.
template <meta::fixed_string Name, std::size_t Place, class Signature>
event_entry<Place, socketiopp::event<Name, Signature>> pick(
    event_entry<Place, socketiopp::event<Name, Signature>>*);
template <meta::fixed_string> no_event pick(void*);

}  // namespace detail

/// A list of events, each of another name.
template <class... Events> struct events {
  static constexpr std::size_t size = sizeof...(Events);

  /// What is known of the event of that name: `found`, and if so its `place` in the list and its `event`.
  template <meta::fixed_string Name> using find = decltype(detail::pick<Name>(
      static_cast<detail::event_table<std::index_sequence_for<Events...>, Events...>*>(nullptr)));
};

namespace detail {

template <class> inline constexpr bool is_events = false;
template <class... Events> inline constexpr bool is_events<events<Events...>> = (is_event<Events> && ...);

}  // namespace detail

}  // namespace socketiopp
