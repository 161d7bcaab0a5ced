// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/executor/concept.hpp>
#include <socketiopp/executor/thread_per_core.hpp>

namespace executor = socketiopp::executor;

static_assert(executor::policy<executor::thread_per_core>);

TEST_CASE("thread_per_core: as many threads as were asked for, or as there are cores") {
  CHECK(executor::thread_per_core(3).size() == 3);
  auto const cores = std::thread::hardware_concurrency();
  CHECK(executor::thread_per_core().size() == (cores == 0 ? 1 : cores));
  CHECK_FALSE(executor::thread_per_core(1)[0].is_one_of_several());
  CHECK(executor::thread_per_core(2)[1].is_one_of_several());
}

TEST_CASE("thread_per_core: each place has a thread of its own, the first that of the caller") {
  constexpr std::size_t places = 3;
  executor::thread_per_core on(places);
  std::vector<std::thread::id> seen(places);
  std::atomic<std::size_t> left = places;
  for (std::size_t i = 0; i < places; ++i)
    on[i].post([&, i] {
      seen[i] = std::this_thread::get_id();
      for (std::size_t k = 0; k < places; ++k) CHECK(on[k].here() == (k == i));
      if (--left == 0) on.stop();
    });
  CHECK(&on.io_context() == &on[0].io_context());
  on.run();
  CHECK(seen[0] == std::this_thread::get_id());
  CHECK(seen[1] != seen[0]);
  CHECK(seen[2] != seen[0]);
  CHECK(seen[2] != seen[1]);
}

TEST_CASE("thread_per_core: places post to each other, in order") {
  executor::thread_per_core on(2);
  constexpr int posts = 2000;
  int next = 0;
  bool in_order = true;
  on[0].post([&] {
    for (int i = 0; i < posts; ++i)
      on[1].post([&, i] {
        in_order = in_order && next == i;
        if (++next == posts) on.stop();
      });
  });
  on.run();
  CHECK(next == posts);
  CHECK(in_order);
}

TEST_CASE("thread_per_core: what work throws ends all threads, and comes out of run") {
  for (std::size_t const place : {0u, 1u}) {
    executor::thread_per_core on(2);
    on[place].post([] { throw std::runtime_error("of no use"); });
    CHECK_THROWS_WITH(on.run(), "of no use");
  }
}

TEST_CASE("thread_per_core: stopped before it runs, it does not") {
  executor::thread_per_core on(2);
  on[1].post([] { FAIL("it has run"); });
  on.stop();
  on.run();
}
