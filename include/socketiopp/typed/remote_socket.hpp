// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/typed/asker.hpp>
#include <socketiopp/typed/callback.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/socket.hpp>
#include <socketiopp/typed/socket_access.hpp>

/// Sockets as they were when they were asked for, from any thread and later.
namespace socketiopp {

namespace detail {

/// Asks one socket by its id. What `remote_socket::timeout` gives.
template <contract C, class Policies> class timed_remote : public asker<C, timed_remote<C, Policies>> {
public:
  using format = core::format_of<Policies>;

  timed_remote(selection<C, Policies> to, std::string id) : to_(std::move(to)), id_(std::move(id)) {}

private:
  friend asker<C, timed_remote>;
  friend remote_socket<C, Policies>;

  std::string_view nsp() const { return to_.nsp(); }
  std::uint64_t next_ack_id() { return to_.next_ack_id(); }

  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t id, parser::outgoing packet, Last&& last) {
    if constexpr (takes_ack<Last, R>()) {
      auto& home = to_.of_->calls().nearest_home();
      return begin<std::error_code, R>(
          home.place(),
          [inquire = to_.template inquirer<R>(home, event, id, std::move(packet)), who = id_](auto done) {
            struct heard {
              decltype(done) callback;
              std::error_code error = errc::disconnected;
              R value{};
            };
            auto const kept = std::make_shared<heard>(heard{std::move(done)});
            return inquire(
                [kept, who](std::string_view from, std::error_code error, R value) {
                  if (from != who) return;  // somebody else in the room of that name
                  kept->error = error;
                  kept->value = std::move(value);
                },
                [kept](std::error_code) { kept->callback(kept->error, std::move(kept->value)); });
          },
          std::forward<Last>(last));
    }
  }

  selection<C, Policies> to_;
  std::string id_;
};

}  // namespace detail

/// What was known of a socket when `fetch_sockets` was asked, and the ways to reach it (F-134). May be kept,
/// copied, and used from any thread, while the server lives. Nothing happens where the socket has gone;
/// `emit_with_ack`, which is as that of `socket`, gets `errc::disconnected` then.
template <contract C, class Policies> class remote_socket
    : public detail::emitter<C, remote_socket<C, Policies>>,
      public detail::asker<C, remote_socket<C, Policies>> {
public:
  using format = core::format_of<Policies>;
  using data_type = typename detail::data_of<C>::type;

  /// On the shard of the socket.
  explicit remote_socket(core::socket<Policies>& seen)
      : to_(selection<C, Policies>(seen.of(), {}).to(seen.id().view())),
        id_(seen.id().view()),
        handshake_(seen.handshake()),
        rooms_(seen.rooms()),
        data_(data_in(seen)) {}

  /// As another server tells of it. If its data are none, they are neutral, and that is an error.
  remote_socket(core::namespace_<Policies>& of, core::remote_record const& told, std::error_code& error)
      : to_(selection<C, Policies>(of, {}).to(told.id)),
        id_(told.id),
        handshake_(told.handshake),
        rooms_(told.rooms) {
    if constexpr (json::payload<data_type> && !std::is_same_v<data_type, nothing>) {
      json::read_context context;
      if (json::read(told.data.view(), data_, context)) return;
      data_ = data_type();
      error = errc::payload_mismatch;
    }
  }

  /// As they were when it was asked for.
  std::string const& id() const { return id_; }
  std::string_view nsp() const { return to_.nsp(); }
  engine::handshake const& handshake() const { return handshake_; }
  std::vector<std::string> const& rooms() const { return rooms_; }
  /// A copy of what the contract keeps with the socket.
  data_type const& data() const { return data_; }

  /// With a time limit: `found.timeout(5s).emit_with_ack<"confirm">("sure?", callback)`.
  detail::timed_remote<C, Policies> timeout(std::chrono::milliseconds limit) const {
    return {to_.timeout(limit), id_};
  }

  /// Has the socket enter rooms, leave them, or go; see `socket`.
  template <class... Rooms> void join(Rooms const&... rooms) const { to_.sockets_join(rooms...); }
  template <class... Rooms> void leave(Rooms const&... rooms) const { to_.sockets_leave(rooms...); }
  void disconnect(bool close = false) const { to_.disconnect_sockets(close); }

private:
  friend detail::emitter<C, remote_socket>;
  friend detail::asker<C, remote_socket>;

  static data_type data_in(core::socket<Policies>& seen) {
    if constexpr (std::is_same_v<data_type, nothing>)
      return {};  // nor is it known whether that is the contract of the socket
    else
      return detail::socket_access::typed<socket<C, Policies>>(seen).data();
  }

  std::uint64_t offset() const { return to_.offset(); }
  void deliver(parser::outgoing packet) const { to_.deliver(std::move(packet)); }
  std::uint64_t next_ack_id() { return to_.next_ack_id(); }

  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t id, parser::outgoing packet, Last&& last) {
    return detail::timed_remote<C, Policies>(to_, id_).template ask<R>(event, id, std::move(packet),
                                                                       std::forward<Last>(last));
  }

  selection<C, Policies> to_;
  std::string id_;
  engine::handshake handshake_;
  std::vector<std::string> rooms_;
  data_type data_{};
};

}  // namespace socketiopp
