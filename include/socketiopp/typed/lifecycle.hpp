// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/refuse.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/later.hpp>
#include <socketiopp/typed/listener.hpp>
#include <socketiopp/typed/socket_access.hpp>

/// How middleware and the handlers of a socket's life are registered, said once for namespaces and their
/// parents.
namespace socketiopp::detail {

/// Gives `Derived` the ways to follow the life of its sockets, and those of `listener`.
template <contract C, class Policies, class Derived> class lifecycle_listener
    : public listener<C, Policies, Derived> {
  using socket = socketiopp::socket<C, Policies>;
  using core_socket = core::socket<Policies>;
  using base = listener<C, Policies, Derived>;

public:
  /// Asks about every client that wants to connect, before anything else hears of it (F-170): `(socket&)`,
  /// which returns an `admission` (or, with <socketiopp/asio.hpp>, an awaitable one), or `(socket&,
  /// sio::decision)` to answer later. They are asked in their order until one refuses; then the client gets a
  /// `connect_error` with the message and the data of `sio::refuse`. The socket is not connected yet: it has
  /// its id, handshake, `auth()` and `data()`, and may join rooms, but nothing is emitted to it. What a
  /// middleware throws goes to `on_error`, and the client is refused. None is ever taken out.
  ///
  /// With `(socket&, std::string_view event, sio::arguments const&)`, which returns an `admission`, it is
  /// asked about every event instead (F-128); see `socket::use`.
  template <class F> void use(F middleware) {
    if constexpr (std::is_invocable_r_v<admission, F&, socket&, std::string_view, arguments const&>) {
      this->use_for_events(std::move(middleware));
    } else if constexpr (std::is_invocable_v<F&, socket&, decision>) {
      handlers().entrance.push_back(base::template of_core<decision>(std::move(middleware)));
    } else if constexpr (std::is_invocable_r_v<admission, F&, socket&>) {
      handlers().entrance.push_back(
          [middleware = std::move(middleware)](core_socket& who, decision answer) mutable {
            answer(middleware(socket_access::typed<socket>(who)));
          });
    } else {
      constexpr bool is_coroutine = answers_later<F>();
      static_assert(is_coroutine,
                    "socketiopp: use: a middleware takes (socket&) and returns sio::admission, or takes "
                    "(socket&, sio::decision); one for events takes (socket&, std::string_view event, "
                    "sio::arguments const&) and returns sio::admission");
      if constexpr (is_coroutine)
        handlers().entrance.push_back(
            [kept = std::make_shared<F>(std::move(middleware))](core_socket& its, decision answer) {
              auto& who = socket_access::typed<socket>(its);
              auto started = (*kept)(who);
              later<decltype(started)>::start(
                  socket_access::part(who).at(), std::move(started),
                  [kept, alive = socket_access::share(who), &who, decide = std::move(answer)](
                      std::exception_ptr const& failure, admission given) mutable {
                    socket_access::guarded(who, "middleware", [&] {
                      if (failure) std::rethrow_exception(failure);
                      decide(std::move(given));
                    });
                  });
            });
    }
  }

  /// Called when a client has connected: `(socket&)`. Nothing of what the client emits is lost before it.
  template <class F> registration on_connect(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&>;
    static_assert(fits, "socketiopp: on_connect: the handler takes (socket&)");
    return hear<fits>(handlers().connect, "connect", std::move(handler));
  }
  /// Called when a socket is about to go, its rooms still set: `(socket&, sio::reason)`.
  template <class F> registration on_disconnecting(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, reason>;
    static_assert(fits, "socketiopp: on_disconnecting: the handler takes (socket&, sio::reason)");
    return hear<fits, reason>(handlers().disconnecting, "disconnecting", std::move(handler));
  }
  /// Called when a socket has gone: `(socket&, sio::reason)`. No other handler hears of it after that.
  template <class F> registration on_disconnect(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, reason>;
    static_assert(fits, "socketiopp: on_disconnect: the handler takes (socket&, sio::reason)");
    return hear<fits, reason>(handlers().disconnect, "disconnect", std::move(handler));
  }
  /// Called when everything has left that had to wait for a client, which `socket::writable` tells:
  /// `(socket&)`.
  template <class F> registration on_drain(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&>;
    static_assert(fits, "socketiopp: on_drain: the handler takes (socket&)");
    return hear<fits>(handlers().drain, "drain", std::move(handler));
  }
  /// Called when an event did not fit its type or was refused, when a handler or a middleware threw, when a
  /// client broke the protocol, when a message was dropped because its client reads too slowly (but not for
  /// one that was emitted here): `(socket&, sio::event_error const&)`. What it throws itself is dropped.
  template <class F> registration on_error(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, event_error const&>;
    static_assert(fits, "socketiopp: on_error: the handler takes (socket&, sio::event_error const&)");
    if constexpr (fits)
      return handlers().error.add(base::template of_core<event_error const&>(std::move(handler)));
    else
      return {};
  }

private:
  namespace_handlers<Policies>& handlers() { return static_cast<Derived&>(*this).own_handlers(); }

  template <class F> static consteval bool answers_later() {
    if constexpr (std::is_invocable_v<F&, socket&>)
      return std::is_same_v<typename in_the_end<std::invoke_result_t<F&, socket&>>::type, admission> &&
             is_later<std::invoke_result_t<F&, socket&>>;
    else
      return false;
  }

  /// Adds a handler for a socket and `Args`, if it fits.
  template <bool Fits, class... Args, class List, class F>
  static registration hear(List& in, std::string_view event, F handler) {
    if constexpr (!Fits)
      return {};
    else if constexpr (is_later<std::invoke_result_t<F&, socket&, Args...>>)
      return in.add(run_later(event, std::move(handler)));
    else
      return in.add(base::template of_core<Args...>(std::move(handler)));
  }

  /// Runs a handler that ends later; until then it and its socket live.
  template <class F> static auto run_later(std::string_view event, F handler) {
    return [event, kept = std::make_shared<F>(std::move(handler))](core_socket& its, auto... rest) {
      auto& who = socket_access::typed<socket>(its);
      auto started = (*kept)(who, rest...);
      later<decltype(started)>::start(
          socket_access::part(who).at(), std::move(started),
          [kept, event, alive = socket_access::share(who), &who](std::exception_ptr const& failure) {
            socket_access::guarded(who, event, [&] {
              if (failure) std::rethrow_exception(failure);
            });
          });
    };
  }
};

}  // namespace socketiopp::detail
