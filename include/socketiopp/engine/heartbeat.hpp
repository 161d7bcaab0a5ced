// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/timer_wheel.hpp>

/// Whether the client is still there (tests/wire_rules.md).
namespace socketiopp::engine {

/// Asks the client every so often, and gives it so long to answer. Or, in v3, lets the client ask, which it
/// has to do within both times together (W-191).
class heartbeat {
public:
  /// What is to be done when `due` has come.
  enum class step : std::uint8_t { ping, give_up };

  /// `options` outlives it.
  explicit heartbeat(engine::options const& options, bool client_asks = false)
      : options_(&options), client_asks_(client_asks) {}

  /// When something is to be done.
  time_point due() const { return due_; }

  void start(time_point now) {
    waiting_ = client_asks_;
    due_ = now + options_->ping_interval;
    if (client_asks_) due_ += options_->ping_timeout;
  }

  /// `due` has come.
  step expired(time_point now) {
    if (waiting_) return step::give_up;  // W-081
    waiting_ = true;
    refreshed_ = false;
    due_ = now + options_->ping_timeout;
    return step::ping;
  }

  /// A pong has come. Unasked ones do not matter (W-062).
  void pong(time_point now) {
    if (waiting_) start(now);
  }

  /// Anything else has come: a client that is busy sending may be late with its pong, once (W-082). In v3 it
  /// has shown that it is there.
  void other(time_point now) {
    if (client_asks_) return start(now);
    if (!waiting_ || refreshed_) return;
    refreshed_ = true;
    due_ = now + options_->ping_timeout;
  }

private:
  engine::options const* options_;
  time_point due_ = time_point::max();
  bool client_asks_;
  bool waiting_ = false;    // for a pong, or a client that asks
  bool refreshed_ = false;  // this wait
};

}  // namespace socketiopp::engine
