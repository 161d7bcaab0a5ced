// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/lossless.hpp>
#include <socketiopp/core/core.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/callable.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/values.hpp>

/// A client in a namespace, as its handlers see it.
namespace socketiopp {

namespace detail {

/// What `socket::auth()` gives: the contract's type; the JSON value where the contract is open and names
/// none.
template <class C> using auth_type =
    std::conditional_t<std::is_same_v<typename auth_of<C>::type, nothing> && is_open<C>, json::value,
                       typename auth_of<C>::type>;

/// What is known of `F` as the callback for an acknowledgement.
template <class F, class R> struct callback_fit {
  static constexpr bool fits = std::is_invocable_v<F&, std::error_code, R>;
  static constexpr bool keeps_value = true;
};
template <class F, class R>
  requires(std::is_invocable_v<F&, std::error_code, R>&& meta::known_parameters<F>)
struct callback_fit<F, R> {
  static constexpr bool fits = true;
  static constexpr bool keeps_value = lossless<R, std::tuple_element_t<1, meta::parameters<F>>>;
};

/// Asks one client, with a time limit. What `socket::timeout` gives.
template <contract C, class Policies> class timed_socket {
public:
  timed_socket(socket<C, Policies>& to, std::chrono::milliseconds limit)
      : to_(to), limit_(std::clamp<std::chrono::milliseconds>(limit, {}, longest)) {}

  /// As `socket::emit_with_ack`.
  template <meta::fixed_string Name, class... Args> void emit_with_ack(Args&&... args) {
    static_assert(sizeof...(Args) > 0, "socketiopp: emit_with_ack: the last argument is a callback");
    if constexpr (sizeof...(Args) > 0)
      to_.template ask<Name>(limit_, std::forward_as_tuple(std::forward<Args>(args)...),
                             std::make_index_sequence<sizeof...(Args) - 1>{});
  }
  template <meta::fixed_string Name, class... Args> void emit_with_ack(event_name<Name>, Args&&... args) {
    emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  /// For open contracts: an event by run-time name. The callback gets `(std::error_code, sio::arguments)`.
  template <class... Args> void emit_with_ack(std::string_view name, Args&&... args) {
    static_assert(sizeof...(Args) > 0, "socketiopp: emit_with_ack: the last argument is a callback");
    if constexpr (sizeof...(Args) > 0)
      to_.ask(limit_, name, std::forward_as_tuple(std::forward<Args>(args)...),
              std::make_index_sequence<sizeof...(Args) - 1>{});
  }

private:
  static constexpr std::chrono::hours longest{365 * 24};  // no time of the clock overflows with it

  socket<C, Policies>& to_;
  std::chrono::milliseconds limit_;
};

/// Emits to one client in a special way. What `socket::volatile_` and `socket::compress` give; valid as long
/// as the socket.
template <contract C, class Policies> class special_delivery
    : public emitter<C, special_delivery<C, Policies>> {
public:
  using json = typename Policies::json;

  special_delivery(socket<C, Policies>& to, core::delivery how) : to_(to), how_(how) {}

  special_delivery volatile_() const { return {to_, {.is_volatile = true, .compress = how_.compress}}; }
  special_delivery compress(bool allowed) const {
    return {to_, {.is_volatile = how_.is_volatile, .compress = allowed}};
  }

private:
  friend emitter<C, special_delivery>;

  std::string_view nsp() const { return to_.nsp(); }
  void deliver(core::outgoing packet) { to_.deliver(std::move(packet).with(how_)); }

  socket<C, Policies>& to_;
  core::delivery how_;
};

}  // namespace detail

/// Exists from its client's connect until the end of `on_disconnect`. Valid inside handlers, on its shard's
/// thread only; keep its `id()` to reach it from elsewhere (`lobby.to(id)`).
template <contract C, class Policies> class socket final : private core::socket<typename Policies::json>,
                                                           public detail::emitter<C, socket<C, Policies>> {
  using base = core::socket<typename Policies::json>;

public:
  using json = typename Policies::json;
  using data_type = typename detail::data_of<C>::type;
  using auth_type = detail::auth_type<C>;

  socket(core::connection<json>& on, core::slice<json>& in, auth_type auth)
      : base(on, in), auth_(std::move(auth)) {}

  /// 20 characters, new for every connect. The view lives as long as the socket.
  std::string_view id() const { return base::id().view(); }
  /// False in `on_disconnecting` and `on_disconnect`, and after `disconnect()`.
  bool connected() const { return base::connected(); }
  /// The name of its namespace.
  std::string const& nsp() const { return in_slice().of().name(); }
  /// The request that opened its connection.
  engine::handshake const& handshake() const { return base::handshake(); }

  /// What the contract keeps with each socket.
  data_type& data() { return data_; }
  data_type const& data() const { return data_; }
  /// What CONNECT carried.
  auth_type const& auth() const {
    static_assert(!std::is_same_v<auth_type, nothing>, "socketiopp: auth: the contract has no auth");
    return auth_;
  }

  /// Enters a room. Does nothing if it is there already.
  void join(std::string_view room) { base::join(room); }
  /// Leaves a room. Does nothing if it is not there. Its own room, named by its id, it cannot leave.
  void leave(std::string_view room) { base::leave(room); }
  /// The names of its rooms, first its id.
  std::vector<std::string> rooms() const { return base::rooms(); }

  /// Everybody else in a room (F-124).
  selection<C, Policies> to(std::string_view room) const { return broadcast().to(room); }
  /// The same as `to`.
  selection<C, Policies> in(std::string_view room) const { return to(room); }
  /// Everybody else in the namespace but those in a room.
  selection<C, Policies> except(std::string_view room) const { return broadcast().except(room); }
  /// Everybody else in the namespace.
  selection<C, Policies> broadcast() const {
    return {in_slice().of(), core::targets{.rooms = {}, .except = {}, .sender = base::id()}};
  }

  /// Drops what is emitted to this client if it would have to wait: positions, not news (F-143).
  detail::special_delivery<C, Policies> volatile_() { return {*this, {.is_volatile = true}}; }
  /// Whether what is emitted may be compressed, where that is agreed on (F-144). It may unless told.
  detail::special_delivery<C, Policies> compress(bool allowed) { return {*this, {.compress = allowed}}; }

  /// Whether what is emitted now leaves at once. If not, it waits, and `on_drain` follows.
  bool writable() const { return base::writable(); }
  /// How many bytes wait for this client; see `server_options::max_queued_bytes`.
  std::size_t queued_bytes() const { return base::queued_bytes(); }

  /// Takes the socket out of its namespace; the client gets the reason "io server disconnect". With `close`
  /// the client's whole connection is ended, with all its namespaces.
  void disconnect(bool close = false) { base::disconnect(close); }

  /// Emits an event and awaits its acknowledgement. The last argument is a callback `(std::error_code, R)`;
  /// it is called once, on this shard's thread: with the answer; with `errc::no_answer` after the server's
  /// `ack_timeout`; with `errc::disconnected` as soon as the socket goes; with `errc::payload_mismatch` if
  /// the answer is no `R`; before this returns with `errc::too_large` if too many answers are awaited, and
  /// with `errc::slow_consumer` if too much waits for the client.
  template <meta::fixed_string Name, class... Args> void emit_with_ack(Args&&... args) {
    timeout(default_timeout()).template emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  template <meta::fixed_string Name, class... Args> void emit_with_ack(event_name<Name>, Args&&... args) {
    emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  /// For open contracts: an event by run-time name. The callback gets `(std::error_code, sio::arguments)`.
  template <class... Args> void emit_with_ack(std::string_view name, Args&&... args) {
    timeout(default_timeout()).emit_with_ack(name, std::forward<Args>(args)...);
  }

  /// The same with another time limit, of a year at most: `s.timeout(5s).emit_with_ack<"confirm">("sure?",
  /// callback)`.
  detail::timed_socket<C, Policies> timeout(std::chrono::milliseconds limit) { return {*this, limit}; }

private:
  friend namespace_<C, Policies>;
  friend detail::emitter<C, socket>;
  friend detail::timed_socket<C, Policies>;
  friend detail::special_delivery<C, Policies>;

  core::slice<json>& in_slice() const { return base::in(); }
  engine::id const& core_id() const { return base::id(); }
  void deliver(core::outgoing const& packet) { base::send(packet); }
  std::chrono::milliseconds default_timeout() const { return in_slice().on().options().ack_timeout; }

  template <meta::fixed_string Name, class... Given, std::size_t... I>
  void ask(std::chrono::milliseconds limit, std::tuple<Given...> given, std::index_sequence<I...>) {
    if constexpr (detail::server_emits<C, Name>()) {
      using Event = typename C::to_client::template find<Name>::event;
      static_assert(
          Event::acknowledged,
          "socketiopp: emit_with_ack: the contract has no acknowledgement for this event: use emit");
      constexpr bool fit =
          detail::arguments_fit<typename Event::arguments, std::tuple_element_t<I, std::tuple<Given...>>...>;
      static_assert(fit,
                    "socketiopp: emit_with_ack: the arguments before the callback do not convert to the "
                    "event's parameters without narrowing");
      if constexpr (Event::acknowledged && fit)
        await<typename Event::ack_type>(
            limit, Event::name,
            [&](std::uint64_t id) {
              return detail::encode_event_of<json, Event>(nsp(), id, std::get<I>(given)...);
            },
            std::get<sizeof...(I)>(std::move(given)));
    }
  }

  template <class... Given, std::size_t... I> void ask(std::chrono::milliseconds limit, std::string_view name,
                                                       std::tuple<Given...> given,
                                                       std::index_sequence<I...>) {
    static_assert(detail::is_open<C>,
                  "socketiopp: emit_with_ack: a run-time name needs an open contract (static constexpr bool "
                  "open = true)");
    await<arguments>(
        limit, name,
        [&](std::uint64_t id) { return core::encode_event<json>(nsp(), id, name, std::get<I>(given)...); },
        std::get<sizeof...(I)>(std::move(given)));
  }

  template <class R, class Encode, class Callback>
  void await(std::chrono::milliseconds limit, std::string_view name, Encode encode, Callback&& callback) {
    using fit = detail::callback_fit<std::decay_t<Callback>, R>;
    static_assert(fit::fits,
                  "socketiopp: emit_with_ack: the last argument is a callback (std::error_code, R), where R "
                  "is the event's acknowledgement");
    static_assert(fit::keeps_value,
                  "socketiopp: emit_with_ack: the callback's parameter is narrower than the event's "
                  "acknowledgement");
    if constexpr (fit::fits && fit::keeps_value) {
      auto done = [this, event = std::string(name), callback = std::forward<Callback>(callback)](
                      std::error_code error, core::incoming<json> const* answer) mutable {
        R value{};
        if (answer && !this->decodes(event, *answer, value)) {
          error = errc::payload_mismatch;
          value = R{};
        }
        this->guarded(event, [&] { callback(error, std::move(value)); });
      };
      base::request(encode, in_slice().on().turn().now() + limit, std::move(done));
    }
  }

  /// Whether the answer is an `R`; what is wrong with it goes to `on_error`.
  template <class R> bool decodes(std::string_view event, core::incoming<json> const& answer, R& into) {
    bool good = false;
    guarded(event, [&] {
      auto const wrong = detail::decode_ack(answer, into);
      good = !wrong;
      if (wrong) report(event, *wrong);
    });
    return good;
  }

  void report(std::string_view event, fault const& wrong) {
    in_slice().of().on_error(*this, {.event = event,
                                     .code = errc::payload_mismatch,
                                     .path = wrong.path,
                                     .message = wrong.reason,
                                     .exception = nullptr});
  }

  /// Runs a handler; what it throws goes to `on_error`.
  template <class F> void guarded(std::string_view event, F&& run) {
    try {
      run();
    } catch (...) {
      in_slice().of().on_error(*this, detail::handler_failure(event, std::current_exception()));
    }
  }

  auth_type auth_;
  [[no_unique_address]] data_type data_{};
};

}  // namespace socketiopp
