// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <socketiopp/meta/unique_function.hpp>

/// The executor over one Asio `io_context`: the server's own, or one that is there already.
namespace socketiopp::executor {

/// Run it on one thread: its server has one shard, and a shard has no locks.
class loop {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// An `io_context` of its own. `run()` returns after the server's `stop()`, whether there is work or not.
  loop() : own_(std::make_unique<asio::io_context>(1)), io_(*own_), timer_(io_) {}

  /// A borrowed one, which must outlive the server. Its owner runs it (or calls `run()`); the server's
  /// `stop()` takes the server's work off it and leaves everything else alone.
  explicit loop(asio::io_context& borrowed) : io_(borrowed), timer_(io_) {}

  asio::io_context& io_context() { return io_; }

  std::size_t size() const { return 1; }
  loop& operator[](std::size_t) { return *this; }

  void post(unique_function<void()> work) {
    asio::post(io_, [alive = std::weak_ptr(alive_), work = std::move(work)] {
      if (!alive.expired()) work();  // a borrowed context may outlive whom the work is for
    });
  }
  bool here() const { return io_.get_executor().running_in_this_thread(); }
  time_point now() const { return std::chrono::steady_clock::now(); }

  void on_wake(unique_function<void()> work) { wake_ = std::move(work); }
  void wake_at(time_point when) {
    if (timer_.expiry() == when && armed_) return;
    armed_ = true;
    timer_.expires_at(when);
    timer_.async_wait(unique_function<void(std::error_code)>(
        [this, when, alive = std::weak_ptr(alive_)](std::error_code cancelled) {
          if (cancelled || alive.expired()) return;
          if (!armed_ || timer_.expiry() != when) return;  // forgotten too late to be cancelled
          armed_ = false;
          wake_();
        }));
  }
  void sleep() {
    armed_ = false;
    timer_.cancel();
  }

  void run() {
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> until_stopped;
    if (own_) until_stopped.emplace(own_->get_executor());
    io_.run();
  }
  void stop() {
    if (own_) io_.stop();
  }

private:
  std::unique_ptr<asio::io_context> own_;
  asio::io_context& io_;
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      timer_;
  unique_function<void()> wake_;
  bool armed_ = false;
  std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace socketiopp::executor
