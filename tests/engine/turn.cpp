// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "entry.hpp"
#include <socketiopp/engine/timer_wheel.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>

namespace engine = socketiopp::engine;
using namespace std::chrono_literals;

namespace {

constexpr engine::time_point start{1h};
constexpr auto never = engine::time_point::max();

struct output final : engine::flushable {
  void flush() override {
    ++flushed;
    if (then) then();
  }
  int flushed = 0;
  socketiopp::unique_function<void()> then;
};

struct mortal final : engine::discardable {
  explicit mortal(socketiopp::unique_function<void()> at_end) : last(std::move(at_end)) {}
  ~mortal() override { last(); }
  socketiopp::unique_function<void()> last;
};

struct fixture {
  int ends_wanted = 0;
  engine::turn turn{[this] { ++ends_wanted; }};
  fixture() { turn.advance(start); }
};

}  // namespace

TEST_CASE_FIXTURE(fixture,
                  "turn: what has output is flushed once at the end, and the end is asked for once") {
  output a, b;
  turn.flush_later(a);
  turn.flush_later(b);
  turn.flush_later(a);
  CHECK(ends_wanted == 1);
  CHECK(a.flushed == 0);
  CHECK(turn.end() == never);
  CHECK(a.flushed == 1);
  CHECK(b.flushed == 1);
  turn.end();
  CHECK(a.flushed == 1);
  turn.flush_later(a);
  CHECK(ends_wanted == 2);
  a.cancel();
  turn.end();
  CHECK(a.flushed == 1);
}

TEST_CASE_FIXTURE(fixture, "turn: output that a flush makes leaves in the same turn") {
  output first, second;
  auto doomed = std::make_unique<output>();
  first.then = [&] {
    if (first.flushed == 1) turn.flush_later(second);
    doomed.reset();  // what is destroyed is not flushed
  };
  second.then = [&] {
    if (second.flushed == 1) turn.flush_later(first);
  };
  turn.flush_later(*doomed);
  turn.flush_later(first);
  turn.end();
  CHECK(first.flushed == 2);
  CHECK(second.flushed == 1);
  CHECK(ends_wanted == 1);
}

TEST_CASE_FIXTURE(fixture, "turn: time never goes back") {
  turn.advance(start + 5ms);
  turn.advance(start + 2ms);
  CHECK(turn.now() == start + 5ms);
}

TEST_CASE_FIXTURE(fixture, "turn: the end tells when to wake, and is asked for when that becomes sooner") {
  entry late, soon;
  turn.schedule(late, start + 100ms);
  CHECK(ends_wanted == 1);
  CHECK(turn.end() == start + 100ms);
  turn.schedule(soon, start + 200ms);
  CHECK(ends_wanted == 1);  // the alarm rings earlier anyhow
  turn.schedule(soon, start + 50ms);
  CHECK(ends_wanted == 2);
  CHECK(turn.end() == start + 50ms);
  turn.advance(start + 50ms);
  CHECK(soon.fired == 1);
  CHECK(turn.end() == start + 100ms);
  late.cancel();
  turn.advance(start + 100ms);
  CHECK(late.fired == 0);
  CHECK(turn.end() == never);
}

TEST_CASE_FIXTURE(fixture, "turn: a timer that fired in an event sets the alarm anew when it asks to") {
  entry beat;
  beat.then = [&] { turn.schedule(beat, turn.now() + 10ms); };
  turn.schedule(beat, start + 10ms);
  CHECK(turn.end() == start + 10ms);
  turn.advance(start + 12ms);  // some event comes before the alarm rings
  CHECK(beat.fired == 1);
  CHECK(turn.end() == start + 22ms);
}

TEST_CASE_FIXTURE(fixture, "turn: what was discarded lives to the end, and goes after the last flush") {
  std::string order;
  output last;
  last.then = [&] { order += 'f'; };
  turn.discard(std::make_unique<mortal>([&] { order += 'd'; }));
  turn.flush_later(last);
  CHECK(ends_wanted == 1);
  CHECK(order.empty());
  turn.end();
  CHECK(order == "fd");
}

TEST_CASE_FIXTURE(fixture, "turn: what goes may leave something behind for the next end") {
  output later;
  entry timer;
  int died = 0;
  turn.discard(std::make_unique<mortal>([&] {
    turn.flush_later(later);
    turn.schedule(timer, start + 5ms);
    turn.discard(std::make_unique<mortal>([&] { ++died; }));
  }));
  turn.end();
  CHECK(ends_wanted == 2);
  CHECK(died == 0);
  CHECK(turn.end() == start + 5ms);
  CHECK(later.flushed == 1);
  CHECK(died == 1);
}

TEST_CASE("turn: may go with timers set, output waiting and objects discarded") {
  int died = 0;
  {
    engine::turn turn([] {});
    auto timed = std::make_unique<entry>();
    turn.schedule(*timed, start);
    turn.discard(std::make_unique<mortal>([&died, held = std::move(timed)] { ++died; }));
  }
  CHECK(died == 1);
}

TEST_CASE_FIXTURE(fixture, "turn: turns are numbered from 1") {
  output in_it;
  std::uint64_t number = 0;
  in_it.then = [&] { number = turn.number(); };
  CHECK(turn.number() == 1);
  turn.flush_later(in_it);
  turn.advance(start + 1s);
  CHECK(turn.number() == 1);
  turn.end();
  CHECK(number == 1);
  CHECK(turn.number() == 2);
}
