// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/block_cache.hpp>

using socketiopp::engine::block_cache;

namespace {

std::vector<void*> take(std::size_t count) {
  std::vector<void*> taken;
  for (std::size_t i = 0; i < count; ++i)
    std::memset(taken.emplace_back(block_cache::take()), 0xAA, block_cache::block_size);
  return taken;
}

void give(std::vector<void*> const& all) {
  for (auto* const block : all) block_cache::give(block);
}

}  // namespace

TEST_CASE("block_cache: what a thread has given back is what it takes next") {
  auto const first = take(100);
  CHECK(std::set(first.begin(), first.end()).size() == 100);
  give(first);
  auto again = take(100);
  CHECK(std::is_permutation(first.begin(), first.end(), again.begin()));
  give(again);
}

TEST_CASE("block_cache: more than a thread keeps goes back to the system") { give(take(10'000)); }

TEST_CASE("block_cache: a thread may give back what another has taken, and leaves nothing when it ends") {
  auto const taken = take(100);
  std::thread([&] { give(taken); }).join();
  std::thread([] { give(take(100)); }).join();
}

TEST_CASE("block_cache: what a thread destroys last may give back too") {
  struct last {
    ~last() { block_cache::give(block); }
    void* block;
  };
  std::thread([] {
    auto const taken = take(2);
    thread_local last const one{taken[0]};  // made before the thread keeps any
    block_cache::give(taken[1]);
    CHECK(one.block == taken[0]);
  }).join();
}
