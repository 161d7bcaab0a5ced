// SPDX-License-Identifier: MIT
#include <chrono>

#include <doctest/doctest.h>

#include <socketiopp/engine/heartbeat.hpp>

namespace engine = socketiopp::engine;
using namespace std::chrono_literals;
using step = engine::heartbeat::step;

namespace {

constexpr engine::time_point start{1h};
engine::options const options{.ping_interval = 300ms, .ping_timeout = 200ms};

engine::heartbeat started() {
  engine::heartbeat beat(options);
  beat.start(start);
  return beat;
}

}  // namespace

TEST_CASE("heartbeat: has nothing to do until it is started") {
  CHECK(engine::heartbeat(options).due() == engine::time_point::max());
}

TEST_CASE("heartbeat: a ping after the interval, and after that from each pong (W-080)") {
  auto beat = started();
  CHECK(beat.due() == start + 300ms);
  CHECK(beat.expired(start + 300ms) == step::ping);
  CHECK(beat.due() == start + 500ms);
  beat.pong(start + 350ms);
  CHECK(beat.due() == start + 650ms);
  CHECK(beat.expired(start + 650ms) == step::ping);
}

TEST_CASE("heartbeat: without a pong in time it gives up (W-081)") {
  auto beat = started();
  CHECK(beat.expired(start + 300ms) == step::ping);
  CHECK(beat.expired(start + 500ms) == step::give_up);
}

TEST_CASE("heartbeat: another packet gives more time, once for each ping (W-082)") {
  auto beat = started();
  beat.other(start + 100ms);  // nothing is waited for
  CHECK(beat.due() == start + 300ms);
  CHECK(beat.expired(start + 300ms) == step::ping);
  beat.other(start + 400ms);
  CHECK(beat.due() == start + 600ms);
  beat.other(start + 500ms);
  CHECK(beat.due() == start + 600ms);
  beat.pong(start + 550ms);
  CHECK(beat.due() == start + 850ms);
  CHECK(beat.expired(start + 850ms) == step::ping);
  beat.other(start + 900ms);
  CHECK(beat.due() == start + 1100ms);
  CHECK(beat.expired(start + 1100ms) == step::give_up);
}

TEST_CASE("heartbeat: pongs that nobody asked for do not matter (W-062)") {
  auto beat = started();
  beat.pong(start + 200ms);
  CHECK(beat.due() == start + 300ms);
  CHECK(beat.expired(start + 300ms) == step::ping);
  beat.pong(start + 310ms);
  beat.pong(start + 320ms);
  CHECK(beat.due() == start + 610ms);
}

TEST_CASE("heartbeat: a client that asks has both times to do so, from whatever it said last (W-191)") {
  engine::heartbeat beat(options, true);
  CHECK(beat.due() == engine::time_point::max());
  beat.start(start);
  CHECK(beat.due() == start + 500ms);
  beat.other(start + 100ms);
  CHECK(beat.due() == start + 600ms);
  beat.other(start + 400ms);
  beat.other(start + 450ms);
  CHECK(beat.due() == start + 950ms);
  CHECK(beat.expired(start + 950ms) == step::give_up);
}
