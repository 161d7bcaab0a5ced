// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/unique_function.hpp>

namespace {

struct queue final : socketiopp::engine::place {
  bool here() const override { return false; }
  void post(socketiopp::unique_function<void()> work) override { waiting.push_back(std::move(work)); }
  std::vector<socketiopp::unique_function<void()>> waiting;
};

}  // namespace

TEST_CASE("place: takes work from whoever sees it, to be done later and in order") {
  queue made;
  socketiopp::engine::place& seen = made;
  std::string order;
  seen.post([&] { order += 'a'; });
  seen.post([&] { order += 'b'; });
  CHECK_FALSE(seen.here());
  CHECK(order.empty());
  for (auto const& work : made.waiting) work();
  CHECK(order == "ab");
}
