// SPDX-License-Identifier: MIT
// Parts of the message path, each by itself. `micro --benchmark_filter=room` measures some of them.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
