// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>

#include <socketiopp/executor/loop.hpp>

/// The executor of several threads, each with an Asio `io_context` of its own.
namespace socketiopp::executor {

/// Its server has a shard on each thread, and a listener too where the system can share a port among them
/// (Linux). A connection stays on its thread, but follows its session to another one.
///
///     struct mine : sio::default_policies { using executor = sio::executor::thread_per_core; };
///     sio::basic_server<mine> io;                                // as many threads as cores
///     sio::basic_server<mine> four({.path = "/socket.io/"}, 4);  // four threads
///
/// What handlers of one socket do is done one after the other, as ever. Handlers of different sockets run at
/// the same time: what they share besides the server is the program's to protect.
class thread_per_core {
public:
  /// One of the threads.
  class thread : public loop {
  public:
    explicit thread(bool is_one_of_several) : one_of_several_(is_one_of_several) {}

    /// Whether what listens here must let others listen at the same place.
    bool is_one_of_several() const { return one_of_several_; }

  private:
    bool one_of_several_;
  };

  /// With as many threads as there are cores.
  thread_per_core() : thread_per_core(0) {}
  /// With that many threads; 0: as many as there are cores.
  template <std::integral Number> explicit thread_per_core(Number threads) {
    auto const size = std::cmp_less(threads, 1) ? std::max(1u, std::thread::hardware_concurrency())
                                                : static_cast<std::size_t>(threads);
    for (std::size_t i = 0; i < size; ++i) threads_.push_back(std::make_unique<thread>(size > 1));
  }

  std::size_t size() const { return threads_.size(); }
  thread& operator[](std::size_t place) { return *threads_[place]; }

  /// That of the first thread, which is the one that calls `run`.
  asio::io_context& io_context() { return threads_.front()->io_context(); }

  /// Runs all threads, the first of them on the caller's, and returns when all have ended. If work throws on
  /// one, the others are stopped, and it is thrown here.
  void run() {
    std::vector<std::thread> others;
    others.reserve(size() - 1);
    std::exception_ptr thrown;
    std::mutex mutex;
    auto const attempt = [&](auto const& work) {
      try {
        work();
      } catch (...) {
        std::scoped_lock const lock(mutex);
        if (!thrown) thrown = std::current_exception();
        stop();
      }
    };
    attempt([&] {  // the system may have no more threads
      for (std::size_t i = 1; i < size(); ++i)
        others.emplace_back([&attempt, &one = *threads_[i]] { attempt([&] { one.run(); }); });
    });
    attempt([&] { threads_.front()->run(); });
    for (auto& one : others) one.join();
    if (thrown) std::rethrow_exception(thrown);
  }

  /// From any thread.
  void stop() {
    for (auto const& one : threads_) one->stop();
  }

private:
  std::vector<std::unique_ptr<thread>> threads_;
};

}  // namespace socketiopp::executor
