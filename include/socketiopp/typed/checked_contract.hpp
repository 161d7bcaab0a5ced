// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/typed/values.hpp>

/// What can be wrong with a contract, said where it is used first: in one sentence, as nothing else that is
/// made of it fails too.
namespace socketiopp::detail {

template <class> inline constexpr bool signatures_in = false;
template <class... Events>
inline constexpr bool signatures_in<events<Events...>> = (Events::has_signature && ...);

template <class> inline constexpr bool free_names_in = false;
template <class... Events>
inline constexpr bool free_names_in<events<Events...>> = (!reserved_event(Events::name) && ...);

/// Names of events that servers of a cluster keep for themselves (F-177).
template <class> inline constexpr bool free_server_names_in = false;
template <class... Events> inline constexpr bool free_server_names_in<events<Events...>> =
    ((Events::name != "connection" && Events::name != "new_namespace") && ...);

/// One direction of a contract.
template <class Events> struct checked_events {
  static_assert(signatures_in<Events>,
                "socketiopp: event: the second argument is a function type such as void(std::string room)");
  static_assert(free_names_in<Events>,
                "socketiopp: event: both ends keep this name for themselves; name the event otherwise");
  static constexpr bool done = true;
};

template <contract C> struct checked_contract {
  using server_side = typename server_side_of<C>::type;
  static_assert(is_events<server_side>, "socketiopp: contract: server_side is no list of events");
  static_assert(checked_events<typename C::to_server>::done && checked_events<typename C::to_client>::done &&
                checked_events<server_side>::done);
  static_assert(free_server_names_in<server_side>,
                "socketiopp: event: servers keep this name for themselves; name the event otherwise");
  static_assert(event_index<typename C::to_server>::unique,
                "socketiopp: contract: to_server lists an event twice");
  static_assert(event_index<typename C::to_client>::unique,
                "socketiopp: contract: to_client lists an event twice");
  static_assert(event_index<server_side>::unique, "socketiopp: contract: server_side lists an event twice");
  static_assert(payloads_in<typename C::to_server>,
                "socketiopp: contract: to_server has an argument or an acknowledgement that is no payload: "
                "see json/shape.hpp");
  static_assert(payloads_in<typename C::to_client>,
                "socketiopp: contract: to_client has an argument or an acknowledgement that is no payload: "
                "see json/shape.hpp");
  static_assert(payloads_in<server_side>,
                "socketiopp: contract: server_side has an argument or an acknowledgement that is no payload: "
                "see json/shape.hpp");

  static constexpr bool auth_is_payload = std::is_same_v<typename auth_of<C>::type, nothing> ||
                                          socketiopp::json::payload<typename auth_of<C>::type>;
  static_assert(auth_is_payload, "socketiopp: contract: auth is no payload: see json/shape.hpp");

  static constexpr bool done = true;
};

}  // namespace socketiopp::detail
