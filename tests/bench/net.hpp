// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/// File descriptors, loopback TCP and epoll, as thin as they can be.
namespace bench {

[[noreturn]] inline void fail_with_errno(char const* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Owns a file descriptor.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& from) noexcept : fd_(std::exchange(from.fd_, -1)) {}
  descriptor& operator=(descriptor&& from) noexcept {
    std::swap(fd_, from.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

inline descriptor checked(int fd, char const* what) {
  if (fd < 0) fail_with_errno(what);
  return descriptor(fd);
}

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline void send_without_delay(int fd) {
  int const on = 1;
  if (::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) fail_with_errno("TCP_NODELAY");
}

/// A listening socket that does not block. What it accepts inherits TCP_NODELAY.
inline descriptor listen_on_loopback(std::uint16_t port) {
  auto listener = checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  int const on = 1;
  if (::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    fail_with_errno("SO_REUSEADDR");
  send_without_delay(listener.get());
  auto const address = loopback(port);
  if (::bind(listener.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
    fail_with_errno("bind");
  if (::listen(listener.get(), 4096) != 0) fail_with_errno("listen");
  return listener;
}

inline std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail_with_errno("getsockname");
  return ntohs(address.sin_port);
}

/// A connected socket. It blocks: reads and writes say MSG_DONTWAIT, which saves a system call for each
/// socket. Closing it resets the connection, so that no port is left in TIME_WAIT: benchmarks would run out
/// of them.
inline descriptor connect_to_loopback(std::uint16_t port) {
  auto socket = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  auto const address = loopback(port);
  if (::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
    fail_with_errno("connect");
  send_without_delay(socket.get());
  linger const reset{.l_onoff = 1, .l_linger = 0};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset) != 0)
    fail_with_errno("SO_LINGER");
  return socket;
}

/// An epoll instance, level-triggered.
class watcher {
public:
  watcher() : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

  /// `what` comes back in the event's `data.u64`.
  void add(int fd, std::uint64_t what, std::uint32_t events = EPOLLIN) {
    control(EPOLL_CTL_ADD, fd, what, events);
  }
  void change(int fd, std::uint64_t what, std::uint32_t events) { control(EPOLL_CTL_MOD, fd, what, events); }

  /// Fills `events` and says how many there are; none when a signal interrupts. A timeout of -1: forever.
  template <std::size_t N> std::size_t wait(epoll_event (&events)[N], int milliseconds) {
    int const count = ::epoll_wait(epoll_.get(), events, static_cast<int>(N), milliseconds);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail_with_errno("epoll_wait");
    return 0;
  }

private:
  void control(int operation, int fd, std::uint64_t what, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = what;
    if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) fail_with_errno("epoll_ctl");
  }

  descriptor epoll_;
};

}  // namespace bench
