// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/meta/unique_function.hpp>

/// Streams in memory, both ends in one program: for tests, simulations and fuzzing, and the model that
/// documents what a transport is. One thread only.
namespace socketiopp::transport {

struct loopback {
  class network;
  class stream;

private:
  using post_function = std::shared_ptr<unique_function<void(unique_function<void()>)>>;

  template <class Context> static post_function posting_to(Context& on) {
    return std::make_shared<unique_function<void(unique_function<void()>)>>(
        [&on](unique_function<void()> work) { on.post(std::move(work)); });
  }

  struct pipe {
    post_function post;
    std::string to_server, to_client;
    std::string address = "127.0.0.1";
    std::size_t read_at_most = std::numeric_limits<std::size_t>::max();
    std::size_t room = std::numeric_limits<std::size_t>::max();  // for what the client has not read
    bool client_closed = false, server_shut = false, server_closed = false;
    unique_function<void(std::error_code)> readable, writable;

    void notify(unique_function<void(std::error_code)>& waiting) {
      if (waiting) (*post)([ready = std::exchange(waiting, nullptr)] { ready({}); });
    }
    void wait(unique_function<void(std::error_code)>& waiting, unique_function<void(std::error_code)> ready,
              bool now) {
      waiting = std::move(ready);
      if (now) notify(waiting);
    }
    bool is_readable() const { return !to_server.empty() || client_closed; }
    bool is_writable() const { return to_client.size() < room || client_closed; }
  };

public:
  /// The server's end.
  class stream {
  public:
    static constexpr bool secure = false;

    explicit stream(std::shared_ptr<pipe> through) : pipe_(std::move(through)) {}

    std::size_t read_some(std::span<char> into, std::error_code& error) {
      auto& from = pipe_->to_server;
      if (from.empty()) {
        error = std::make_error_code(pipe_->client_closed ? std::errc::not_connected
                                                          : std::errc::operation_would_block);
        return 0;
      }
      auto const size = std::min({into.size(), from.size(), pipe_->read_at_most});
      std::copy_n(from.begin(), size, into.begin());
      from.erase(0, size);
      return size;
    }

    std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
      if (pipe_->client_closed) error = std::make_error_code(std::errc::broken_pipe);
      std::size_t size = 0;
      for (auto const piece : pieces) {
        auto const room = pipe_->room - std::min(pipe_->room, pipe_->to_client.size());
        auto const taken = error ? 0 : std::min(piece.size(), room);
        pipe_->to_client.append(piece.substr(0, taken));
        size += taken;
        if (taken < piece.size()) break;
      }
      if (size == 0 && !error) error = std::make_error_code(std::errc::operation_would_block);
      return size;
    }

    void wait_readable(unique_function<void(std::error_code)> ready) {
      pipe_->wait(pipe_->readable, std::move(ready), pipe_->is_readable());
    }
    void wait_writable(unique_function<void(std::error_code)> ready) {
      pipe_->wait(pipe_->writable, std::move(ready), pipe_->is_writable());
    }

    void shutdown() { pipe_->server_shut = true; }
    void close() {
      pipe_->server_shut = pipe_->server_closed = true;
      auto const dropped = std::pair(std::move(pipe_->readable), std::move(pipe_->writable));
    }
    std::string remote_address() const { return pipe_->address; }

    template <class Context> stream to(Context& other) && {
      auto const dropped = std::pair(std::move(pipe_->readable), std::move(pipe_->writable));
      pipe_->post = posting_to(other);
      return std::move(*this);
    }

  private:
    std::shared_ptr<pipe> pipe_;
  };

  /// The client's end.
  class client {
  public:
    explicit client(std::shared_ptr<pipe> through) : pipe_(std::move(through)) {}

    /// Sends bytes to the server, which reads them when its executor runs.
    void write(std::string_view bytes) {
      pipe_->to_server.append(bytes);
      pipe_->notify(pipe_->readable);
    }
    /// Everything that the server has written since the last call.
    std::string read() {
      auto bytes = std::exchange(pipe_->to_client, {});
      pipe_->notify(pipe_->writable);
      return bytes;
    }
    /// Ends the connection.
    void close() {
      pipe_->client_closed = true;
      pipe_->notify(pipe_->readable);
      pipe_->notify(pipe_->writable);
    }
    /// Whether the server will write nothing more.
    bool ended() const { return pipe_->server_shut; }
    /// Whether the server has let the connection go.
    bool closed() const { return pipe_->server_closed; }

    /// Lets the server read at most that many bytes at a time.
    void chop(std::size_t bytes) { pipe_->read_at_most = bytes; }
    /// Lets the server write only so many bytes ahead of what has been read.
    void limit(std::size_t bytes) { pipe_->room = bytes; }

  private:
    std::shared_ptr<pipe> pipe_;
  };

  /// Where clients and a server's listener meet. Must outlive both.
  class network {
  public:
    /// Opens a connection to the server that listens here; it is closed already if there is none.
    client connect() {
      auto made = std::make_shared<pipe>();
      made->post = post_;
      if (!accepted_) {
        stream(made).close();
      } else {
        waiting_.push_back(made);
        accept_waiting();
      }
      return client(made);
    }

  private:
    friend loopback;

    void accept_waiting() {
      while (accepted_ && !paused_ && !waiting_.empty()) {
        stream next(std::move(waiting_.front()));
        waiting_.pop_front();
        accepted_(std::move(next));
      }
    }

    post_function post_;
    unique_function<void(stream)> accepted_;
    std::deque<std::shared_ptr<pipe>> waiting_;  // for a listener that pauses
    bool paused_ = false;
  };

  /// Listens on a network.
  class listener {
  public:
    template <class Context> listener(Context& on, network& where) : network_(where) {
      network_.post_ = posting_to(on);
    }
    void accept(unique_function<void(stream)> accepted) { network_.accepted_ = std::move(accepted); }
    void pause() { network_.paused_ = true; }
    void resume() {
      network_.paused_ = false;
      network_.accept_waiting();
    }
    void close() {
      network_.accepted_ = nullptr;
      for (auto const& refused : std::exchange(network_.waiting_, {})) stream(refused).close();
    }

  private:
    network& network_;
  };
};

}  // namespace socketiopp::transport
