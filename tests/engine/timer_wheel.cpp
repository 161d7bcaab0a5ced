// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "entry.hpp"
#include <socketiopp/engine/timer_wheel.hpp>

namespace engine = socketiopp::engine;
using namespace std::chrono_literals;

namespace {

constexpr engine::time_point start{1h};

engine::timer_wheel& advanced(engine::timer_wheel& wheel, engine::time_point to = start) {
  wheel.advance(to);
  return wheel;
}

}  // namespace

TEST_CASE("timer_wheel: fires at the deadline, not before, and once") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry timer;
  CHECK_FALSE(wheel.next());
  wheel.schedule(timer, start + 100ms);
  CHECK(timer.scheduled());
  CHECK(wheel.next() == start + 100ms);
  wheel.advance(start + 100ms - 1ns);
  CHECK(timer.fired == 0);
  wheel.advance(start + 100ms);
  CHECK(timer.fired == 1);
  CHECK_FALSE(timer.scheduled());
  CHECK_FALSE(wheel.next());
  wheel.advance(start + 1h);
  CHECK(timer.fired == 1);
}

TEST_CASE("timer_wheel: deadlines are rounded up to a millisecond") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry timer;
  wheel.schedule(timer, start + 2ms + 1ns);
  CHECK(wheel.next() == start + 3ms);
  wheel.advance(start + 3ms - 1ns);
  CHECK(timer.fired == 0);
  wheel.advance(start + 3ms);
  CHECK(timer.fired == 1);
}

TEST_CASE("timer_wheel: works before time has first been told") {
  engine::timer_wheel wheel;
  entry soon, late;
  wheel.schedule(soon, start + 5ms);
  wheel.schedule(late, start + 5h);
  wheel.advance(start);
  CHECK(soon.fired == 0);
  CHECK(wheel.next() == start + 5ms);
  wheel.advance(start + 5ms);
  CHECK(soon.fired == 1);
  CHECK(late.fired == 0);
}

TEST_CASE("timer_wheel: scheduling again moves a timer, cancelling and destroying it forget it") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry moved, cancelled;
  auto destroyed = std::make_unique<entry>();
  wheel.schedule(moved, start + 10ms);
  wheel.schedule(moved, start + 30ms);
  wheel.schedule(cancelled, start + 10ms);
  wheel.schedule(*destroyed, start + 10ms);
  cancelled.cancel();
  cancelled.cancel();
  destroyed.reset();
  CHECK(wheel.next() == start + 30ms);
  wheel.advance(start + 29ms);
  CHECK(moved.fired == 0);
  wheel.schedule(moved, start + 29ms);
  wheel.advance(start + 29ms);
  CHECK(moved.fired == 1);
  CHECK(cancelled.fired == 0);
  CHECK_FALSE(wheel.next());
}

TEST_CASE("timer_wheel: deadlines farther than a round, up to the end of time") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry far, farthest;
  wheel.schedule(far, start + 24h);
  wheel.schedule(farthest, engine::time_point::max());
  int wakes = 0;
  while (!far.fired) {
    auto const next = *wheel.next();
    REQUIRE(next > start);
    REQUIRE(++wakes < 24 * 3600 / 30);  // a round is 32.8 s
    CHECK(next <= start + 24h);
    wheel.advance(next);
  }
  CHECK(wakes > 1);
  CHECK(farthest.fired == 0);
  CHECK(wheel.next());
}

TEST_CASE("timer_wheel: a deadline in the past is due at once") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry late, other;
  wheel.schedule(other, start + 1s);
  wheel.schedule(late, start - 1h);
  CHECK(*wheel.next() <= start);
  wheel.advance(start);
  CHECK(late.fired == 1);
  CHECK(other.fired == 0);
}

TEST_CASE("timer_wheel: a deadline in the past is due at once when set by a timer that fires late") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry late, first, other;
  wheel.schedule(first, start + 10ms);
  first.then = [&] {
    wheel.schedule(late, start + 11ms);
    wheel.schedule(other, start + 10s);
  };
  wheel.advance(start + 5s);
  CHECK(first.fired == 1);
  CHECK((late.fired == 1 || *wheel.next() <= start + 5s));
  wheel.advance(start + 5s);
  CHECK(late.fired == 1);
  CHECK(other.fired == 0);
}

TEST_CASE("timer_wheel: a timer that is due may set itself again, cancel and destroy others") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry again, victim;
  auto destroyed = std::make_unique<entry>();
  // Whichever of two timers of a slot fires first, the other must not fire after it was cancelled.
  again.then = [&] {
    victim.cancel();
    destroyed.reset();
    if (again.fired < 3) wheel.schedule(again, start + 8ms);  // into the slot that is being visited
  };
  victim.then = [&] { FAIL("cancelled"); };
  wheel.schedule(*destroyed, start + 8ms);
  wheel.schedule(victim, start + 8ms);
  wheel.schedule(again, start + 8ms);
  for (int i = 0; i < 3; ++i) wheel.advance(start + 8ms);
  CHECK(again.fired == 3);
  CHECK_FALSE(wheel.next());
}

TEST_CASE("timer_wheel: a timer that destroys itself is gone") {
  engine::timer_wheel wheel;
  advanced(wheel);
  auto own = std::make_unique<entry>();
  entry other;
  own->then = [&] { own.reset(); };
  wheel.schedule(*own, start + 1ms);
  wheel.schedule(other, start + 1ms);
  wheel.advance(start + 2ms);
  CHECK_FALSE(own);
  CHECK(other.fired == 1);
}

TEST_CASE("timer_wheel: time that stands still or goes back does no harm") {
  engine::timer_wheel wheel;
  advanced(wheel);
  entry timer;
  wheel.schedule(timer, start + 10ms);
  wheel.advance(start);
  wheel.advance(start - 1h);
  CHECK(timer.fired == 0);
  wheel.advance(start + 10ms);
  CHECK(timer.fired == 1);
}

TEST_CASE("timer_wheel: fires what a naive list of deadlines says, over random schedules") {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    auto const below = [&](std::int64_t n) {
      return std::chrono::microseconds(static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n)));
    };
    constexpr std::size_t count = 40;
    engine::timer_wheel wheel;
    auto now = start + below(60'000'000);
    wheel.advance(now);
    std::vector<std::unique_ptr<entry>> timers;
    std::vector<std::optional<engine::time_point>> deadlines(count);
    std::vector<int> expected(count, 0);
    for (std::size_t i = 0; i < count; ++i) timers.push_back(std::make_unique<entry>());

    for (int step = 0; step < 2000; ++step) {
      auto const i = random() % count;
      switch (random() % 8) {
        case 0:
          timers[i]->cancel();
          deadlines[i].reset();
          break;
        case 1:
          timers[i] = std::make_unique<entry>();
          deadlines[i].reset();
          expected[i] = 0;
          break;
        case 2:
        case 3:
        case 4: {
          std::int64_t const ranges[] = {2'000, 20'000, 40'000'000, 200'000'000};
          auto const deadline = now + below(ranges[random() % 4]);
          wheel.schedule(*timers[i], deadline);
          deadlines[i] = std::chrono::ceil<std::chrono::milliseconds>(deadline);
          break;
        }
        default: {
          std::int64_t const sleeps[] = {1'000, 10'000, 1'000'000, 100'000'000};
          auto const next = wheel.next();
          now = random() % 2 && next ? std::max(now, *next) : now + below(sleeps[random() % 4]);
          wheel.advance(now);
          for (std::size_t k = 0; k < count; ++k)
            if (deadlines[k] && *deadlines[k] <= now) {
              ++expected[k];
              deadlines[k].reset();
            }
        }
      }
      std::optional<engine::time_point> earliest;
      bool agree = true;
      for (std::size_t k = 0; k < count; ++k) {
        if (deadlines[k]) earliest = std::min(*deadlines[k], earliest.value_or(*deadlines[k]));
        agree =
            agree && timers[k]->fired == expected[k] && timers[k]->scheduled() == deadlines[k].has_value();
      }
      REQUIRE(agree);
      auto const next = wheel.next();
      REQUIRE(next.has_value() == earliest.has_value());
      if (next) REQUIRE(*next <= *earliest);  // never told to sleep for too long
    }
  }
}

TEST_CASE("timer_wheel: may go before its timers") {
  entry soon, late, other;
  {
    engine::timer_wheel wheel;
    advanced(wheel);
    wheel.schedule(soon, start + 1ms);
    wheel.schedule(other, start + 1ms);
    wheel.schedule(late, start + 1h);
  }
  CHECK_FALSE(soon.scheduled());
  CHECK_FALSE(late.scheduled());
  CHECK_FALSE(other.scheduled());
}
