// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "load_message.hpp"
#include "load_options.hpp"
#include "load_rooms.hpp"
#include "load_socket.hpp"
#include "load_visits.hpp"
#include "load_window.hpp"
#include "process.hpp"

/// Rooms that come and go: what the server keeps of those that have been.
namespace bench {

/// A WebSocket that enters rooms in which nobody was before, some at a time, and says goodbye.
class room_visit {
public:
  room_visit(load_loop& loop, load_options const& wanted, load_window& window, std::size_t place,
             std::size_t first_room)
      : socket_(loop, 2 * place, wanted.port, "visitor " + std::to_string(place)),
        window_(window),
        rooms_(wanted.rooms_each),
        first_room_(first_room) {}

  /// True when it is over.
  bool take(bool /*over_http*/, std::uint32_t events) {
    if (events & EPOLLOUT) socket_.writable();
    bool const over = socket_.receive([&](std::string_view text) { take_text(text); });
    if (socket_.open() && entered_ == asked_) go_on();
    return over;
  }

private:
  static constexpr std::size_t at_once = 50;

  void go_on() {
    if (entered_ == rooms_) return socket_.close();
    std::string out;
    for (auto const end = std::min(rooms_, asked_ + at_once); asked_ < end; ++asked_)
      call_.append_to(out, {digits_of(asked_), 0, digits_of(first_room_ + asked_)});
    asked_at_ = now();
    socket_.send(out);
  }

  void take_text(std::string_view text) {
    auto const expected = answer_.with({digits_of(entered_), 0, 0});
    if (entered_ == asked_) socket_.fail("nothing is asked, and there comes " + quoted(text));
    if (text != expected) socket_.fail("instead of " + quoted(expected) + " comes " + quoted(text));
    ++entered_;
    window_.count(asked_at_, now());
  }

  web_socket socket_;
  load_window& window_;
  std::size_t rooms_, first_room_, asked_ = 0, entered_ = 0;
  std::uint64_t asked_at_ = 0;
  frame_pattern call_{entry_call()};
  pattern answer_{entry_answer()};
};

/// The first tenth of the rooms is the warm-up: after it the window opens, and memory should not grow. It is
/// the resident memory, because the proportional changes with who else has the same libraries.
inline void run_rooms_churn(load_loop& loop, load_options const& wanted) {
  load_window window(wanted);
  std::size_t room = 0;
  auto const until = [&](std::size_t last) {
    receive_visitors(
        loop, wanted.in_flight,
        [&](std::size_t place) {
          auto const first = room;
          if (room < last) room += wanted.rooms_each;
          return room == first ? nullptr : std::make_unique<room_visit>(loop, wanted, window, place, first);
        },
        [](std::uint64_t) {}, [&] { window.expect_progress(now()); });
    epoll_event events[1];
    loop.events.wait(events, 200);  // for what the server does when they have gone
    return memory_of(wanted.pid);
  };
  auto const before = until(wanted.rooms / 10);
  window.open(now());
  auto const after = until(wanted.rooms);
  window.close(now());
  window.report({{"rooms", static_cast<double>(room)},
                 {"resident_after_warm_up", before.resident},
                 {"resident_growth", after.resident - before.resident}});
}

}  // namespace bench
