// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load_http.hpp"
#include "load_message.hpp"
#include "load_options.hpp"
#include "load_window.hpp"

/// Clients on long-polling that ask for echoes, each one at a time.
namespace bench {

/// A GET waits on one connection, a POST goes over another, as browsers do it.
class polling_client {
public:
  polling_client(load_loop& loop, load_options const& wanted, load_window& window, std::size_t who)
      : window_(window),
        sender_(digits_of(who)),
        down_(loop, 2 * who, wanted.port, "client " + std::to_string(who) + " (GET)"),
        up_(loop, 2 * who + 1, wanted.port, "client " + std::to_string(who) + " (POST)"),
        question_("42[\"echo\",{\"message\":\"" + payload_pattern(wanted.payload) + "\"}]") {
    down_.get();
  }

  bool ready() const { return at_ == step::idle && !posting_; }
  bool asking() const { return at_ == step::asking; }

  void take(bool up, std::uint32_t events) {
    auto& client = up ? up_ : down_;
    if (events & EPOLLOUT) client.writable();
    client.receive([&](std::string_view body) { up ? take_receipt(body) : take_payload(body); });
    if (at_ == step::asking && answered_ && !posting_) {
      at_ = step::idle;
      ++number_;
    }
  }

  void ask() {
    at_ = step::asking;
    answered_ = false;
    asked_ = now();
    auto const text = question_.with({digits_of(number_), sender_, 0});
    post(std::exchange(owes_pong_, false) ? "3\x1e" + std::string(text) : std::string(text));
  }

private:
  enum class step { opening, joining, idle, asking };

  void post(std::string_view body) {
    posting_ = true;
    up_.post(body);
  }

  void take_receipt(std::string_view body) {
    if (!posting_ || body != "ok") up_.fail("instead of 'ok' comes " + quoted(body));
    posting_ = false;
  }

  void take_payload(std::string_view body) {
    if (at_ == step::opening) {
      auto const session = session_of(down_, body);
      down_.enter(session);
      up_.enter(session);
      post("40");
      at_ = step::joining;
    } else {
      for_each_packet(body, [&](std::string_view packet) { take_packet(packet); });
    }
    down_.get();
  }

  void take_packet(std::string_view packet) {
    if (packet == "2") {
      owes_pong_ = true;  // goes with the next message
    } else if (at_ == step::joining) {
      if (!packet.starts_with(R"(40{"sid":)")) down_.fail("it may not join: " + quoted(packet));
      at_ = step::idle;
    } else {
      auto const expected = question_.with({digits_of(number_), sender_, 0});
      if (at_ != step::asking || answered_) down_.fail("nothing is asked, and there comes " + quoted(packet));
      if (packet != expected) down_.fail("instead of " + quoted(expected) + " comes " + quoted(packet));
      answered_ = true;
      window_.count(asked_, now());
    }
  }

  load_window& window_;
  digits sender_;
  http_client down_, up_;
  pattern question_;
  step at_ = step::opening;
  bool posting_ = false, answered_ = false, owes_pong_ = false;
  std::size_t number_ = 0;
  std::uint64_t asked_ = 0;
};

inline void run_polling(load_loop& loop, load_options const& wanted) {
  load_window window(wanted);
  std::vector<std::unique_ptr<polling_client>> clients;
  for (std::size_t i = 0; i < wanted.connections; ++i)
    clients.push_back(std::make_unique<polling_client>(loop, wanted, window, i));
  std::size_t asking = 0;
  for (auto quiet_until = now(); !window.closed() || asking > 0 || now() < quiet_until;) {
    epoll_event events[256];
    auto const count = loop.events.wait(events, 10);
    for (std::size_t i = 0; i < count; ++i) {
      auto& client = *clients[static_cast<std::size_t>(events[i].data.u64 / 2)];
      bool const asked = client.asking();
      client.take(events[i].data.u64 % 2 != 0, events[i].events);
      if (asked && !client.asking()) --asking;
      if (!client.ready() || window.closed()) continue;
      client.ask();
      ++asking;
    }
    auto const time = now();
    window.pass(time);
    if (!window.closed() || asking > 0) {
      window.expect_progress(time);
      quiet_until = time + 100'000'000;  // for what should not come
    }
  }
  window.report();
}

}  // namespace bench
