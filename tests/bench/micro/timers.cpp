// SPDX-License-Identifier: MIT
// The timer wheel, with as many timers as there are connections.
#include <chrono>
#include <cstddef>
#include <vector>

#include <benchmark/benchmark.h>

#include <socketiopp/engine/timer_wheel.hpp>

namespace {

using namespace socketiopp;
using namespace std::chrono_literals;

struct heartbeat final : engine::timer {
  std::size_t* fired;
  void expired() override { ++*fired; }
};

// What every message of a client does: its deadline moves.
void put_off(benchmark::State& state) {
  engine::timer_wheel wheel;
  std::size_t fired = 0;
  std::vector<heartbeat> all(static_cast<std::size_t>(state.range(0)));
  engine::time_point now{1h};
  wheel.advance(now);
  std::size_t i = 0;
  for (auto _ : state) {
    all[i].fired = &fired;
    wheel.schedule(all[i], now + 25s);
    i = (i + 1) % all.size();
  }
  benchmark::DoNotOptimize(fired);
}
BENCHMARK(put_off)->Arg(100)->Arg(100'000);

// All of them fire once in 25 seconds, which pass 1 millisecond at a time; the time of one.
void fire(benchmark::State& state) {
  engine::timer_wheel wheel;
  std::size_t fired = 0;
  std::vector<heartbeat> all(static_cast<std::size_t>(state.range(0)));
  engine::time_point now{1h};
  wheel.advance(now);
  for (auto _ : state) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].fired = &fired;
      wheel.schedule(all[i], now + 1s + i * (24s) / all.size());
    }
    for (int ms = 0; ms <= 25'001; ++ms) wheel.advance(now += 1ms);
  }
  if (fired != all.size() * static_cast<std::size_t>(state.iterations()))
    state.SkipWithError("some are missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(fired));
}
BENCHMARK(fire)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
