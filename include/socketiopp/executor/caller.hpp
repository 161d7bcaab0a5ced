// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// The executor without a thread: everything happens when the caller says so, and so does time.
namespace socketiopp::executor {

/// For tests and simulations, and the model that documents what an executor is. One thread only.
class caller {
public:
  using time_point = std::chrono::steady_clock::time_point;

  std::size_t size() const { return 1; }
  caller& operator[](std::size_t) { return *this; }

  void post(unique_function<void()> work) { work_.push_back(std::move(work)); }
  bool here() const { return true; }
  time_point now() const { return now_; }

  void on_wake(unique_function<void()> work) { wake_ = std::move(work); }
  void wake_at(time_point when) { alarm_ = when; }
  void sleep() { alarm_.reset(); }
  /// Whether nothing will wake it: there is no timer left.
  bool asleep() const { return !alarm_; }

  /// Runs what was posted, and what that posts, until nothing is left.
  void run() {
    while (!work_.empty()) {
      auto const work = std::move(work_.front());
      work_.pop_front();
      work();
    }
  }
  /// Drops what was posted.
  void stop() { work_.clear(); }

  /// Lets time pass, waking and running whatever falls due on the way, at its time.
  void advance(std::chrono::steady_clock::duration by) {
    auto const end = now_ + by;
    run();
    while (alarm_ && *alarm_ <= end) {
      if (*alarm_ > now_) now_ = *alarm_;
      alarm_.reset();
      wake_();
      run();
    }
    now_ = end;
  }

private:
  std::deque<unique_function<void()>> work_;
  unique_function<void()> wake_;
  std::optional<time_point> alarm_;
  time_point now_{std::chrono::hours(1)};
};

}  // namespace socketiopp::executor
