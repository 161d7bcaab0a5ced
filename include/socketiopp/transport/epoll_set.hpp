// SPDX-License-Identifier: MIT
#pragma once

#ifdef __linux__

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <vector>

#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/descriptor_base.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <sys/epoll.h>

#include <socketiopp/meta/unique_function.hpp>

/// Many sockets that one thing waits for (Linux).
namespace socketiopp::transport {

/// The sockets of an `io_context`, in an epoll instance below its own. Asio asks the system anew for each
/// wait; a socket here is registered once, and the context waits for all of them together, once in a turn of
/// its loop. A service of the context, on whose one thread it is used.
class epoll_set final : public asio::execution_context::service {
public:
  inline static asio::execution_context::id id;

  /// A socket's part in it. Without virtual functions: a program's own stream, which derives from one of the
  /// library's, may be an aggregate.
  class member {
  protected:
    using tell = void (*)(member&, std::uint32_t events);
    /// It is told what epoll says of the socket, which may end it.
    explicit member(tell ready) : ready_(ready) {}
    ~member() = default;

  private:
    friend epoll_set;
    tell ready_;
  };

  explicit epoll_set(asio::io_context& of) : service(of), set_(of, create()) {}

  asio::io_context::executor_type executor() { return set_.get_executor(); }

  /// Waits for other events of a socket, which are level-triggered: 0 takes it out. That fails if the system
  /// has no room, or no such socket.
  void change(int socket, member& who, std::uint32_t before, std::uint32_t after, std::error_code& error) {
    epoll_event wanted{};
    wanted.events = after;
    wanted.data.fd = socket;
    auto const how = before == 0 ? EPOLL_CTL_ADD : after == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
    if (::epoll_ctl(set_.native_handle(), how, socket, &wanted) != 0)
      error.assign(errno, std::system_category());
    if (after == 0) return forget(socket);
    if (before != 0 || error) return;
    auto const place = static_cast<std::size_t>(socket);
    if (members_.size() <= place) members_.resize(place + 1);
    members_[place] = &who;
    ++size_;
    wait();
  }

  /// A socket that is in it is closed, and so taken out by the system.
  void forget(int socket) {
    members_[static_cast<std::size_t>(socket)] = nullptr;
    if (--size_ > 0 || dispatching_) return;
    std::error_code ignored;
    set_.cancel(ignored);  // the context has nothing to wait for
  }

private:
  using descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

  static constexpr std::size_t most_at_once = 256;

  static int create() {
    auto const made = ::epoll_create1(EPOLL_CLOEXEC);
    if (made < 0) throw std::system_error(errno, std::system_category(), "socketiopp: epoll_create1");
    return made;
  }

  void shutdown() override {
    std::error_code ignored;
    set_.close(ignored);
  }

  void wait() {
    if (waiting_ || dispatching_ || size_ == 0) return;
    waiting_ = true;
    set_.async_wait(asio::posix::descriptor_base::wait_read,
                    unique_function<void(std::error_code)>([this](std::error_code error) {
                      waiting_ = false;
                      again const then{*this};
                      if (!error) dispatch();
                    }));
  }

  /// Waits on, also when something throws.
  struct again {
    epoll_set& set;
    ~again() {
      set.dispatching_ = false;
      set.wait();
    }
  };

  void dispatch() {
    dispatching_ = true;
    auto const count = ::epoll_wait(set_.native_handle(), events_.data(), most_at_once, 0);
    for (auto const& event : std::span(events_).first(count < 0 ? 0 : static_cast<std::size_t>(count)))
      // One that an earlier one has closed is gone. If its number is another socket's by now, that one finds
      // that there is nothing to do.
      if (auto* const who = members_[static_cast<std::size_t>(event.data.fd)])
        who->ready_(*who, event.events);
  }

  descriptor set_;
  std::vector<member*> members_;  // by descriptor
  std::size_t size_ = 0;
  std::array<epoll_event, most_at_once> events_;
  bool waiting_ = false;
  bool dispatching_ = false;
};

}  // namespace socketiopp::transport

#endif
