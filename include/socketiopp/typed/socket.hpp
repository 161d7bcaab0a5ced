// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/typed/asker.hpp>
#include <socketiopp/typed/callback.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/listener.hpp>
#include <socketiopp/typed/listening_socket.hpp>
#include <socketiopp/typed/report.hpp>
#include <socketiopp/typed/rooms.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/socket_access.hpp>

/// A client in a namespace, as its handlers see it.
namespace socketiopp {

namespace detail {

/// What `socket::auth()` gives: the contract's type; the JSON value where the contract is open and names
/// none.
template <class C> using auth_type =
    std::conditional_t<std::is_same_v<typename auth_of<C>::type, nothing> && is_open<C>, json::value,
                       typename auth_of<C>::type>;

/// Asks one client, with a time limit. What `socket::timeout` gives; valid as long as the socket.
template <contract C, class Policies> class timed_socket : public asker<C, timed_socket<C, Policies>> {
public:
  using format = core::format_of<Policies>;

  timed_socket(socket<C, Policies>& to, std::chrono::milliseconds limit)
      : to_(to), limit_(bounded_limit(limit)) {}

private:
  friend asker<C, timed_socket>;

  std::string_view nsp() const { return to_.nsp(); }
  std::uint64_t next_ack_id() { return to_.next_ack_id(); }
  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t id, parser::outgoing packet, Last&& last) {
    return to_.template ask_within<R>(limit_, event, id, std::move(packet), std::forward<Last>(last));
  }

  socket<C, Policies>& to_;
  std::chrono::milliseconds limit_;
};

/// Emits to one client in a special way. What `socket::volatile_` and `socket::compress` give; valid as long
/// as the socket.
template <contract C, class Policies> class special_delivery
    : public emitter<C, special_delivery<C, Policies>> {
public:
  using format = core::format_of<Policies>;

  special_delivery(socket<C, Policies>& to, parser::delivery how) : to_(to), how_(how) {}

  special_delivery volatile_() const { return {to_, {.is_volatile = true, .compress = how_.compress}}; }
  special_delivery compress(bool allowed) const {
    return {to_, {.is_volatile = how_.is_volatile, .compress = allowed}};
  }

private:
  friend emitter<C, special_delivery>;

  std::string_view nsp() const { return to_.nsp(); }
  std::uint64_t offset() const { return to_.offset(how_.is_volatile); }
  void deliver(parser::outgoing packet) { to_.deliver(std::move(packet).with(how_)); }

  socket<C, Policies>& to_;
  parser::delivery how_;
};

}  // namespace detail

/// Exists from its client's connect, when middlewares are asked about it, until the end of `on_disconnect`,
/// and as long as a coroutine runs that was given it. Valid inside handlers, on its shard's thread only; keep
/// its `id()` to reach it from elsewhere, from any thread (`lobby.to(id)`).
///
/// `emit_with_ack` calls its callback `(std::error_code, R)` once, on this shard's thread: with the answer;
/// with `errc::no_answer` after the server's `ack_timeout`; with `errc::disconnected` as soon as the socket
/// goes; with `errc::payload_mismatch` if the answer is no `R`; before it returns with `errc::too_large` if
/// too many answers are awaited, and with `errc::slow_consumer` if too much waits for the client.
template <contract C, class Policies> class socket final
    : private detail::listening_socket<Policies>,
      public detail::listener<C, Policies, socket<C, Policies>>,
      public detail::emitter<C, socket<C, Policies>>,
      public detail::asker<C, socket<C, Policies>> {
  using base = detail::listening_socket<Policies>;

public:
  using format = core::format_of<Policies>;
  using data_type = typename detail::data_of<C>::type;
  using auth_type = detail::auth_type<C>;

  socket(core::connection<Policies>& on, core::presence<Policies> of, auth_type auth)
      : base(on, std::move(of)), auth_(std::move(auth)) {}

  /// 20 characters, new for every connect. The view lives as long as the socket.
  std::string_view id() const { return base::id().view(); }
  /// False in middlewares, in `on_disconnecting` and `on_disconnect`, and after `disconnect()`.
  bool connected() const { return base::connected(); }
  /// Whether it is one that was gone for a while, and has its id, rooms and data again (F-120).
  bool recovered() const { return base::recovered(); }
  /// The name of its namespace.
  std::string const& nsp() const { return base::of().name(); }
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

  /// Asks about every event of this socket, after `on_any` and before its handlers, which are not called if
  /// it refuses (F-128): `(socket&, std::string_view event, sio::arguments const&)`, which returns an
  /// `admission`. Then `on_error` gets `errc::event_refused` with the message, and nothing is acknowledged.
  template <class F> registration use(F middleware) {
    constexpr bool fits = std::is_invocable_r_v<admission, F&, socket&, std::string_view, arguments const&>;
    static_assert(fits,
                  "socketiopp: use: a socket's middleware takes (socket&, std::string_view event, "
                  "sio::arguments const&) and returns sio::admission");
    if constexpr (fits)
      return this->use_for_events(std::move(middleware));
    else
      return {};
  }

  /// Enters rooms: names, or ranges of them. Does nothing for those in which it is already.
  template <class... Rooms> void join(Rooms const&... rooms) {
    detail::for_each_room([this](std::string_view room) { core_calls().join(room); }, rooms...);
  }
  /// Leaves rooms. Does nothing for those in which it is not. Its own room, named by its id, it cannot leave.
  template <class... Rooms> void leave(Rooms const&... rooms) {
    detail::for_each_room([this](std::string_view room) { core_calls().leave(room); }, rooms...);
  }
  /// The names of its rooms, first its id.
  std::vector<std::string> rooms() const { return base::rooms(); }

  /// Everybody else in some rooms (F-124).
  template <class... Rooms> selection<C, Policies> to(Rooms const&... rooms) const {
    return broadcast().to(rooms...);
  }
  /// The same as `to`.
  template <class... Rooms> selection<C, Policies> in(Rooms const&... rooms) const { return to(rooms...); }
  /// Everybody else in the namespace but those in some rooms.
  template <class... Rooms> selection<C, Policies> except(Rooms const&... rooms) const {
    return broadcast().except(rooms...);
  }
  /// Everybody else in the namespace.
  selection<C, Policies> broadcast() const {
    return {base::of(), core::targets{.some = false, .rooms = {}, .except = {}, .sender = base::id()}};
  }

  /// Everybody else in the namespace who is on this server; see `selection::local`.
  selection<C, Policies> local() const { return broadcast().local(); }

  /// Drops what is emitted to this client if it would have to wait: positions, not news (F-143).
  detail::special_delivery<C, Policies> volatile_() { return {*this, {.is_volatile = true}}; }
  /// Whether what is emitted may be compressed, where that is agreed on (F-144). It may unless told.
  detail::special_delivery<C, Policies> compress(bool allowed) { return {*this, {.compress = allowed}}; }

  /// Whether what is emitted now leaves at once. If not, it waits, and `on_drain` follows.
  bool writable() const { return core_calls().is_writable(); }
  /// How many bytes wait for this client; see `server_options::max_queued_bytes`.
  std::size_t queued_bytes() const { return core_calls().bytes_queued(); }

  /// Takes the socket out of its namespace; the client gets the reason "io server disconnect". With `close`
  /// the client's whole connection is ended, with all its namespaces.
  void disconnect(bool close = false) { core_calls().take_out(close); }

  /// With another time limit for acknowledgements, of a year at most:
  /// `s.timeout(5s).emit_with_ack<"confirm">("sure?", callback)`.
  detail::timed_socket<C, Policies> timeout(std::chrono::milliseconds limit) { return {*this, limit}; }

private:
  friend namespace_<C, Policies>;
  friend detail::listener<C, Policies, socket>;
  friend detail::socket_access;
  friend detail::emitter<C, socket>;
  friend detail::asker<C, socket>;
  friend detail::timed_socket<C, Policies>;
  friend detail::special_delivery<C, Policies>;

  core::socket<Policies>& core_self() { return *this; }
  core::socket_calls<Policies>& core_calls() { return base::calls(); }
  core::socket_calls<Policies> const& core_calls() const { return base::calls(); }
  engine::id const& core_id() const { return base::id(); }
  std::shared_ptr<void> share() { return this->shared_from_this(); }

  void outgoing_is_watched() { base::of().socket_watches_outgoing(); }
  detail::event_handlers<Policies>& own_handlers() {
    return base::handlers_for(detail::event_index<typename C::to_server>::size);
  }

  void deliver(parser::outgoing const& packet) { core_calls().send(packet); }
  std::uint64_t offset(bool is_volatile = false) const { return base::of().offset(is_volatile); }

  std::uint64_t next_ack_id() { return base::next_ack_id(); }

  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t id, parser::outgoing packet, Last&& last) {
    return ask_within<R>(core_calls().part().at().options().ack_timeout, event, id, std::move(packet),
                         std::forward<Last>(last));
  }

  template <class R, class Last> auto ask_within(std::chrono::milliseconds limit, std::string_view event,
                                                 std::uint64_t id, parser::outgoing packet, Last&& last) {
    if constexpr (detail::takes_ack<Last, R>())
      return detail::begin<std::error_code, R>(
          core_calls().part().at().place(),
          [self = share(), this, limit, event = std::string(event), id,
           packet = std::move(packet)](auto callback) mutable {
            auto const kept = std::move(self);  // not beyond this call: the callback may own what owns this
            core_calls().ask(id, packet, limit,
                             [this, event, callback = std::move(callback)](
                                 std::error_code error, core::incoming<Policies> const* answer) mutable {
                               R value{};
                               error = detail::read_ack(core_self(), event, error, answer, value);
                               guarded(event, [&] { callback(error, std::move(value)); });
                             });
            return [this, weak = std::weak_ptr(kept), id] {
              if (auto const alive = weak.lock()) core_calls().forget(id);
            };
          },
          std::forward<Last>(last));
  }

  void report(std::string_view event, fault const& wrong) {
    detail::tell(core_self(), event, errc::payload_mismatch, wrong.path, wrong.reason);
  }

  /// Runs a handler; what it throws goes to `on_error`.
  template <class F> void guarded(std::string_view event, F&& run) {
    detail::guarded(core_self(), event, run);
  }

  auth_type auth_;
  [[no_unique_address]] data_type data_{};
};

}  // namespace socketiopp
