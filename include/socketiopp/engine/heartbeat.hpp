// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

#include <socketiopp/engine/timer_wheel.hpp>

/// Whether the client is still there (wire rules 2.4).
namespace socketiopp::engine {

/// Asks the client every so often, and gives it so long to answer.
class heartbeat {
public:
  /// What is to be done when `due` has come.
  enum class step : std::uint8_t { ping, give_up };

  heartbeat(std::chrono::milliseconds interval, std::chrono::milliseconds timeout)
      : interval_(interval), timeout_(timeout) {}

  /// When something is to be done.
  time_point due() const { return due_; }

  void start(time_point now) { due_ = now + interval_; }

  /// `due` has come.
  step expired(time_point now) {
    if (waiting_) return step::give_up;  // W-081
    waiting_ = true;
    refreshed_ = false;
    due_ = now + timeout_;
    return step::ping;
  }

  /// A pong has come. Unasked ones do not matter (W-062).
  void pong(time_point now) {
    if (!waiting_) return;
    waiting_ = false;
    start(now);
  }

  /// Anything else has come: a client that is busy sending may be late with its pong, once (W-082).
  void other(time_point now) {
    if (!waiting_ || refreshed_) return;
    refreshed_ = true;
    due_ = now + timeout_;
  }

private:
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds timeout_;
  time_point due_ = time_point::max();
  bool waiting_ = false;    // for a pong
  bool refreshed_ = false;  // this wait
};

}  // namespace socketiopp::engine
