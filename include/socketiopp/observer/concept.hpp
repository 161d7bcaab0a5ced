// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <type_traits>

#include <socketiopp/observer/events.hpp>
#include <socketiopp/observer/none.hpp>

/// What the library asks of an observer: a call operator for each of the events that it wants, of those in
/// observer/events.hpp. The model that documents it is `counters`.
///
/// Every shard has an observer of its own, which `server::observer` gives, and calls it on its thread: it
/// needs no locks, unless others read it. It looks, and touches nothing: it must not send, join or
/// disconnect. What it throws is dropped. An event that it does not take costs nothing.
namespace socketiopp::observer {

/// Whether the observer takes such events.
template <class O, class Event>
concept hears = std::invocable<O&, Event const&>;

namespace detail {

template <class O, class... Events> inline constexpr bool hears_any = (hears<O, Events> || ...);

}  // namespace detail

/// The policy. One that hears of nothing is a mistake, unless it is `none`.
template <class O>
concept policy = std::default_initializable<O> &&
    (std::same_as<O, none> ||
     detail::hears_any<O, session_opened, session_upgraded, session_closed, request_refused, bound_hit,
                       socket_connected, socket_disconnected, socket_refused, event_received, ack_received,
                       event_sent, ack_sent, packet_dropped, room_joined, room_left, error_reported>);

/// Tells the observer, if it wants to hear of that.
template <class O, class Event> void tell(O& observer, Event const& what) {
  if constexpr (hears<O, Event>) {
    try {
      observer(what);
    } catch (...) {  // there is nobody to tell
    }
  } else {
    static_assert(!std::invocable<O&, Event&>, "socketiopp: observer: events are taken by const reference");
  }
}

}  // namespace socketiopp::observer
