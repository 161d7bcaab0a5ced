// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <csignal>
#include <system_error>

#include <asio/signal_set.hpp>

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
    signals_.async_wait([this, &io, deadline](std::error_code cancelled, int) {
      if (cancelled) return;
      io.close(deadline);
      signals_.async_wait([&io](std::error_code ended, int) {
        if (!ended) io.stop();
      });
    });
  }

private:
  asio::signal_set signals_;
};

}  // namespace socketiopp
