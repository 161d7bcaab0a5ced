// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/outgoing.hpp>
#include <socketiopp/core/pending_acks.hpp>
#include <socketiopp/core/rooms.hpp>
#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/turn.hpp>

/// A client's presence in one namespace.
namespace socketiopp::core {

/// Made by its namespace when a client connects, kept by the client's connection. Belongs to one shard.
template <class Json> class socket : public engine::discardable {
public:
  socket(core::connection<Json>& on, core::slice<Json>& in);
  socket(socket const&) = delete;
  socket& operator=(socket const&) = delete;

  engine::id const& id() const { return id_; }
  bool connected() const { return phase_ == phase::connected; }
  core::slice<Json>& in() const { return slice_; }
  engine::handshake const& handshake() const;

  void join(std::string_view room);
  void leave(std::string_view room);
  /// Its rooms; the first is its own, named by its id.
  std::vector<std::string> rooms() const;

  /// Queues a packet for the client. Does nothing once the socket is disconnected. If too much waits for the
  /// client already, its namespace gets the error.
  void send(outgoing const& packet) {
    if (!try_send(packet)) tell_dropped();
  }

  /// The same in two steps, for those who send to many. False: `tell_dropped` must follow.
  bool try_send(outgoing const& packet);
  void tell_dropped();

  /// Whether what is sent now leaves at the end of the turn, and how many bytes wait for the client.
  bool writable() const;
  std::size_t queued_bytes() const;

  /// Sends `packet(id)`, an event that carries the acknowledgement id that it is given, and calls `done` with
  /// the answer; with an error if none comes by `deadline`, or the socket goes, or too many are pending, or
  /// too much waits for the client. What `packet` throws goes to the caller, and nothing is awaited.
  template <class MakePacket>
  void request(MakePacket packet, engine::time_point deadline, typename pending_acks<Json>::callback done) {
    if (!connected()) return done(errc::disconnected, nullptr);
    auto& pending = acks();
    if (pending.size() >= max_pending_acks()) {
      report(bound::max_pending_acks);
      return done(errc::too_large, nullptr);
    }
    if (!try_send(packet(pending.next_id()))) return done(errc::slow_consumer, nullptr);
    pending.add(std::move(done), deadline);
  }

  /// Takes the socket out of its namespace and tells the client (W-130); with `close`, ends the client's
  /// whole connection (W-131).
  void disconnect(bool close);

  // -- for the connection ------------------------------------------------------------------------------

  /// Life-cycle rule 2: disconnecting with the rooms still set, then out of everything, then disconnect.
  void end(reason why);

  /// An acknowledgement has come from the client.
  void acknowledged(incoming<Json> const& answer) {
    if (acks_ && answer.ack_id) acks_->settle(*answer.ack_id, answer);
  }

  // -- for the tables that it is in --------------------------------------------------------------------

  auto& memberships() { return memberships_; }

  std::size_t place = 0;   ///< in its slice's list of all sockets
  std::uint64_t mark = 0;  ///< the last selection that looked at it

private:
  enum class phase : std::uint8_t { connected, disconnecting, disconnected };

  pending_acks<Json>& acks();
  std::size_t max_pending_acks() const;
  void report(bound which) const;

  core::connection<Json>& connection_;
  core::slice<Json>& slice_;
  engine::id id_;
  phase phase_ = phase::connected;
  std::vector<typename core::rooms<socket>::membership> memberships_;
  std::unique_ptr<pending_acks<Json>> acks_;  // few sockets ever ask
};

}  // namespace socketiopp::core
