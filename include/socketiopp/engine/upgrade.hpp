// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/timer_wheel.hpp>

/// How a WebSocket becomes the transport of a long-polling session (tests/wire_rules.md).
namespace socketiopp::engine {

/// The WebSocket that wants to: it probes, is answered, and says when it takes over. From the answer on the
/// waiting poll is ended every now and then, so that the client can stop polling (W-100).
class upgrade {
public:
  bool under_way() const { return attempt_ != nullptr; }
  /// Whether the link is that WebSocket.
  bool is(link const& candidate) const { return attempt_ && attempt_->socket == &candidate; }
  /// Whether the probe has been answered.
  bool probed() const { return attempt_ && attempt_->probed; }
  /// How the WebSocket speaks. Browsers have polls in text and frames in binary.
  dialect speaks() const { return attempt_ ? attempt_->speaks : dialect(); }
  /// When something is to be done.
  time_point due() const { return attempt_ ? std::min(attempt_->until, attempt_->noop_at) : never; }

  void begin(link& socket, time_point until, dialect speaks = {}) {
    attempt_ = std::make_unique<attempt>(attempt{.socket = &socket, .speaks = speaks, .until = until});
  }

  void answer_probe() {
    std::vector<shared_packet> reply{text_packet("3probe")};
    attempt_->socket->send(reply);
    attempt_->probed = true;
  }

  /// A poll waits from now on, or no longer does.
  void poll_waits(time_point now) {
    if (probed()) attempt_->noop_at = now + noop_delay;
  }
  void poll_ended() {
    if (attempt_) attempt_->noop_at = never;
  }

  /// Whether the poll that waits is to be ended.
  bool wants_noop(time_point now) const { return attempt_ && attempt_->noop_at <= now; }
  /// Whether it has taken too long (W-107).
  bool too_late(time_point now) const { return attempt_ && attempt_->until <= now; }

  /// The upgrade is over: it has succeeded, or its WebSocket has gone. Answers with that.
  link* end() {
    auto const ended = std::exchange(attempt_, nullptr);
    return ended ? ended->socket : nullptr;
  }

  /// The upgrade has failed; long-polling goes on.
  void give_up() {
    if (auto* const socket = end()) socket->close(no_status, {});
  }

private:
  static constexpr auto never = time_point::max();
  static constexpr auto noop_delay = std::chrono::milliseconds(100);

  struct attempt {
    link* socket;
    dialect speaks;
    bool probed = false;
    time_point until;
    time_point noop_at = never;
  };

  std::unique_ptr<attempt> attempt_;  // few sessions have one, and not for long
};

}  // namespace socketiopp::engine
