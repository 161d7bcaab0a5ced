// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/handler.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/typed/answer.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/later.hpp>
#include <socketiopp/typed/socket_access.hpp>
#include <socketiopp/typed/values.hpp>

/// How handlers of events are registered, said once for namespaces and sockets.
namespace socketiopp::detail {

/// Gives `Derived` the ways to listen. It has `own_handlers()`, the tables to register in, and is told that
/// `outgoing_is_watched()`. What each call returns takes the handler out again.
///
/// Handlers are called on the thread of their socket, those of one socket never at the same time. On a server
/// of several threads (executor::thread_per_core) those of different sockets are; then the handlers of a
/// namespace are registered before the server runs, and those of a socket by its own handlers.
template <contract C, class Policies, class Derived> class listener {
  using socket = socketiopp::socket<C, Policies>;
  using incoming = core::incoming<Policies>;
  using core_socket = core::socket<Policies>;
  using event_list = typename event_handlers<Policies>::list;
  using outgoing_list = typename event_handlers<Policies>::outgoing_list;
  using order = meta::handler_order;

public:
  /// Handles an event of the contract. The handler takes `(socket&, args...)` or `(args...)`, and what it
  /// returns is the acknowledgement; or it takes a trailing `ack<R>` to answer later. With
  /// <socketiopp/asio.hpp> it may be a coroutine.
  ///
  /// All handlers of an event are called, in the order in which they were registered, until one of them
  /// disconnects the socket; those of a namespace come before those of a socket. The client gets one
  /// acknowledgement: from the first handler that returns one or takes the `ack<R>`. A handler that is
  /// registered meanwhile is called from the next event on.
  template <meta::fixed_string Name, class F> registration on(F handler) {
    return listen<Name>(std::move(handler), order::last);
  }
  /// The same, with the name as a value: `on("message"_ev, handler)`.
  template <meta::fixed_string Name, class F> registration on(event_name<Name>, F handler) {
    return on<Name>(std::move(handler));
  }
  /// Handles an event by run-time name. For open contracts. The handler takes `(socket&, sio::arguments)` or
  /// `(sio::arguments)`; it may return an acknowledgement, or take a trailing `sio::ack<sio::arguments>`. If
  /// the contract lists the event, the typed handlers are called first.
  template <class F> registration on(std::string_view name, F handler) {
    return listen(name, std::move(handler), order::last);
  }

  /// Handles an event once: the first that comes and fits, here from any socket, on a socket from that one.
  template <meta::fixed_string Name, class F> registration once(F handler) {
    return listen<Name>(std::move(handler), order::once);
  }
  template <meta::fixed_string Name, class F> registration once(event_name<Name>, F handler) {
    return once<Name>(std::move(handler));
  }
  template <class F> registration once(std::string_view name, F handler) {
    return listen(name, std::move(handler), order::once);
  }

  /// Called with every event, before its own handlers: `(socket&, std::string_view name, sio::arguments)`.
  template <class F> registration on_any(F handler) { return watch(std::move(handler), order::last); }
  /// The same, before those that are there.
  template <class F> registration prepend_any(F handler) { return watch(std::move(handler), order::first); }

  /// Called with every event that is sent, once for each client that it goes to, also in a broadcast:
  /// `(socket&, std::string_view name, sio::arguments)`. It costs a decoding of what is sent. What it emits
  /// itself is not watched.
  template <class F> registration on_any_outgoing(F handler) {
    return watch_outgoing(std::move(handler), order::last);
  }
  /// The same, before those that are there.
  template <class F> registration prepend_any_outgoing(F handler) {
    return watch_outgoing(std::move(handler), order::first);
  }

protected:
  /// Called with every event, after `on_any`, and before its own handlers, which are not called if it
  /// refuses: then `on_error` gets `errc::event_refused` and the message, and no acknowledgement is sent.
  template <class F> registration use_for_events(F middleware) {
    return handlers().middlewares.add(of_core<std::string_view, arguments const&>(std::move(middleware)));
  }

  /// A handler as it is kept: as a function of the core's socket.
  template <class... Rest, class F> static auto of_core(F handler) {
    return [handler = std::move(handler)](core_socket& who, Rest... rest) mutable {
      return handler(socket_access::typed<socket>(who), static_cast<Rest&&>(rest)...);
    };
  }

private:
  event_handlers<Policies>& handlers() { return static_cast<Derived&>(*this).own_handlers(); }

  template <meta::fixed_string Name, class F> registration listen(F handler, order when) {
    constexpr bool ours = C::to_server::template find<Name>::found;
    constexpr bool theirs = C::to_client::template find<Name>::found;
    static_assert(
        ours || !theirs,
        "socketiopp: on: to_server lists no event of this name; to_client does: it is emitted by the server");
    constexpr bool sound = event_index<typename C::to_server>::unique;  // else that is what is said
    static_assert(ours || theirs || !sound,
                  "socketiopp: on: the contract's to_server lists no event of this name");
    if constexpr (ours) {
      using found = typename C::to_server::template find<Name>;
      return listen_to<typename found::event>(handlers().events[found::place], std::move(handler), when);
    } else {
      return {};
    }
  }

  template <class Event, class F> registration listen_to(meta::any_handler_list& in, F handler, order when) {
    using R = typename Event::ack_type;
    using Ack = std::conditional_t<std::is_void_v<R>, void, ack<R>>;
    using fit = handler_fit<F, socket, typename Event::arguments, Ack>;
    constexpr bool fits = fit::form != handler_form::none;
    static_assert(
        fits || Event::acknowledged,
        "socketiopp: on: the handler does not fit the event: it takes (socket&, args...) or (args...)");
    static_assert(fits || !Event::acknowledged,
                  "socketiopp: on: the handler does not fit the event: it takes (socket&, args...) or "
                  "(args...), and perhaps a trailing sio::ack<R>");
    static_assert(fit::keeps_values(),
                  "socketiopp: on: a parameter of the handler is narrower than the event's");
    if constexpr (fits) {
      constexpr bool answers = answer_fits<fit, Event, F>();
      static_assert(answers || Event::acknowledged,
                    "socketiopp: on: the handler returns a value, but the contract has no acknowledgement "
                    "for this event");
      static_assert(answers || !Event::acknowledged,
                    "socketiopp: on: the handler must return the event's acknowledgement, or take a trailing "
                    "sio::ack<R> and return nothing");
      if constexpr (answers && fit::keeps_values() && payloads_in<Event>)
        return add<fit, R, typename Event::arguments>(in, std::move(handler), when);
    }
    return {};
  }

  template <class F> registration listen(std::string_view name, F handler, order when) {
    static_assert(
        is_open<C>,
        "socketiopp: on: a run-time name needs an open contract (static constexpr bool open = true)");
    using args_type = std::tuple<arguments>;
    using fit = handler_fit<F, socket, args_type, ack<arguments>>;
    static_assert(
        fit::form != handler_form::none,
        "socketiopp: on: the handler of a run-time name takes (socket&, sio::arguments) or (sio::arguments), "
        "and perhaps a trailing sio::ack<sio::arguments>");
    if constexpr (is_open<C> && fit::form != handler_form::none)
      return add<fit, arguments, args_type>(handlers().named[name], std::move(handler), when);
    else
      return {};
  }

  template <class F> registration watch(F handler, order when) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, std::string_view, arguments>;
    static_assert(fits,
                  "socketiopp: on_any: the handler takes (socket&, std::string_view name, sio::arguments)");
    if constexpr (fits)
      return event_list::insert_into(
          handlers().any, when, [handler = std::move(handler)](core_socket& from, incoming& event) mutable {
            handler(socket_access::typed<socket>(from), event.name, decode_all(event));
            return true;
          });
    else
      return {};
  }

  template <class F> registration watch_outgoing(F handler, order when) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, std::string_view, arguments const&>;
    static_assert(fits,
                  "socketiopp: on_any_outgoing: the handler takes (socket&, std::string_view name, "
                  "sio::arguments const&)");
    if constexpr (!fits) {
      return {};
    } else {
      static_cast<Derived&>(*this).outgoing_is_watched();
      return outgoing_list::insert_into(handlers().any_outgoing, when,
                                        of_core<std::string_view, arguments const&>(std::move(handler)));
    }
  }

  /// Adds a handler that fits.
  template <class Fit, class R, class Args, class F>
  static registration add(meta::any_handler_list& in, F handler, order when) {
    using Ack = std::conditional_t<Fit::takes_ack, ack<R>, std::nullptr_t>;
    if constexpr (is_later<handler_result<Fit, F, socket, Args, Ack>>)
      return event_list::insert_into(
          in, when, [kept = std::make_shared<F>(std::move(handler))](core_socket& who, incoming& event) {
            auto& from = socket_access::typed<socket>(who);
            Args args{};
            if (!decode_for(from, event, args)) return false;
            call_handler_later<Fit, R>(kept, from, event.name, args, event.ack_id);
            return true;
          });
    else
      return event_list::insert_into(
          in, when, [handler = std::move(handler)](core_socket& who, incoming& event) mutable {
            auto& from = socket_access::typed<socket>(who);
            Args args{};
            if (!decode_for(from, event, args)) return false;
            call_handler<Fit, R>(handler, from, args, event.ack_id);
            return true;
          });
  }

  /// The arguments for a handler; false, and the program is told, if they are not what it takes.
  template <class Args> static bool decode_for(socket& from, incoming const& event, Args& args) {
    if constexpr (std::is_same_v<Args, std::tuple<arguments>>) {
      std::get<0>(args) = decode_all(event);
    } else if (auto const wrong = decode(event, args)) {
      socket_access::report(from, event.name, *wrong);
      return false;
    }
    return true;
  }

  /// Whether what the handler returns is what the event wants.
  template <class Fit, class Event, class F> static consteval bool answer_fits() {
    using R = typename Event::ack_type;
    if constexpr (Fit::takes_ack)
      return std::is_void_v<
          typename in_the_end<handler_result<Fit, F, socket, typename Event::arguments, ack<R>>>::type>;
    else
      return sendable_as<typename in_the_end<handler_result<Fit, F, socket, typename Event::arguments>>::type,
                         R>;
  }
};

}  // namespace socketiopp::detail
