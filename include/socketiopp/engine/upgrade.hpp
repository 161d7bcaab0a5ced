// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
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
  bool under_way() const { return socket_ != nullptr; }
  /// Whether the link is that WebSocket.
  bool is(link const& candidate) const { return socket_ == &candidate; }
  /// Whether the probe has been answered.
  bool probed() const { return probed_; }
  /// How the WebSocket speaks. Browsers have polls in text and frames in binary.
  dialect speaks() const { return speaks_; }
  /// When something is to be done.
  time_point due() const { return std::min(until_, noop_at_); }

  void begin(link& socket, time_point until, dialect speaks = {}) {
    socket_ = &socket;
    until_ = until;
    speaks_ = speaks;
  }

  void answer_probe() {
    std::vector<shared_packet> reply{text_packet("3probe")};
    socket_->send(reply);
    probed_ = true;
  }

  /// A poll waits from now on, or no longer does.
  void poll_waits(time_point now) {
    if (probed_) noop_at_ = now + noop_delay;
  }
  void poll_ended() { noop_at_ = never; }

  /// Whether the poll that waits is to be ended.
  bool wants_noop(time_point now) const { return noop_at_ <= now; }
  /// Whether it has taken too long (W-107).
  bool too_late(time_point now) const { return until_ <= now; }

  /// The upgrade is over: it has succeeded, or its WebSocket has gone. Answers with that.
  link* end() {
    probed_ = false;
    until_ = noop_at_ = never;
    return std::exchange(socket_, nullptr);
  }

  /// The upgrade has failed; long-polling goes on.
  void give_up() {
    if (auto* const socket = end()) socket->close(no_status, {});
  }

private:
  static constexpr auto never = time_point::max();
  static constexpr auto noop_delay = std::chrono::milliseconds(100);

  link* socket_ = nullptr;
  dialect speaks_;
  bool probed_ = false;
  time_point until_ = never;
  time_point noop_at_ = never;
};

}  // namespace socketiopp::engine
