// SPDX-License-Identifier: MIT
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/transport/census.hpp>

using socketiopp::bound;
using socketiopp::transport::census;

TEST_CASE("census: without limits everybody comes in") {
  census here({});
  std::vector<census::visit> all;
  for (int i = 0; i < 1000; ++i) all.push_back(here.enter("192.0.2.1"));
  for (auto const& each : all) CHECK(!each.exceeded());
  CHECK(here.size() == 1000);
  all.clear();
  CHECK(here.size() == 0);
}

TEST_CASE("census: counts all, and says who is too many") {
  census here({.all = 2});
  auto one = here.enter("a");
  auto const two = here.enter("b");
  auto const three = here.enter("c");
  CHECK(!one.exceeded());
  CHECK(!two.exceeded());
  CHECK(three.exceeded() == bound::max_connections);
  CHECK(here.size() == 2);
  CHECK(here.enter("a").exceeded() == bound::max_connections);
  one = {};
  CHECK(!here.enter("d").exceeded());
}

TEST_CASE("census: those who are turned away keep nobody out, while they are still there") {
  census here({.all = 1, .per_address = 1});
  auto inside = here.enter("a");
  std::vector<census::visit> turned_away;
  for (int i = 0; i < 100; ++i) turned_away.push_back(here.enter("a"));
  CHECK(here.size() == 1);
  inside = {};
  CHECK(here.size() == 0);
  CHECK(!here.enter("a").exceeded());
}

TEST_CASE("census: counts each address by itself") {
  census here({.all = 10, .per_address = 2});
  std::optional<census::visit> one(here.enter("a"));
  auto const two = here.enter("a");
  CHECK(!two.exceeded());
  CHECK(here.enter("a").exceeded() == bound::max_connections_per_address);
  CHECK(!here.enter("b").exceeded());
  one.reset();
  CHECK(!here.enter("a").exceeded());
  CHECK(here.size() == 1);
}

TEST_CASE("census: who has no address counts among all only") {
  census here({.all = 3, .per_address = 1});
  auto const one = here.enter("");
  auto const two = here.enter("");
  auto const three = here.enter("");
  CHECK(!one.exceeded());
  CHECK(!two.exceeded());
  CHECK(!three.exceeded());
  CHECK(here.enter("").exceeded() == bound::max_connections);
}

TEST_CASE("census: a visit may be handed on, and ends once") {
  census here({.per_address = 1});
  auto first = here.enter("a");
  auto second(std::move(first));
  first = std::move(second);
  second = {};
  CHECK(here.size() == 1);
  CHECK(here.enter("a").exceeded());
  first = here.enter("b");
  CHECK(here.size() == 1);
  CHECK(!here.enter("a").exceeded());
}

TEST_CASE("census: from several threads nobody is counted wrong") {
  constexpr std::size_t most = 8;
  census here({.all = most, .per_address = most});
  std::atomic<std::size_t> inside = 0, seen = 0;
  auto const come_and_go = [&] {
    for (int i = 0; i < 2000; ++i) {
      auto const visit = here.enter(i % 2 ? "a" : "b");
      if (visit.exceeded()) continue;
      seen = std::max(seen.load(), ++inside);
      --inside;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(come_and_go);
  for (auto& each : threads) each.join();
  CHECK(seen <= most);
  CHECK(here.size() == 0);
}
