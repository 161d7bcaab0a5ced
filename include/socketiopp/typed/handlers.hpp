// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/typed/fwd.hpp>

/// The tables of handlers: what a program has registered.
namespace socketiopp::detail {

/// For a contract's events. A namespace has one, and so has a socket that has handlers of its own.
template <contract C, class Policies> struct event_handlers {
  using socket = socketiopp::socket<C, Policies>;
  using incoming = core::incoming<Policies>;
  /// False where the payload does not fit the event, and the next handler need not try it.
  using list = meta::handler_list<bool(socket&, incoming&)>;

  std::array<list, event_index<typename C::to_server>::size> events;
  /// By run-time name, each a `list`; in one type for all contracts, which is compiled once.
  meta::table<std::string, meta::any_handler_list> named;
  list any;
  meta::handler_list<admission(socket&, std::string_view, arguments const&)> middlewares;
  meta::handler_list<void(socket&, std::string_view, arguments const&)> any_outgoing;
};

/// For the life of sockets too, and for what other servers emit.
template <contract C, class Policies> struct namespace_handlers : event_handlers<C, Policies> {
  using socket = socketiopp::socket<C, Policies>;

  std::vector<unique_function<void(socket&, decision)>> entrance;  // it is never taken out
  meta::handler_list<void(socket&)> connect;
  meta::handler_list<void(socket&, reason)> disconnecting;
  meta::handler_list<void(socket&, reason)> disconnect;
  meta::handler_list<void(socket&)> drain;
  meta::handler_list<void(socket&, event_error const&)> error;

  using server_list = meta::handler_list<void(core::namespace_<Policies>&, core::server_event<Policies>&)>;
  std::array<server_list, event_index<typename server_side_of<C>::type>::size> server_side;
  meta::table<std::string, meta::any_handler_list> server_side_named;
  meta::handler_list<void(event_error const&)> server_error;
};

}  // namespace socketiopp::detail
