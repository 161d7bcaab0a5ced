// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <socketiopp/meta/list_node.hpp>

/// Time for a whole shard: one wheel, in which a timer costs no more than being linked into a list.
namespace socketiopp::engine {

using clock = std::chrono::steady_clock;
using time_point = clock::time_point;

/// Something that wants to be told when its deadline has come. Scheduling it again moves it; destroying it
/// cancels it.
class timer : private meta::list_node {
public:
  bool scheduled() const { return linked(); }
  void cancel() { unlink(); }

protected:
  ~timer() = default;

private:
  friend class timer_wheel;

  virtual void expired() = 0;  // may not throw

  time_point deadline_{};
};

/// A hashed timer wheel: 4096 slots of 8 ms, so that heartbeats of the default 25 s fit in one round (32.8
/// s); later deadlines wait in the last slot and are put back when it comes. Deadlines are rounded up to a
/// millisecond, so that many of them wake the loop once; a timer never fires before its deadline.
class timer_wheel {
public:
  timer_wheel() = default;
  timer_wheel(timer_wheel const&) = delete;
  timer_wheel& operator=(timer_wheel const&) = delete;
  /// Its timers may outlive it.
  ~timer_wheel() {
    for (auto* const& head : heads_)
      while (head) static_cast<timer*>(head)->cancel();
  }

  void schedule(timer& entry, time_point deadline) {
    entry.deadline_ = std::chrono::ceil<std::chrono::milliseconds>(std::min(deadline, farthest));
    insert(entry);
  }

  /// Fires what is due. A timer may cancel or schedule any other, itself too.
  void advance(time_point now) {
    // After a long sleep each slot is visited once. `current_` moves first: what fires late may schedule.
    auto const last = std::max(slot_number(now), current_);
    auto const first = std::max(std::exchange(current_, last), last - slots + 1);
    for (auto number = first; number <= last; ++number) visit(static_cast<std::size_t>(number % slots), now);
  }

  /// When to call `advance` next, or nothing while no timer is set.
  std::optional<time_point> next() {
    auto const start = static_cast<std::size_t>(current_ % slots);
    for (std::size_t i = 0; i <= words; ++i) {
      auto const word = (start / 64 + i) % words;
      auto bits = occupied_[word];
      if (i == 0) bits &= ~std::uint64_t{0} << (start % 64);
      for (; bits; bits &= bits - 1) {
        auto const slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        if (heads_[slot]) {
          auto const distance = static_cast<std::int64_t>((slot + slots - start) % slots);
          return std::min(earliest(heads_[slot]), time_point(slot_length * (current_ + distance + 1)));
        }
        occupied_[word] &= ~(std::uint64_t{1} << (slot % 64));  // all its timers were cancelled
      }
    }
    return std::nullopt;
  }

private:
  static constexpr std::int64_t slots = 4096;
  static constexpr std::size_t words = slots / 64;
  static constexpr clock::duration slot_length = std::chrono::milliseconds(8);
  static constexpr time_point farthest = std::chrono::floor<std::chrono::milliseconds>(time_point::max());

  static std::int64_t slot_number(time_point at) { return at.time_since_epoch() / slot_length; }

  void insert(timer& entry) {
    auto const number = std::clamp(slot_number(entry.deadline_), current_, current_ + slots - 1);
    auto const slot = static_cast<std::size_t>(number % slots);
    entry.insert_into(heads_[slot]);
    occupied_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }

  void visit(std::size_t slot, time_point now) {
    meta::list_node* entries = nullptr;  // taken out first: what fires may schedule into this very slot
    meta::list_node::move(heads_[slot], entries);
    while (entries) {
      auto& entry = static_cast<timer&>(*entries);
      entry.cancel();
      if (entry.deadline_ <= now)
        entry.expired();
      else
        insert(entry);
    }
  }

  static time_point earliest(meta::list_node* entries) {
    auto found = time_point::max();
    for (auto* each = entries; each; each = each->next())
      found = std::min(found, static_cast<timer*>(each)->deadline_);
    return found;
  }

  std::array<meta::list_node*, slots> heads_{};
  std::array<std::uint64_t, words> occupied_{};
  std::int64_t current_ = 0;  // the slot of the last advance; it may hold deadlines that are still to come
};

}  // namespace socketiopp::engine
