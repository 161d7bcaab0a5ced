// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include <asio/basic_signal_set.hpp>
#include <asio/io_context.hpp>

#include <socketiopp/meta/unique_function.hpp>

/// Ends a server when the system asks its process to end.
namespace socketiopp {

/// SIGINT and SIGTERM close the server in order; a second one stops it at once. For executors with an
/// `io_context()`. Lives at most as long as the server; while it lives it counts as work of a borrowed
/// `io_context`.
class close_on_signals {
public:
  template <class Server>
  explicit close_on_signals(Server& io, std::chrono::milliseconds deadline = std::chrono::seconds(10))
      : signals_(io.executor().io_context(), SIGINT, SIGTERM) {
    wait([this, &io, deadline] {
      io.close(deadline);
      wait([&io] { io.stop(); });
    });
  }

private:
  void wait(unique_function<void()> signalled) {
    signalled_ = std::move(signalled);
    signals_.async_wait([this](std::error_code cancelled, int) {
      if (!cancelled) std::exchange(signalled_, nullptr)();
    });
  }

  unique_function<void()> signalled_;
  asio::basic_signal_set<asio::io_context::executor_type> signals_;
};

}  // namespace socketiopp
