// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load_options.hpp"
#include "load_socket.hpp"
#include "process.hpp"

/// Many clients, each in the main namespace: those that load the server, then the others.
namespace bench {

class load_crowd {
public:
  /// Opens them all; no more than fit into a server's backlog at a time.
  load_crowd(load_loop& loop, load_options const& wanted) : loop_(loop) {
    constexpr std::size_t at_once = 128;
    auto const all = wanted.connections + wanted.others;
    std::size_t open = 0;
    for (auto last = now(); open < all;) {
      while (sockets_.size() < all && sockets_.size() - open < at_once)
        sockets_.push_back(std::make_unique<web_socket>(loop_, sockets_.size(), wanted.port,
                                                        "connection " + std::to_string(sockets_.size())));
      turn(
          100,
          [&](std::size_t who, std::string_view text, std::uint64_t) {
            (*this)[who].fail("unasked comes " + quoted(text));
          },
          [&](std::size_t who, bool was_open) {
            if ((*this)[who].open() && !was_open) {
              ++open;
              last = now();
            }
          });
      if (now() > last + 10'000'000'000) throw failure("no connection has opened for 10 seconds");
    }
  }

  std::size_t size() const { return sockets_.size(); }
  web_socket& operator[](std::size_t who) { return *sockets_[who]; }

  /// One turn of the loop: `on_text(who, text, time)` for each message, then `after(who, was_open)` for who
  /// was read.
  template <class OnText, class After> void turn(int milliseconds, OnText&& on_text, After&& after) {
    epoll_event events[256];
    auto const count = loop_.events.wait(events, milliseconds);
    for (std::size_t i = 0; i < count; ++i) {
      auto const who = static_cast<std::size_t>(events[i].data.u64);
      auto& socket = *sockets_[who];
      if (events[i].events & EPOLLOUT) socket.writable();
      if (!(events[i].events & ~EPOLLOUT)) continue;
      bool const was_open = socket.open();
      std::uint64_t arrived =
          0;  // the clock costs as much as checking a message: once for all that came at once
      socket.receive([&](std::string_view text) {
        if (arrived == 0) arrived = now();
        on_text(who, text, arrived);
      });
      after(who, was_open);
    }
  }

private:
  load_loop& loop_;
  std::vector<std::unique_ptr<web_socket>> sockets_;
};

}  // namespace bench
