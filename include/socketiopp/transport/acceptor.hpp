// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/on_io_context.hpp>

/// What the listeners on all kinds of sockets share.
namespace socketiopp::transport {

/// A listening socket of an Asio protocol, which whoever derives from it opens. Makes a `Stream` of each
/// `Socket`.
template <class Protocol, class Socket, class Stream> class acceptor {
public:
  acceptor(acceptor const&) = delete;
  acceptor& operator=(acceptor const&) = delete;

  /// Calls `accepted` with every connection that comes, until closed.
  void accept(unique_function<void(Stream)> accepted) {
    std::error_code ignored;
    listening_.non_blocking(true, ignored);
    accepted_ = std::move(accepted);
    wait();
  }

  /// Accepts nothing until `resume`: the system lets clients wait, as many as its backlog takes.
  void pause() { paused_ = true; }
  /// Accepts again.
  void resume() {
    paused_ = false;
    wait();
  }

  void close() {
    std::error_code ignored;
    open_.reset();
    listening_.close(ignored);
    retry_.cancel();
  }

protected:
  template <class Context> explicit acceptor(Context& on)
      : context_(on.io_context()), listening_(context_), retry_(context_) {
    Socket::prepare(context_);
  }
  ~acceptor() = default;

  using socket_type = on_io_context<typename Protocol::acceptor>;

  socket_type& listening() { return listening_; }
  socket_type const& listening() const { return listening_; }

private:
  /// Asio's waits are compiled for each type of handler: one for all.
  using ready = unique_function<void(std::error_code)>;

  static constexpr int accepts_in_a_row = 16;  // then the connections have their turn

  void wait() {
    if (paused_ || waiting_ || !accepted_) return;
    waiting_ = true;
    listening_.async_wait(asio::socket_base::wait_read, ready([this, open = std::weak_ptr(open_)](auto) {
                            if (open.expired()) return;
                            waiting_ = false;
                            if (accept_waiting(open)) wait();
                          }));
  }

  /// Whether there is anything to wait for now.
  bool accept_waiting(std::weak_ptr<void> const& open) {
    for (int i = 0; i < accepts_in_a_row && !paused_; ++i) {
      std::error_code error;
      auto connected = Socket::accept(listening_, context_, error);
      if (error == std::errc::operation_would_block) break;
      if (error) return wait_to_retry(), false;
      accepted_(Stream(std::move(connected)));
      if (open.expired()) return false;
    }
    return true;
  }

  /// Out of descriptors, most likely: to try again at once would keep the loop busy with nothing else.
  void wait_to_retry() {
    waiting_ = true;
    retry_.expires_after(std::chrono::milliseconds(100));
    retry_.async_wait(ready([this, open = std::weak_ptr(open_)](std::error_code cancelled) {
      if (cancelled || open.expired()) return;
      waiting_ = false;
      wait();
    }));
  }

  asio::io_context& context_;
  socket_type listening_;
  on_io_context<asio::steady_timer> retry_;
  unique_function<void(Stream)> accepted_;
  std::shared_ptr<void> open_ = std::make_shared<char>();  // what has completed may be called after a close
  bool paused_ = false;
  bool waiting_ = false;
};

}  // namespace socketiopp::transport
