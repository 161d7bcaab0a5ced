// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <socketiopp/engine/timer_wheel.hpp>
#include <socketiopp/meta/list_node.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// The turn of a shard's loop: what time it is in it, and who has something to send at its end.
namespace socketiopp::engine {

/// Something that may have to live until nobody can be inside it any more.
class discardable {
public:
  virtual ~discardable() = default;
};

/// Something that collects output during a turn and sends it at the turn's end.
class flushable : public discardable, private meta::list_node {
public:
  /// Forgets that there is something to send.
  void cancel() { unlink(); }

private:
  friend class turn;
  virtual void flush() = 0;
};

/// One per shard. Whoever drives the shard calls `advance` before each event and `end` when the turn is over.
class turn {
public:
  /// `request_end` is called once a turn, when there is a reason to call `end`.
  explicit turn(unique_function<void()> request_end) : request_end_(std::move(request_end)) {}

  /// The time of this turn.
  time_point now() const { return now_; }

  /// Its number: the first is 1.
  std::uint64_t number() const { return number_; }

  /// Sets the time and fires the timers that are due.
  void advance(time_point now) {
    if (now > now_) now_ = now;
    wheel_.advance(now_);
  }

  void schedule(timer& entry, time_point deadline) {
    wheel_.schedule(entry, deadline);
    if (deadline >= armed_) return;
    rearm_ = true;
    want_end();
  }

  void flush_later(flushable& entry) {
    if (entry.linked()) return;
    entry.insert_into(waiting_);
    want_end();
  }

  /// Destroys the object when the turn is over.
  void discard(std::unique_ptr<discardable> entry) {
    discarded_.push_back(std::move(entry));
    want_end();
  }

  /// Sends everything and destroys what was discarded. Answers when `advance` must be called at the latest;
  /// `time_point::max()` is never. (It may be earlier than needed: a timer that is moved leaves its old
  /// time.)
  time_point end() {
    while (waiting_) {
      auto& entry = static_cast<flushable&>(*waiting_);
      entry.unlink();
      entry.flush();
    }
    auto const dead = std::exchange(discarded_, {});
    end_wanted_ = false;
    ++number_;
    if (rearm_ || armed_ <= now_) armed_ = wheel_.next().value_or(time_point::max());
    rearm_ = false;
    return armed_;
  }

  /// Has `end` called for this turn.
  void want_end() {
    if (end_wanted_) return;
    end_wanted_ = true;
    request_end_();
  }

private:
  unique_function<void()> request_end_;
  timer_wheel wheel_;
  time_point now_{};
  std::uint64_t number_ = 1;
  time_point armed_ = time_point::max();
  meta::list_node* waiting_ = nullptr;
  std::vector<std::unique_ptr<discardable>> discarded_;
  bool end_wanted_ = false;
  bool rearm_ = false;
};

}  // namespace socketiopp::engine
