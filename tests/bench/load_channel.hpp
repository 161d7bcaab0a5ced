// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/socket.h>

#include "load_options.hpp"
#include "net.hpp"

/// A client's TCP connection: bytes to and from the server.
namespace bench {

/// What all connections of a load share.
struct load_loop {
  watcher events;
  std::vector<char> inbox = std::vector<char>(4'000'000);
};

/// Fails with what goes wrong, and says to whom.
class channel {
public:
  /// Connects. `key` is what the loop's events carry.
  channel(load_loop& loop, std::uint64_t key, std::uint16_t port, std::string name)
      : loop_(loop), key_(key), name_(std::move(name)), socket_(connect_to_loopback(port)) {
    loop_.events.add(socket_.get(), key_);
  }

  [[noreturn]] void fail(std::string const& what) const { throw failure(name_ + ": " + what); }

  void send(std::string_view bytes) {
    if (unsent_.empty()) bytes.remove_prefix(written(bytes));
    if (bytes.empty()) return;
    if (unsent_.empty()) loop_.events.change(socket_.get(), key_, EPOLLIN | EPOLLOUT);
    unsent_ += bytes;
    if (unsent_.size() > 64'000'000) fail("64 MB wait to be sent: the server does not read");
  }

  void writable() {
    unsent_.erase(0, written(unsent_));
    if (unsent_.empty()) loop_.events.change(socket_.get(), key_, EPOLLIN);
  }

  /// Reads once, and calls `take(char* data, std::size_t size)` for as long as that uses some of it. False
  /// when the server has closed the connection.
  template <class Take> bool receive(Take&& take) {
    char* const data = loop_.inbox.data();
    auto const held = held_.size();
    if (held > 0) std::memcpy(data, held_.data(), held);
    auto const got = ::recv(socket_.get(), data + held, loop_.inbox.size() - held, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) {
      if (got < 0 && errno != ECONNRESET) fail("cannot read: " + std::generic_category().message(errno));
      return false;
    }
    auto const size = held + static_cast<std::size_t>(got);
    std::size_t used = 0;
    while (used < size) {
      std::size_t const more = take(data + used, size - used);
      if (more == 0) break;
      used += more;
    }
    if (size - used > 2'000'000) fail("a message of the server is too long");
    held_.assign(data + used, size - used);
    return true;
  }

private:
  std::size_t written(std::string_view bytes) {
    auto const sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno != EAGAIN) fail("the server closed the connection");
    return 0;
  }

  load_loop& loop_;
  std::uint64_t key_;
  std::string name_;
  descriptor socket_;
  std::string held_, unsent_;
};

/// The beginning of what a server said, for a sentence.
inline std::string quoted(std::string_view text) {
  return "'" + std::string(text.substr(0, 100)) + (text.size() > 100 ? "...'" : "'");
}

}  // namespace bench
