// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load_http.hpp"
#include "load_message.hpp"
#include "load_options.hpp"
#include "load_socket.hpp"
#include "load_window.hpp"

/// Clients that come, and go soon.
namespace bench {

/// A WebSocket that joins the namespace and says goodbye.
class plain_visit {
public:
  plain_visit(load_loop& loop, load_options const& wanted, std::size_t number)
      : socket_(loop, 2 * number, wanted.port, "visitor " + std::to_string(number)) {}

  /// True when it is over.
  bool take(bool /*over_http*/, std::uint32_t events) {
    if (events & EPOLLOUT) socket_.writable();
    bool const over =
        socket_.receive([&](std::string_view text) { socket_.fail("unasked comes " + quoted(text)); });
    if (socket_.open()) socket_.close();
    return over;
  }

private:
  web_socket socket_;
};

/// Long-polling that becomes a WebSocket, asks for one echo, and says goodbye.
class upgrading_visit {
public:
  upgrading_visit(load_loop& loop, load_options const& wanted, std::size_t number)
      : loop_(loop),
        wanted_(wanted),
        key_(2 * number),
        name_("visitor " + std::to_string(number)),
        http_(loop, key_ + 1, wanted.port, name_ + " (polling)"),
        echo_("42[\"echo\",{\"message\":\"" + std::string(wanted.payload, 'e') + "\"}]") {
    http_.get();
  }

  /// True when it is over.
  bool take(bool over_http, std::uint32_t events) {
    if (over_http) {
      if (events & EPOLLOUT) http_.writable();
      http_.receive([&](std::string_view body) { take_body(body); });
    } else {
      if (events & EPOLLOUT) socket_->writable();
      bool const over = socket_->receive([&](std::string_view text) { take_text(text); });
      if (over) return true;
    }
    if (at_ == step::probing && paused_ && socket_->open()) {
      at_ = step::upgraded;
      socket_->send(client_frame("5") + client_frame(echo_));
    }
    return false;
  }

private:
  enum class step { opening, joining, reading, probing, upgraded };

  void take_body(std::string_view body) {
    switch (at_) {
      case step::opening:
        session_ = session_of(http_, body);
        http_.enter(session_);
        http_.post("40");
        at_ = step::joining;
        return;
      case step::joining:
        if (body != "ok") http_.fail("instead of 'ok' comes " + quoted(body));
        http_.get();
        at_ = step::reading;
        return;
      default:
        for_each_packet(body, [&](std::string_view packet) { take_packet(packet); });
        if (!paused_) http_.get();
    }
  }

  void take_packet(std::string_view packet) {
    if (packet == "2") return;  // it is gone before an answer is missed
    if (at_ == step::reading) {
      if (!packet.starts_with(R"(40{"sid":)")) http_.fail("it may not join: " + quoted(packet));
      socket_.emplace(loop_, key_, wanted_.port, name_, session_);
      at_ = step::probing;
    } else {
      if (paused_ || packet != "6") http_.fail("instead of '6' comes " + quoted(packet));
      paused_ = true;
    }
  }

  void take_text(std::string_view text) {
    if (at_ != step::upgraded || text != echo_) socket_->fail("instead of its echo comes " + quoted(text));
    socket_->close();
  }

  load_loop& loop_;
  load_options const& wanted_;
  std::uint64_t key_;
  std::string name_, session_;
  http_client http_;
  std::optional<web_socket> socket_;
  std::string echo_;
  step at_ = step::opening;
  bool paused_ = false;
};

/// Has as many visitors at a time as there are places; when one goes the next comes. `invite(place)` makes
/// one, or none when no more shall come; `gone(came)` is told when each came, `turn()` is called in each turn
/// of the loop.
template <class Invite, class Gone, class Turn>
void receive_visitors(load_loop& loop, std::size_t places, Invite&& invite, Gone&& gone, Turn&& turn) {
  struct place {
    decltype(invite(places)) visit;
    std::uint64_t came = 0;
  };
  std::vector<place> taken(places);
  std::size_t present = 0;
  auto const fill = [&](std::size_t number) {
    taken[number].came = now();
    taken[number].visit = invite(number);
    if (taken[number].visit) ++present;
  };
  for (std::size_t i = 0; i < places; ++i) fill(i);
  while (present > 0) {
    epoll_event events[256];
    auto const count = loop.events.wait(events, 10);
    for (std::size_t i = 0; i < count; ++i) {
      auto const number = static_cast<std::size_t>(events[i].data.u64 / 2);
      auto& at = taken[number];
      if (!at.visit || !at.visit->take(events[i].data.u64 % 2 != 0, events[i].events)) continue;
      gone(at.came);
      at.visit.reset();
      --present;
      fill(number);
    }
    turn();
  }
}

/// Visitors come until the window closes.
template <class Visit> void run_visits(load_loop& loop, load_options const& wanted) {
  load_window window(wanted);
  receive_visitors(
      loop, wanted.in_flight,
      [&](std::size_t place) {
        return window.closed() ? nullptr : std::make_unique<Visit>(loop, wanted, place);
      },
      [&](std::uint64_t came) { window.count(came, now()); },
      [&] {
        window.pass(now());
        window.expect_progress(now());
      });
  window.report();
}

}  // namespace bench
