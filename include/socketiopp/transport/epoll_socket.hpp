// SPDX-License-Identifier: MIT
#pragma once

#ifdef __linux__

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/execution/context.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/query.hpp>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/epoll_set.hpp>

/// Connected sockets that wait in an `epoll_set` (Linux).
namespace socketiopp::transport {

/// A socket of the system's that never blocks: a `transport::stream` but for the peer's address. Used on its
/// context's thread.
class epoll_stream : private epoll_set::member {
public:
  static constexpr bool secure = false;

  /// Owns the descriptor, of a connected socket that does not block.
  epoll_stream(asio::io_context& on, int descriptor)
      : member(is_ready), set_(&asio::use_service<epoll_set>(on)), descriptor_(descriptor) {}
  /// What waits for the other one is not called any more.
  epoll_stream(epoll_stream&& other) noexcept
      : member(is_ready), set_(other.set_), descriptor_(other.release()) {}
  epoll_stream& operator=(epoll_stream&& other) noexcept {
    if (this == &other) return *this;
    close();
    set_ = other.set_;
    descriptor_ = other.release();
    return *this;
  }
  ~epoll_stream() { close(); }

  std::size_t read_some(std::span<char> into, std::error_code& error) {
    auto const size = repeated([&] { return ::recv(descriptor_, into.data(), into.size(), 0); }, error);
    if (size == 0 && !error && !into.empty()) error = asio::error::eof;
    return size;
  }

  std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
    if (pieces.size() == 1)
      return repeated([&] { return ::send(descriptor_, pieces[0].data(), pieces[0].size(), MSG_NOSIGNAL); },
                      error);
    std::array<iovec, 64> parts;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = std::min(pieces.size(), parts.size());
    for (std::size_t i = 0; i < message.msg_iovlen; ++i)
      parts[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    return repeated([&] { return ::sendmsg(descriptor_, &message, MSG_NOSIGNAL); }, error);
  }

  void wait_readable(unique_function<void(std::error_code)> ready) {
    readable_ = std::move(ready);
    want(registered_ | EPOLLIN, readable_);
  }
  void wait_writable(unique_function<void(std::error_code)> ready) {
    writable_ = std::make_unique<unique_function<void(std::error_code)>>(std::move(ready));
    want(registered_ | EPOLLOUT, *writable_);
  }

  void shutdown() { ::shutdown(descriptor_, SHUT_WR); }  // the peer may be gone

  void close() {
    if (descriptor_ < 0) return;
    if (std::exchange(registered_, 0) != 0) set_->forget(descriptor_);
    ::close(std::exchange(descriptor_, -1));
    drop();
  }

  /// Gives the descriptor away.
  int release() noexcept {
    std::error_code ignored;
    if (registered_ != 0) set_->change(descriptor_, *this, std::exchange(registered_, 0), 0, ignored);
    auto const released = std::exchange(descriptor_, -1);
    drop();
    return released;
  }

  int native_handle() const { return descriptor_; }

  /// Where waits end.
  asio::io_context::executor_type executor() { return set_->executor(); }

private:
  template <class Call> static std::size_t repeated(Call call, std::error_code& error) {
    for (;;) {
      auto const size = call();
      if (size >= 0) return static_cast<std::size_t>(size);
      if (errno == EINTR) continue;
      error.assign(errno, std::system_category());
      return 0;
    }
  }

  /// Forgets who waits, who may be the last to hold this.
  void drop() noexcept {
    auto const reader = std::move(readable_);
    auto const writer = std::move(writable_);
  }

  /// Has the set wait for these events too; if it cannot, whoever waits is told.
  void want(std::uint32_t events, unique_function<void(std::error_code)>& waiting) {
    if (events == registered_) return;
    std::error_code error;
    set_->change(descriptor_, *this, registered_, events, error);
    if (!error)
      registered_ = events;
    else
      asio::post(executor(), [told = std::move(waiting), error] { told(error); });
  }

  static void is_ready(member& self, std::uint32_t events) { static_cast<epoll_stream&>(self).ready(events); }

  /// Calls one of those who wait, as that may end this; the system tells again of what the other waits for. A
  /// reader waits anew before the next event, so that it stays registered; a writer seldom does.
  void ready(std::uint32_t events) {
    auto const failed = (events & (EPOLLERR | EPOLLHUP)) != 0;  // which the next read or write will say
    auto const writes = writable_ && (failed || (events & EPOLLOUT) != 0);
    std::uint32_t stays = 0;
    if (readable_) stays |= EPOLLIN;
    if (writable_ && !writes) stays |= EPOLLOUT;
    if (stays != registered_) {
      std::error_code ignored;  // there is nothing that it could fail of
      set_->change(descriptor_, *this, std::exchange(registered_, stays), stays, ignored);
    }
    if (writes) {
      auto const called = std::move(writable_);
      (*called)({});
    } else if (readable_ && (failed || (events & EPOLLIN) != 0)) {
      auto const called = std::move(readable_);
      called({});
    }
  }

  epoll_set* set_;
  int descriptor_;
  std::uint32_t registered_ = 0;                                      // the events that the set waits for
  std::unique_ptr<unique_function<void(std::error_code)>> writable_;  // few have to wait
  unique_function<void(std::error_code)> readable_;
};

/// The same, of an Asio protocol.
template <class Protocol> class epoll_socket : public epoll_stream {
public:
  using epoll_stream::epoll_stream;

  /// Takes a socket of Asio's that is connected, of an `io_context`.
  explicit epoll_socket(typename Protocol::socket connected)
      : epoll_stream(
            static_cast<asio::io_context&>(asio::query(connected.get_executor(), asio::execution::context)),
            released(connected)) {}

  /// Sees to what its sockets need on a context, while the system has descriptors. Throws if it has none.
  static void prepare(asio::io_context& on) { asio::use_service<epoll_set>(on); }

  /// The next socket that waits to be accepted.
  template <class Acceptor>
  static epoll_socket accept(Acceptor& from, asio::io_context& on, std::error_code& error) {
    int accepted;
    do accepted = ::accept4(from.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (accepted < 0 && (errno == EINTR || errno == ECONNABORTED || errno == EPROTO));
    if (accepted < 0) error.assign(errno, std::system_category());
    return {on, accepted};
  }

  /// The same socket on another context.
  static epoll_socket moved(epoll_socket& from, asio::io_context& to) { return {to, from.release()}; }

  typename Protocol::endpoint remote_endpoint(std::error_code& error) const {
    typename Protocol::endpoint peer;
    auto size = static_cast<::socklen_t>(peer.capacity());
    if (::getpeername(native_handle(), peer.data(), &size) == 0)
      peer.resize(size);
    else
      error.assign(errno, std::system_category());
    return peer;
  }

private:
  static int released(typename Protocol::socket& from) {
    std::error_code ignored;  // a socket that has gone already says so when it is read
    from.native_non_blocking(true, ignored);
    auto const descriptor = from.release(ignored);
    return ignored ? -1 : descriptor;
  }
};

}  // namespace socketiopp::transport

#endif
