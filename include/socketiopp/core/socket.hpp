// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/calls.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/lost_session.hpp>
#include <socketiopp/core/membership.hpp>
#include <socketiopp/core/presence.hpp>
#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/parser/outgoing.hpp>

namespace socketiopp::engine {

enum class fate : std::uint8_t;
using time_point = std::chrono::steady_clock::time_point;

}  // namespace socketiopp::engine

/// A client's presence in one namespace.
namespace socketiopp::core {

/// Made by its namespace when a client connects, kept by the client's connection. Belongs to one shard.
template <class Policies> class socket : public socket_calls<Policies>,
                                         public std::enable_shared_from_this<socket<Policies>> {
public:
  socket(core::connection<Policies>& on, core::presence<Policies> of);
  socket(socket const&) = delete;
  socket& operator=(socket const&) = delete;
  virtual ~socket() = default;

  engine::id const& id() const { return id_; }
  /// Whether middlewares are still asked about it.
  bool entering() const { return phase_ == phase::entering; }
  bool connected() const { return phase_ == phase::connected; }
  /// Valid until it is disconnected.
  core::connection<Policies>& client() const { return connection_; }
  core::slice<Policies>& in() const { return slice_; }
  core::namespace_<Policies>& of() const { return place_.of(); }
  socket_calls<Policies>& calls() { return *this; }
  socket_calls<Policies> const& calls() const { return *this; }
  core::part<Policies>& part() const final { return slice_; }
  engine::handshake const& handshake() const { return *handshake_; }

  /// Also before it is connected: a middleware may know where it belongs.
  void join(std::string_view room) final;
  void leave(std::string_view room) final;
  /// Its rooms; the first is its own, named by its id.
  std::vector<std::string> rooms() const;

  /// Queues an event for the client. Does nothing once the socket is disconnected. If too much waits for the
  /// client already, its namespace gets the error.
  void send(parser::outgoing const& packet) final;
  /// The same for an acknowledgement.
  void answer(parser::outgoing const& packet) final;

  /// The same for an event in two steps, for those who send to many. If it is refused, `tell_dropped` must
  /// follow.
  engine::fate try_send(parser::outgoing const& packet);
  void tell_dropped();

  /// Whether what is sent now leaves at the end of the turn, and how many bytes wait for the client.
  bool writable() const;
  std::size_t queued_bytes() const;

  /// The acknowledgement id for the next question to this client alone.
  std::uint64_t next_ack_id() { return std::exchange(next_ack_id_, (next_ack_id_ + 1) % shared_ack_ids); }

  /// Sends the packet, an event that carries that acknowledgement id, and calls `done` with the answer; with
  /// an error if none comes by `deadline`, or the socket goes, or too many are pending, or too much waits for
  /// the client.
  void request(std::uint64_t id, parser::outgoing const& packet, engine::time_point deadline,
               answer_callback<Policies> done);
  void ask(std::uint64_t id, parser::outgoing const& packet, std::chrono::milliseconds limit,
           answer_callback<Policies> done) final {
    if (!connected()) return done(errc::disconnected, nullptr);  // and has no connection any more
    request(id, packet, client().turn().now() + limit, std::move(done));
  }
  /// Forgets what `request` was told to call.
  void forget(std::uint64_t id) final {
    if (acks_) acks_->forget(id);
  }

  /// Takes the socket out of its namespace and tells the client (W-130); with `close`, ends the client's
  /// whole connection (W-131).
  void disconnect(bool close);

  bool is_writable() const final { return writable(); }
  std::size_t bytes_queued() const final { return queued_bytes(); }
  void take_out(bool close) final { disconnect(close); }

  /// What the client will show to be recognised, where clients come back; else null.
  engine::id const* pid() const { return comeback_ ? &comeback_->pid : nullptr; }
  /// Whether it is one that was gone, with its id, rooms and data.
  bool recovered() const { return recovered_; }

  // -- for the connection ------------------------------------------------------------------------------

  /// It will be what was lost.
  void restore(engine::id const& pid, lost_session found);
  /// Life-cycle rule 1: into its namespace, and connected. Gives what it has missed.
  std::vector<parser::outgoing> enter();

  /// Queues an event that nobody else is sent now, and that others know of already.
  engine::fate send_once(parser::outgoing const& packet);

  /// Life-cycle rule 2: disconnecting with the rooms still set, then out of everything, then disconnect. One
  /// that has not been let in yet goes without a word (F-172).
  void end(reason why);
  /// Its connection goes with the whole server: nobody is told, and nothing is awaited any more.
  void orphan() {
    phase_ = phase::disconnected;
    acks_.reset();
  }

  /// An acknowledgement has come from the client.
  void acknowledged(incoming<Policies> const& answer) {
    if (acks_ && answer.ack_id) acks_->settle(*answer.ack_id, answer);
  }

  // -- for the tables that it is in --------------------------------------------------------------------

  auto& memberships() { return memberships_; }

  std::size_t place = 0;   ///< in its slice's list of all sockets
  std::uint64_t mark = 0;  ///< the last selection that looked at it

private:
  enum class phase : std::uint8_t { entering, connected, disconnecting, disconnected };

  struct comeback {
    engine::id pid;
    std::uint64_t since = 0;                 // the offset that was current when it entered
    std::optional<lost_session> found = {};  // until it enters
  };

  void keep(parser::outgoing const& packet);
  void tell_watchers(parser::outgoing const& packet);
  pending_acks<Policies>& acks();
  std::size_t max_pending_acks() const;
  void report(bound which) const;

  core::connection<Policies>& connection_;
  core::presence<Policies> place_;
  core::slice<Policies>& slice_;
  std::shared_ptr<engine::handshake const> handshake_;
  engine::id id_;
  phase phase_ = phase::entering;
  bool recovered_ = false;
  std::unique_ptr<comeback> comeback_;  // where clients come back
  std::vector<membership<socket>> memberships_;
  std::unique_ptr<pending_acks<Policies>> acks_;  // few sockets ever ask
  std::uint32_t next_ack_id_ = 0;
};

}  // namespace socketiopp::core
