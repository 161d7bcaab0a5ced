// SPDX-License-Identifier: MIT
// Whole servers in memory, with clients that do anything in any order over a network that does what it likes.
// A failure names its seed: `SIMULATION_SEED=7 test_server -tc='simulation*'` runs that one again, and
// `SIMULATION_RUNS=10000` as many from there on.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "simulation_client.hpp"
#include "simulation_world.hpp"

namespace {

using namespace simulation;

unsigned from_environment(char const* name, unsigned otherwise) {
  auto const* const given = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return given ? static_cast<unsigned>(std::stoul(given)) : otherwise;
}

class run {
public:
  explicit run(unsigned seed) : here_(seed) {
    for (int i = 0; i < 7; ++i) clients_.push_back(std::make_unique<client>(here_));
  }

  void play() {
    auto const closes_at = here_.random.one_in(6) ? here_.random.number(steps) : -1;
    for (int step = 0; step < steps && !here_.failed; ++step) {
      if (step == closes_at) here_.close();
      disturb();
      if (here_.random.below(3) != 0) here_.run();
    }
    if (!here_.failed) calm_down();
    if (!here_.failed) here_.closing ? end() : stay_calm();
    if (here_.failed || here_.closing) return;
    serve_one_more();
    for (auto const& each : clients_) here_.random.one_in(2) ? each->break_off() : each->fall_silent();
    end();
  }

  world const& here() const { return here_; }

private:
  static constexpr int steps = 1500;

  void disturb() {
    auto& random = here_.random;
    switch (random.below(24)) {
      case 0: {
        for (auto const& each : clients_)
          if (each->alive()) each->delay();
        return here_.advance(random.up_to(200ms));
      }
      case 1:
      case 2: return here_.act();
      case 3: return here_.decide();
      default: {
        auto& one = *clients_[random.below(clients_.size())];
        if (one.alive() || random.below(4) != 0)
          one.act();
        else
          one.start();
      }
    }
  }

  void settle() {
    here_.run();
    for (auto const& each : clients_) each->settle();
  }
  bool settled() const {
    return std::all_of(clients_.begin(), clients_.end(), [](auto const& each) { return each->settled(); });
  }

  /// Everything that is under way arrives, and everybody who is there gets what is his.
  void calm_down() {
    for (auto const& each : clients_) each->give_up_if_doomed();
    here_.decide_all();
    settle_all();
    for (auto const& each : clients_) each->give_up_if_doomed();
    settle_all();
  }
  void settle_all() {
    for (int round = 0; round < 3000 && !here_.failed; ++round) {
      settle();
      if (round > 20 && settled()) return;
      if (round % 50 == 49) here_.advance(100ms);
    }
    if (!here_.failed) here_.wrong("this does not come to an end");
  }

  /// Time passes, and nothing else happens to those who are there; the others' sessions end.
  void stay_calm() {
    here_.calm = true;
    for (int step = 0; step < 200 && !here_.failed; ++step) {
      here_.advance(200ms);
      if (here_.random.one_in(8)) clients_[here_.random.below(clients_.size())]->say();
      for (int i = 0; i < 5; ++i) settle();
    }
    if (here_.failed) return;
    settle_all();
    std::size_t there = 0;
    for (auto const& each : clients_) {
      if (!each->alive()) continue;
      ++there;
      if (each->its().dropped > each->its().told) here_.wrong("dropped, and not told", each->its());
    }
    CHECK(here_.sessions() == there);
    CHECK(here_.answered == here_.asked);  // or too late
  }

  void serve_one_more() {
    client healthy(here_);
    healthy.start(true);
    for (int i = 0; i < 20 && !healthy.connected(); ++i) {
      here_.run();
      healthy.settle();
    }
    CHECK(healthy.connected());
    healthy.say();
    auto const before = here_.heard;
    healthy.settle();
    here_.run();
    CHECK(here_.heard > before);
    healthy.break_off();
  }

  void end() {
    here_.run();
    for (int step = 0; step < 100; ++step) {
      here_.advance(1s);
      for (auto const& each : clients_) each->settle();
      if (step == 4 && here_.closing) CHECK(here_.io.executor().stopped());  // its deadline has passed
    }
    here_.advance(1h);
    here_.check_that_nothing_is_left();
  }

  world here_;
  std::vector<std::unique_ptr<client>> clients_;
};

}  // namespace

TEST_CASE("simulation: every message arrives once and in order, or the session ends on both sides") {
  auto const first = from_environment("SIMULATION_SEED", 1);
  auto const runs = from_environment("SIMULATION_RUNS", std::getenv("SIMULATION_SEED") ? 1 : 60);  // NOLINT
  int heard = 0, ends = 0, drops = 0, drains = 0;
  std::set<reason> reasons;
  for (auto seed = first; seed < first + runs; ++seed) {
    CAPTURE(seed);
    run one(seed);
    one.play();
    heard += one.here().heard;
    ends += one.here().ends;
    drops += one.here().drops;
    drains += one.here().drains;
    reasons.insert(one.here().reasons.begin(), one.here().reasons.end());
    if (one.here().failed) break;
  }
  if (runs < 60) return;
  CHECK(heard > 6000);  // or it has become a simulation of little
  CHECK(ends > 1000);
  CHECK(drops > 200);
  CHECK(drains > 200);
  CHECK(reasons.size() >= 7);
}
