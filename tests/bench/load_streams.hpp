// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load_crowd.hpp"
#include "load_message.hpp"
#include "load_options.hpp"
#include "load_rooms.hpp"
#include "load_window.hpp"

/// Loads of messages over connections that stay: each is a class that sends, and that checks what comes.
namespace bench {

/// Each client sends to the server, and gets its answers in order: acknowledgements or echoes. With a rate
/// they are sent when it is time, whatever has been answered, and the latency counts from then.
class answered_messages {
public:
  answered_messages(load_crowd& crowd, load_options const& wanted, load_window& window)
      : crowd_(crowd),
        wanted_(wanted),
        window_(window),
        lanes_(wanted.connections),
        question_(wanted.kind == "echo" ? question("42", "echo", wanted)
                                        : question("42" + place_of(by_number), "messageAndAck", wanted)),
        answer_(wanted.kind == "echo" ? question("42", "echo", wanted)
                                      : "43" + place_of(by_number) + R"([{"ok":true}])") {
    for (std::size_t who = 0; who < lanes_.size(); ++who) {
      lanes_[who].sender = digits_of(who);
      lanes_[who].sent_at.resize(wanted.in_flight);
    }
  }

  bool paced() const { return wanted_.rate > 0; }
  void start() {
    began_ = now();
    if (!paced())
      for (std::size_t who = 0; who < lanes_.size(); ++who) go_on(who);
  }

  void take(std::size_t who, std::string_view text, std::uint64_t time) {
    if (who >= lanes_.size()) crowd_[who].fail("unasked comes " + quoted(text));
    auto& lane = lanes_[who];
    if (lane.answered == lane.sent) crowd_[who].fail("nothing is asked, and there comes " + quoted(text));
    auto const expected = answer_.with({digits_of(lane.answered), lane.sender, 0});
    if (text != expected) crowd_[who].fail("instead of " + quoted(expected) + " comes " + quoted(text));
    auto const sent = paced() ? due(lane.answered * lanes_.size() + who)
                              : lane.sent_at[lane.answered % lane.sent_at.size()];
    window_.count(sent, time);
    ++lane.answered;
    --under_way_;
  }

  /// Keeps as many of one client's messages under way as are wanted.
  void go_on(std::size_t who) {
    if (who >= lanes_.size()) return;
    auto& lane = lanes_[who];
    if (paced() || window_.closed() || lane.sent - lane.answered == wanted_.in_flight) return;
    out_.clear();
    for (auto const time = now(); lane.sent - lane.answered < wanted_.in_flight; add(lane))
      lane.sent_at[lane.sent % lane.sent_at.size()] = time;
    crowd_[who].send(out_);
  }

  /// Sends what is due.
  void pass(std::uint64_t time) {
    if (!paced() || window_.closed()) return;
    for (; due(scheduled_) <= time; ++scheduled_) {
      auto const who = scheduled_ % lanes_.size();
      out_.clear();
      add(lanes_[who]);
      crowd_[who].send(out_);
    }
  }

  std::size_t under_way() const { return under_way_; }

private:
  struct client {
    std::size_t sent = 0, answered = 0;
    digits sender = 0;
    std::vector<std::uint64_t> sent_at;  // of those under way
  };

  static std::string question(std::string const& head, std::string const& event, load_options const& wanted) {
    return head + "[\"" + event + R"(",{"message":")" + payload_pattern(wanted.payload) + "\"}]";
  }

  std::uint64_t due(std::size_t message) const {
    return began_ + static_cast<std::uint64_t>(static_cast<double>(message) * 1e9 / wanted_.rate);
  }
  void add(client& of) {
    question_.append_to(out_, {digits_of(of.sent++), of.sender, 0});
    ++under_way_;
  }

  load_crowd& crowd_;
  load_options const& wanted_;
  load_window& window_;
  std::vector<client> lanes_;
  frame_pattern question_;
  pattern answer_;
  std::uint64_t began_ = 0;
  std::size_t scheduled_ = 0, under_way_ = 0;
  std::string out_;
};

/// In each room, which may be everybody, one client sends, and all get it, that one too. A message is under
/// way until the last of them has it.
class shared_messages {
public:
  shared_messages(load_crowd& crowd, load_options const& wanted, load_window& window)
      : crowd_(crowd),
        wanted_(wanted),
        window_(window),
        in_rooms_(wanted.kind == "rooms"),
        room_size_(in_rooms_ ? wanted.room_size : crowd.size()),
        received_(crowd.size()),
        rooms_((crowd.size() + room_size_ - 1) / room_size_),
        call_(text(in_rooms_ ? "roomMessage" : "message")),
        response_(text("response")) {
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      auto& room = rooms_[i];
      room.size = std::min(room_size_, crowd.size() - i * room_size_);
      room.missing.resize(wanted.in_flight);
      room.sent_at.resize(wanted.in_flight);
      room.numbers = {0, digits_of(i * room_size_), digits_of(i)};
    }
    if (in_rooms_) enter_rooms(crowd, 0, 1, [&](std::size_t who, std::size_t) { return who / room_size_; });
  }

  bool paced() const { return false; }
  void start() {
    for (std::size_t who = 0; who < crowd_.size(); who += room_size_) go_on(who);
  }

  void take(std::size_t who, std::string_view text, std::uint64_t time) {
    auto& room = rooms_[who / room_size_];
    auto const number = received_[who]++;
    if (number == room.sent) crowd_[who].fail("nothing is sent, and there comes " + quoted(text));
    room.numbers[by_number] = digits_of(number);
    auto const expected = response_.with(room.numbers);
    if (text != expected) crowd_[who].fail("instead of " + quoted(expected) + " comes " + quoted(text));
    window_.count(room.sent_at[number % room.sent_at.size()], time);
    --under_way_;
    if (--room.missing[number % room.missing.size()] == 0) ++room.done;
  }

  /// Keeps as many messages to a client's room under way as are wanted.
  void go_on(std::size_t who) {
    auto& room = rooms_[who / room_size_];
    if (window_.closed() || room.sent - room.done == wanted_.in_flight) return;
    out_.clear();
    for (auto const time = now(); room.sent - room.done < wanted_.in_flight; ++room.sent) {
      auto const place = room.sent % wanted_.in_flight;
      room.missing[place] = room.size;
      room.sent_at[place] = time;
      room.numbers[by_number] = digits_of(room.sent);
      call_.append_to(out_, room.numbers);
      under_way_ += room.size;
    }
    crowd_[who / room_size_ * room_size_].send(out_);
  }

  void pass(std::uint64_t) {}
  std::size_t under_way() const { return under_way_; }

private:
  struct group {
    std::size_t size = 0, sent = 0, done = 0;
    std::vector<std::size_t> missing;
    std::vector<std::uint64_t> sent_at;
    stamps numbers{};
  };

  std::string text(std::string const& event) const {
    auto const id = in_rooms_ ? R"("id":")" + place_of(by_room) + "\"," : std::string();
    return "42[\"" + event + "\",{" + id + R"("message":")" + payload_pattern(wanted_.payload) + "\"}]";
  }

  load_crowd& crowd_;
  load_options const& wanted_;
  load_window& window_;
  bool in_rooms_;
  std::size_t room_size_, under_way_ = 0;
  std::vector<std::size_t> received_;  // by each client
  std::vector<group> rooms_;
  frame_pattern call_;
  pattern response_;
  std::string out_;
};

/// Has the others sit in rooms, each in many and many in each; runs it through the window, waits for what is
/// under way, and then a moment for what should not come.
template <class Messages> void run_stream(load_loop& loop, load_options const& wanted) {
  load_crowd crowd(loop, wanted);
  enter_rooms(crowd, wanted.connections, wanted.rooms_each,
              [&](std::size_t who, std::size_t i) { return (who + i) % wanted.others; });
  load_window window(wanted);
  Messages messages(crowd, wanted, window);
  auto const take = [&](std::size_t who, std::string_view text, std::uint64_t time) {
    messages.take(who, text, time);
  };
  auto const go_on = [&](std::size_t who, bool) { messages.go_on(who); };
  messages.start();
  while (!window.closed() || messages.under_way() > 0) {
    crowd.turn(messages.paced() && !window.closed() ? 0 : 10, take, go_on);
    auto const time = now();
    window.pass(time);
    messages.pass(time);
    window.expect_progress(time);
  }
  for (auto const end = now() + 100'000'000; now() < end;) crowd.turn(10, take, go_on);
  window.report();
}

}  // namespace bench
