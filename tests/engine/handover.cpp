// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/handover.hpp>
#include <socketiopp/meta/unique_function.hpp>

using namespace socketiopp;
using texts = std::vector<std::string>;

namespace {

struct scene {
  engine::handover left{3};
  texts done;

  void add(std::size_t shard, std::string name) {
    left.add(shard, [this, name = std::move(name)] { done.push_back(name); });
  }
  void end() {
    left.end([this](std::size_t shard, std::vector<unique_function<void()>> const& all) {
      done.push_back("to " + std::to_string(shard));
      for (auto const& each : all) each();
    });
  }
};

}  // namespace

TEST_CASE_FIXTURE(scene, "handover: each shard gets all of its work at once, in order") {
  add(2, "a");
  add(0, "b");
  add(2, "c");
  CHECK(done.empty());
  end();
  CHECK(done == texts{"to 0", "b", "to 2", "a", "c"});
  end();
  CHECK(done.size() == 5);
}

TEST_CASE_FIXTURE(scene, "handover: the next turn begins with nothing") {
  add(1, "a");
  end();
  add(0, "b");
  end();
  CHECK(done == texts{"to 1", "a", "to 0", "b"});
}
