// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/executor/concept.hpp>

namespace executor = socketiopp::executor;
using namespace std::chrono_literals;

static_assert(executor::policy<executor::caller>);

TEST_CASE("caller: work runs in order, when it is asked to, with what it posts") {
  executor::caller place;
  std::string order;
  place.post([&] {
    order += 'a';
    place.post([&] { order += 'c'; });
  });
  place.post([&] { order += 'b'; });
  CHECK(order.empty());
  CHECK(place.here());
  CHECK(place.size() == 1);
  CHECK(&place[0] == &place);
  place.run();
  CHECK(order == "abc");
  place.run();
  CHECK(order == "abc");
}

TEST_CASE("caller: stop drops what was posted, from within it too") {
  executor::caller place;
  int ran = 0;
  auto const kept = std::make_shared<int>();
  place.post([&, kept] { ++ran; });
  place.stop();
  CHECK(kept.use_count() == 1);
  place.post([&] {
    ++ran;
    place.stop();
  });
  place.post([&] { ++ran; });
  place.run();
  CHECK(ran == 1);
  place.post([&] { ++ran; });
  place.run();
  CHECK(ran == 2);
}

TEST_CASE("caller: time passes only when it is told, and wakes on the way") {
  executor::caller place;
  auto const start = place.now();
  std::vector<executor::caller::time_point> woken;
  place.on_wake([&] {
    woken.push_back(place.now());
    if (woken.size() < 3) place.wake_at(place.now() + 10ms);
  });
  place.wake_at(start + 5ms);
  place.run();
  CHECK(place.now() == start);
  place.advance(4ms);
  CHECK(woken.empty());
  place.advance(100ms);
  CHECK(woken == std::vector{start + 5ms, start + 15ms, start + 25ms});
  CHECK(place.now() == start + 104ms);
}

TEST_CASE("caller: only the last wake time counts, and sleep forgets it") {
  executor::caller place;
  int woken = 0;
  place.on_wake([&] { ++woken; });
  place.wake_at(place.now() + 1ms);
  place.wake_at(place.now() + 10ms);
  place.advance(5ms);
  CHECK(woken == 0);
  place.advance(5ms);
  CHECK(woken == 1);
  place.wake_at(place.now() + 1ms);
  CHECK_FALSE(place.asleep());
  place.sleep();
  CHECK(place.asleep());
  place.advance(1h);
  CHECK(woken == 1);
}

TEST_CASE("caller: a time that has passed wakes at once, without turning the clock back") {
  executor::caller place;
  auto const start = place.now();
  int woken = 0;
  place.on_wake([&] { ++woken; });
  place.wake_at(start - 1h);
  place.advance(0ms);
  CHECK(woken == 1);
  CHECK(place.now() == start);
}

TEST_CASE("caller: what falls due is run before time goes on") {
  executor::caller place;
  auto const start = place.now();
  std::vector<std::chrono::steady_clock::duration> seen;
  place.on_wake([&] { place.post([&] { seen.push_back(place.now() - start); }); });
  place.post([&] {
    seen.push_back(place.now() - start);
    place.wake_at(start + 2ms);
  });
  place.advance(10ms);
  CHECK(seen == std::vector<std::chrono::steady_clock::duration>{0ms, 2ms});
}

TEST_CASE("caller: work that throws is over, and the rest waits for the next run") {
  executor::caller place;
  int ran = 0;
  place.post([] { throw std::runtime_error("no"); });
  place.post([&] { ++ran; });
  CHECK_THROWS_AS(place.run(), std::runtime_error);
  CHECK(ran == 0);
  place.run();
  CHECK(ran == 1);
}
