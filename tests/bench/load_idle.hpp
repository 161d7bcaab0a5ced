// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "load_crowd.hpp"
#include "load_window.hpp"
#include "process.hpp"

/// Clients that join and stay silent: what the server keeps for each.
namespace bench {

inline void run_idle(load_loop& loop, load_options const& wanted) {
  auto const before = memory_of(wanted.pid);
  load_crowd crowd(loop, wanted);
  auto const unasked = [&](std::size_t who, std::string_view text, std::uint64_t) {
    crowd[who].fail("unasked comes " + quoted(text));
  };
  load_window window(wanted);
  while (!window.closed()) {  // pings are answered
    crowd.turn(10, unasked, [](std::size_t, bool) {});
    window.pass(now());
  }
  auto const after = memory_of(wanted.pid);
  auto const each = [&](double from, double to) {
    return (to - from) / static_cast<double>(wanted.connections);
  };
  window.report({{"memory_per_connection", each(before.proportional, after.proportional)},
                 {"resident_per_connection", each(before.resident, after.resident)}});
}

}  // namespace bench
