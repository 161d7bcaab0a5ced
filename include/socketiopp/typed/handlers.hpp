// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// The tables of handlers: what a program has registered.
namespace socketiopp::detail {

/// For events. A namespace has one, and so has a socket that has handlers of its own. Handlers are kept as
/// functions of the core's socket, so that this is compiled once for all contracts.
template <class Policies> struct event_handlers {
  using socket = core::socket<Policies>;
  using incoming = core::incoming<Policies>;
  /// False where the payload does not fit the event, and the next handler need not try it.
  using list = meta::handler_list<bool(socket&, incoming&)>;
  using outgoing_list = meta::handler_list<void(socket&, std::string_view, arguments const&)>;

  /// For so many events that a contract lists.
  explicit event_handlers(std::size_t listed) : events(listed) {}

  std::vector<meta::any_handler_list> events;              ///< each a `list`
  meta::table<std::string, meta::any_handler_list> named;  ///< by run-time name, each a `list`
  list any;
  meta::handler_list<admission(socket&, std::string_view, arguments const&)> middlewares;
  outgoing_list any_outgoing;
};

/// For the life of sockets too, and for what other servers emit.
template <class Policies> struct namespace_handlers : event_handlers<Policies> {
  using socket = core::socket<Policies>;

  namespace_handlers(std::size_t listed, std::size_t listed_server_side)
      : event_handlers<Policies>(listed), server_side(listed_server_side) {}

  std::vector<unique_function<void(socket&, decision)>> entrance;  // it is never taken out
  meta::handler_list<void(socket&)> connect;
  meta::handler_list<void(socket&, reason)> disconnecting;
  meta::handler_list<void(socket&, reason)> disconnect;
  meta::handler_list<void(socket&)> drain;
  meta::handler_list<void(socket&, event_error const&)> error;

  using server_list = meta::handler_list<void(core::namespace_<Policies>&, core::server_event<Policies>&)>;
  std::vector<meta::any_handler_list> server_side;                     ///< each a `server_list`
  meta::table<std::string, meta::any_handler_list> server_side_named;  ///< each a `server_list`
  meta::handler_list<void(event_error const&)> server_error;
};

}  // namespace socketiopp::detail
