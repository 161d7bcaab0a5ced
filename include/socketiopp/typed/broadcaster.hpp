// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/typed/asker.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/roll_call.hpp>
#include <socketiopp/typed/selection.hpp>

/// What reaches everybody, said once for namespaces and for the server.
namespace socketiopp::detail {

/// Gives `Derived` what a selection has, for everybody in a namespace. It has `everybody()`, the selection of
/// all. May be used from any thread.
template <contract C, class Policies, class Derived> class broadcaster
    : public emitter<C, broadcaster<C, Policies, Derived>>,
      public many_asker<C, broadcaster<C, Policies, Derived>> {
  using some = selection<C, Policies>;

public:
  using format = core::format_of<Policies>;

  /// Those in some rooms. What is done without it is done to everybody.
  template <class... Rooms> some to(Rooms const&... rooms) { return all().to(rooms...); }
  /// The same as `to`.
  template <class... Rooms> some in(Rooms const&... rooms) { return to(rooms...); }
  /// Everybody but those in some rooms.
  template <class... Rooms> some except(Rooms const&... rooms) { return all().except(rooms...); }
  /// Everybody on this server; see `selection::local`.
  some local() { return all().local(); }
  /// Everybody for whom it need not wait; see `selection::volatile_`.
  some volatile_() { return all().volatile_(); }
  /// Everybody, compressed or not; see `selection::compress`.
  some compress(bool allowed) { return all().compress(allowed); }
  /// Everybody, with a time limit for acknowledgements; see `selection::timeout`.
  some timeout(std::chrono::milliseconds limit) { return all().timeout(limit); }

  /// Has everybody enter rooms; see `selection`.
  template <class... Rooms> void sockets_join(Rooms const&... rooms) { all().sockets_join(rooms...); }
  /// Has everybody leave rooms.
  template <class... Rooms> void sockets_leave(Rooms const&... rooms) { all().sockets_leave(rooms...); }
  /// Takes everybody out of the namespace, or ends their connections.
  void disconnect_sockets(bool close = false) { all().disconnect_sockets(close); }
  /// Lists everybody; see `selection::fetch_sockets`.
  template <class Last> auto fetch_sockets(Last&& last) {
    return all().fetch_sockets(std::forward<Last>(last));
  }

private:
  friend emitter<C, broadcaster>;
  friend asker<C, broadcaster>;

  some all() { return static_cast<Derived&>(*this).everybody(); }
  std::string_view nsp() { return all().nsp(); }
  std::uint64_t offset() { return all().offset(); }
  std::uint64_t next_ack_id() { return all().next_ack_id(); }
  void deliver(parser::outgoing packet) { all().deliver(std::move(packet)); }
  template <class R, class... Given> auto ask(Given&&... given) {
    return all().template ask<R>(std::forward<Given>(given)...);
  }
};

}  // namespace socketiopp::detail
