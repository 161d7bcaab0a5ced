// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/engine/timer_wheel.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// A timer that counts how often it fired, and may do something then.
struct entry final : socketiopp::engine::timer {
  void expired() override {
    ++fired;
    if (then) then();
  }
  int fired = 0;
  socketiopp::unique_function<void()> then;
};
