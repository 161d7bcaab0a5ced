// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/handler.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/core/core.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/typed/ack.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/socket.hpp>
#include <socketiopp/typed/values.hpp>

/// A namespace with the types of its contract: where handlers are registered and events are emitted from.
namespace socketiopp {

/// Made by `server::of`, and lives as long as the server. Register handlers before the server runs, or on its
/// thread. Everything that emits may be called from any thread.
template <contract C, class Policies> class namespace_ final
    : private core::namespace_<typename Policies::json>,
      public detail::emitter<C, namespace_<C, Policies>> {
  using base = core::namespace_<typename Policies::json>;
  using index = detail::event_index<typename C::to_server>;

  static_assert(index::unique, "socketiopp: contract: to_server lists an event twice");
  static_assert(detail::event_index<typename C::to_client>::unique,
                "socketiopp: contract: to_client lists an event twice");
  static_assert(detail::payloads_in<typename C::to_server>,
                "socketiopp: contract: to_server has an argument or an acknowledgement that is no payload: "
                "see json/shape.hpp");
  static_assert(detail::payloads_in<typename C::to_client>,
                "socketiopp: contract: to_client has an argument or an acknowledgement that is no payload: "
                "see json/shape.hpp");

  static constexpr bool auth_is_payload = std::is_same_v<typename detail::auth_of<C>::type, nothing> ||
                                          socketiopp::json::payload<typename detail::auth_of<C>::type>;
  static_assert(auth_is_payload, "socketiopp: contract: auth is no payload: see json/shape.hpp");

public:
  using json = typename Policies::json;
  using socket = socketiopp::socket<C, Policies>;
  using selection = socketiopp::selection<C, Policies>;

  namespace_(std::string name, std::vector<std::unique_ptr<core::shard<json>>> const& shards)
      : base(std::move(name), shards) {}

  std::string const& name() const { return base::name(); }

  // -- what comes in -------------------------------------------------------------------------------------

  /// Handles an event of the contract. The handler takes `(socket&, args...)` or `(args...)`, and what it
  /// returns is the acknowledgement; or it takes a trailing `ack<R>` to answer later.
  ///
  /// All handlers of an event are called, in the order in which they were registered, until one of them
  /// disconnects the socket. The client gets one acknowledgement: from the first handler that returns one or
  /// takes the `ack<R>`. A handler that is registered meanwhile is called from the next event on.
  template <meta::fixed_string Name, class F> namespace_& on(F handler) {
    constexpr bool ours = C::to_server::template find<Name>::found;
    constexpr bool theirs = C::to_client::template find<Name>::found;
    static_assert(
        ours || !theirs,
        "socketiopp: on: to_server lists no event of this name; to_client does: it is emitted by the server");
    static_assert(ours || theirs, "socketiopp: on: the contract's to_server lists no event of this name");
    if constexpr (ours) {
      using found = typename C::to_server::template find<Name>;
      register_handler<typename found::event>(found::place, std::move(handler));
    }
    return *this;
  }
  /// The same, with the name as a value: `on("message"_ev, handler)`.
  template <meta::fixed_string Name, class F> namespace_& on(event_name<Name>, F handler) {
    return on<Name>(std::move(handler));
  }

  /// Handles an event by run-time name. For open contracts. The handler takes `(socket&, sio::arguments)` or
  /// `(sio::arguments)`; it may return an acknowledgement, or take a trailing `sio::ack<sio::arguments>`. If
  /// the contract lists the event, the typed handlers are called first.
  template <class F> namespace_& on(std::string_view name, F handler) {
    static_assert(
        detail::is_open<C>,
        "socketiopp: on: a run-time name needs an open contract (static constexpr bool open = true)");
    using fit = detail::handler_fit<F, socket, std::tuple<arguments>, ack<arguments>>;
    static_assert(
        fit::form != detail::handler_form::none,
        "socketiopp: on: the handler of a run-time name takes (socket&, sio::arguments) or (sio::arguments), "
        "and perhaps a trailing sio::ack<sio::arguments>");
    if constexpr (detail::is_open<C> && fit::form != detail::handler_form::none)
      named_[std::string(name)].push_back(
          [this, handler = std::move(handler)](socket& from, incoming& event) mutable {
            std::tuple<arguments> args(detail::decode_all(event));
            call<fit, arguments>(handler, from, event, args);
            return true;
          });
    return *this;
  }

  /// Called with every event, before its own handlers: `(socket&, std::string_view name, sio::arguments)`.
  template <class F> namespace_& on_any(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, std::string_view, arguments>;
    static_assert(fits,
                  "socketiopp: on_any: the handler takes (socket&, std::string_view name, sio::arguments)");
    if constexpr (fits)
      any_.push_back([handler = std::move(handler)](socket& from, incoming& event) mutable {
        handler(from, event.name, detail::decode_all(event));
        return true;
      });
    return *this;
  }

  /// Called when a client has connected: `(socket&)`. Nothing of what the client emits is lost before it.
  template <class F> namespace_& on_connect(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&>;
    static_assert(fits, "socketiopp: on_connect: the handler takes (socket&)");
    if constexpr (fits) connect_.emplace_back(std::move(handler));
    return *this;
  }
  /// Called when a socket is about to go, its rooms still set: `(socket&, sio::reason)`.
  template <class F> namespace_& on_disconnecting(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, reason>;
    static_assert(fits, "socketiopp: on_disconnecting: the handler takes (socket&, sio::reason)");
    if constexpr (fits) disconnecting_.emplace_back(std::move(handler));
    return *this;
  }
  /// Called when a socket has gone: `(socket&, sio::reason)`. No other handler hears of it after that.
  template <class F> namespace_& on_disconnect(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, reason>;
    static_assert(fits, "socketiopp: on_disconnect: the handler takes (socket&, sio::reason)");
    if constexpr (fits) disconnect_.emplace_back(std::move(handler));
    return *this;
  }
  /// Called when everything has left that had to wait for a client, which `socket::writable` tells:
  /// `(socket&)`.
  template <class F> namespace_& on_drain(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&>;
    static_assert(fits, "socketiopp: on_drain: the handler takes (socket&)");
    if constexpr (fits) drain_.emplace_back(std::move(handler));
    return *this;
  }
  /// Called when an event did not fit its type, when a handler threw, when a client broke the protocol, when
  /// a message was dropped because its client reads too slowly (but not for one that was emitted here):
  /// `(socket&, sio::event_error const&)`. What it throws itself is dropped.
  template <class F> namespace_& on_error(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, socket&, event_error const&>;
    static_assert(fits, "socketiopp: on_error: the handler takes (socket&, sio::event_error const&)");
    if constexpr (fits) error_.emplace_back(std::move(handler));
    return *this;
  }

  // -- what goes out -------------------------------------------------------------------------------------

  /// Those in a room. `emit` on the namespace itself reaches everybody.
  selection to(std::string_view room) { return everybody().to(room); }
  /// The same as `to`.
  selection in(std::string_view room) { return to(room); }
  /// Everybody but those in a room.
  selection except(std::string_view room) { return everybody().except(room); }
  /// Everybody for whom it need not wait; see `selection::volatile_`.
  selection volatile_() { return everybody().volatile_(); }
  /// Everybody, compressed or not; see `selection::compress`.
  selection compress(bool allowed) { return everybody().compress(allowed); }

private:
  friend detail::emitter<C, namespace_>;
  friend class basic_server<Policies>;

  using incoming = core::incoming<json>;

  /// A deque, because a handler may register another while it runs: nothing in it moves.
  template <class... Args> using handlers = std::deque<unique_function<Args...>>;
  /// False where the payload does not fit the event, and the next handler need not try it.
  using event_handlers = handlers<bool(socket&, incoming&)>;

  selection everybody() { return {*this, {}}; }
  std::string_view nsp() const { return name(); }
  void deliver(core::outgoing packet) { base::send({}, std::move(packet)); }

  template <class Event, class F> void register_handler(std::size_t place, F handler) {
    using R = typename Event::ack_type;
    using Ack = std::conditional_t<std::is_void_v<R>, void, ack<R>>;
    using fit = detail::handler_fit<F, socket, typename Event::arguments, Ack>;
    constexpr bool fits = fit::form != detail::handler_form::none;
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
      if constexpr (answers && fit::keeps_values() && detail::payloads_in<Event>)
        events_[place].push_back([this, handler = std::move(handler)](socket& from, incoming& event) mutable {
          typename Event::arguments args{};
          if (auto wrong = detail::decode(event, args)) {
            from.report(event.name, *wrong);
            return false;
          }
          call<fit, R>(handler, from, event, args);
          return true;
        });
    }
  }

  /// Whether what the handler returns is what the event wants.
  template <class Fit, class Event, class F> static consteval bool answer_fits() {
    using R = typename Event::ack_type;
    if constexpr (Fit::takes_ack)
      return std::is_void_v<detail::handler_result<Fit, F, socket, typename Event::arguments, ack<R>>>;
    else
      return detail::sendable_as<detail::handler_result<Fit, F, socket, typename Event::arguments>, R>;
  }

  /// Calls a handler, which takes the acknowledgement from the event if it answers.
  template <class Fit, class R, class F, class Args>
  void call(F& handler, socket& from, incoming& event, Args& args) {
    if constexpr (Fit::takes_ack) {
      Fit::call(handler, from, args,
                [&] { return make_ack<R>(from, std::exchange(event.ack_id, std::nullopt)); });
    } else if constexpr (std::is_void_v<detail::handler_result<Fit, F, socket, Args>>) {
      Fit::call(handler, from, args, detail::no_ack);
    } else {
      using Given = std::remove_cvref_t<detail::handler_result<Fit, F, socket, Args>>;
      using Sent = std::conditional_t<std::is_same_v<R, arguments>, Given, R>;
      auto const& answer = Fit::call(handler, from, args, detail::no_ack);
      if (auto const id = std::exchange(event.ack_id, std::nullopt))
        from.deliver(core::encode_ack<json>(name(), *id, detail::as_payload<Sent>(answer)));
    }
  }

  template <class R> ack<R> make_ack(socket& from, std::optional<std::uint64_t> asked) {
    if (!asked) return ack<R>(nullptr);
    auto& where = from.in_slice();
    return ack<R>([&where, to = from.core_id(), id = *asked](R const& value) {
      auto packet = core::encode_ack<json>(where.of().name(), id, value);
      auto const send = [&where, to](core::outgoing const& encoded) {
        if (auto* const asker = where.find(to)) asker->send(encoded);
      };
      if (where.on().here())
        send(packet);
      else
        where.on().post([send, packet = std::move(packet)] { send(packet); });
    });
  }

  // -- core::namespace_ ------------------------------------------------------------------------------------

  static socket& typed(core::socket<json>& who) { return static_cast<socket&>(who); }

  core::admission<json> admit(core::connection<json>& client, core::slice<json>& where,
                              std::optional<typename json::view> auth) override {
    using auth_type = typename socket::auth_type;
    auth_type wanted{};
    if constexpr (!std::is_same_v<auth_type, nothing>)
      if (auto refusal = detail::decode_auth(auth, wanted)) return {nullptr, std::move(*refusal)};
    try {
      std::unique_ptr<core::socket<json>> made(new socket(client, where, std::move(wanted)));
      return {std::move(made), {}};
    } catch (...) {  // out of the program's own `data`; there is no socket yet that could be told
      return {nullptr, "data could not be made"};
    }
  }

  void on_connect(core::socket<json>& who) override {
    for_each(connect_, "connect", typed(who), [](auto const& handler, socket& s) {
      if (s.connected()) handler(s);
    });
  }
  void on_disconnecting(core::socket<json>& who, reason why) override {
    for_each(disconnecting_, "disconnecting", typed(who),
             [why](auto const& handler, socket& s) { handler(s, why); });
  }
  void on_disconnect(core::socket<json>& who, reason why) override {
    for_each(disconnect_, "disconnect", typed(who),
             [why](auto const& handler, socket& s) { handler(s, why); });
  }

  void on_drain(core::socket<json>& who) override {
    for_each(drain_, "drain", typed(who), [](auto const& handler, socket& s) {
      if (s.connected()) handler(s);
    });
  }

  void on_error(core::socket<json>& who, event_error const& what) override {
    for (std::size_t i = 0, size = error_.size(); i < size; ++i) {
      try {
        error_[i](typed(who), what);
      } catch (...) {  // there is nobody left to tell
      }
    }
  }

  void on_event(core::socket<json>& who, incoming const& arrived) override {
    auto& from = typed(who);
    auto event = arrived;  // from which a handler takes the acknowledgement
    dispatch(any_, from, event);
    auto const place = index::find(event.name);
    auto const named = named_.find(event.name);
    if (place != index::size) dispatch(events_[place], from, event);
    if (named != named_.end()) dispatch(named->second, from, event);
    if (place == index::size && !detail::is_open<C> && any_.empty())
      from.report(event.name, {{}, "the contract lists no event of this name"});
  }

  void dispatch(event_handlers const& list, socket& from, incoming& event) {
    bool fits = true;
    for_each(list, event.name, from, [&](auto const& handler, socket& s) {
      if (fits && s.connected()) fits = handler(s, event);
    });
  }

  /// Calls those handlers that are there at the start. What one throws goes to `on_error`.
  template <class Handlers, class Call>
  void for_each(Handlers const& list, std::string_view event, socket& who, Call call_one) {
    for (std::size_t i = 0, size = list.size(); i < size; ++i)
      who.guarded(event, [&] { call_one(list[i], who); });
  }

  std::array<event_handlers, index::size> events_;
  std::map<std::string, event_handlers, std::less<>> named_;
  event_handlers any_;
  handlers<void(socket&)> connect_;
  handlers<void(socket&, reason)> disconnecting_;
  handlers<void(socket&, reason)> disconnect_;
  handlers<void(socket&)> drain_;
  handlers<void(socket&, event_error const&)> error_;
};

}  // namespace socketiopp
