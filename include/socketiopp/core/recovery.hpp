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

#include <socketiopp/core/lost_session.hpp>
#include <socketiopp/core/options.hpp>
#include <socketiopp/core/packet_log.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/table.hpp>

/// Connection state recovery: clients that lost their connection for a while find everything as it was.
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
    gone_.erase(pid);
    auto& made = gone_.add(pid, *this, pid, std::move(session)).value;
    turn_.schedule(made, turn_.now() + options_.max_disconnection_duration);
    made.follow(newest_);
  }

  /// A client is back: what it finds again, if it is known, and if all is known that it missed since
  /// `offset`, which is none if it has got nothing yet. It can come back with that once only.
  std::optional<lost_session> find_again(engine::id const& pid, std::optional<std::uint64_t> offset) {
    auto* const found = gone_.find(pid);
    if (!found) return std::nullopt;
    auto session = std::move(found->value.session);
    gone_.erase(*found);
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
  meta::table<engine::id, absence> gone_;

  packet_log log_;
};

}  // namespace socketiopp::core
