// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <socketiopp/core/packet_log.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/turn.hpp>

/// Connection state recovery: clients that lost their connection for a while find everything as it was.
namespace socketiopp {

/// What is kept for clients that come back (F-034). All of it is kept per namespace and thread, in memory: on
/// a server of several threads only those clients are recognised who come back to the thread that they were
/// on.
struct recovery_options {
  /// How long a client may be gone.
  std::chrono::milliseconds max_disconnection_duration{120'000};
  /// Whether those who come back are let in without asking the middlewares again (F-173).
  bool skip_middlewares = true;
  /// How many clients that are gone are remembered; of more, those that went first are forgotten.
  std::size_t max_sessions = 10'000;
  /// How many packets are kept for them.
  std::size_t max_packets = 10'000;
  /// How many bytes of packets.
  std::size_t max_bytes = std::size_t{16} * 1024 * 1024;
};

}  // namespace socketiopp

namespace socketiopp::core {

/// Whether a client that was lost for this reason may come back (F-180 to F-188).
constexpr bool recoverable(reason why) {
  switch (why) {
    case reason::parse_error:
    case reason::client_namespace_disconnect:
    case reason::server_namespace_disconnect: return false;
    default: return true;
  }
}

/// What a client finds again.
struct lost_session {
  engine::id sid;
  std::vector<std::string> rooms;  ///< the first is its id
  std::uint64_t offset;            ///< from where on it missed packets
  std::shared_ptr<void> data;      ///< the contract's, moved out of the socket
};

/// The clients that are gone, and what has been sent since. Belongs to one shard.
class recovery {
public:
  recovery(recovery_options const& options, std::chrono::milliseconds heartbeat, engine::turn& turn)
      : options_(options),
        turn_(turn),
        // That a client is gone is found out as late as its heartbeat; what was sent before is missing too.
        log_({options.max_packets, options.max_bytes, options.max_disconnection_duration + heartbeat}) {}

  /// A client has gone. `pid` is what it will show to be recognised.
  void remember(engine::id const& pid, lost_session session) {
    if (options_.max_sessions == 0) return;
    if (gone_.size() >= options_.max_sessions) oldest_->expired();
    auto made = std::make_unique<absence>(*this, pid, std::move(session));
    turn_.schedule(*made, turn_.now() + options_.max_disconnection_duration);
    made->follow(newest_);
    gone_.insert_or_assign(pid, std::move(made));
  }

  /// A client is back: what it finds again, if it is known, and if all is known that it missed since
  /// `offset`, which is none if it has got nothing yet. It can come back with that once only.
  std::optional<lost_session> find_again(engine::id const& pid, std::optional<std::uint64_t> offset) {
    auto const node = gone_.extract(pid);
    if (!node) return std::nullopt;
    auto session = std::move(node.mapped()->session);
    if (offset) session.offset = *offset;
    if (!log_.reaches(session.offset)) return std::nullopt;
    return session;
  }

  recovery_options const& options() const { return options_; }
  /// What was sent to whom.
  packet_log& log() { return log_; }
  std::size_t size() const { return gone_.size(); }

private:
  /// One that is gone, in the list of them from the oldest on.
  class absence final : public engine::timer {
  public:
    absence(recovery& in, engine::id const& pid, lost_session lost)
        : session(std::move(lost)), in_(in), pid_(pid) {}
    ~absence() {
      (before_ ? before_->after_ : in_.oldest_) = after_;
      (after_ ? after_->before_ : in_.newest_) = before_;
    }

    void follow(absence* last) {
      before_ = last;
      (last ? last->after_ : in_.oldest_) = this;
      in_.newest_ = this;
    }
    void expired() override { in_.gone_.erase(pid_); }

    lost_session session;

  private:
    recovery& in_;
    engine::id pid_;
    absence* before_ = nullptr;
    absence* after_ = nullptr;
  };

  recovery_options options_;
  engine::turn& turn_;
  absence* oldest_ = nullptr;
  absence* newest_ = nullptr;
  std::unordered_map<engine::id, std::unique_ptr<absence>> gone_;

  packet_log log_;
};

}  // namespace socketiopp::core
