// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/directory.hpp>

using namespace fakes;

namespace {

/// Makes transient namespaces whose names begin with its own.
class by_prefix final : public core::family<policies> {
public:
  by_prefix(world& in, std::string prefix) : in_(in), prefix_(std::move(prefix)) {}
  bool matches(std::string_view name, std::optional<codec::view>) const override {
    return name.starts_with(prefix_);
  }
  std::shared_ptr<core::namespace_<policies>> make(std::string name) override {
    return std::make_shared<recorder>(std::move(name), in_.shards, true);
  }

private:
  world& in_;
  std::string prefix_;
};

texts names(world& in) {
  texts found;
  in.namespaces.for_each([&](auto const& one) { found.push_back(one->name()); });
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("directory: F-104: a family makes what nobody has made") {
  world here;
  auto& made = here.of("/a");
  here.namespaces.add(std::make_unique<by_prefix>(here, "/a"));
  auto const known = here.namespaces.enter("/a", {});
  CHECK(&known.of() == &made);
  auto const child = here.namespaces.enter("/ab", {});
  REQUIRE(child);
  CHECK(child.of().name() == "/ab");
  CHECK(here.namespaces.find("/ab").get() == &child.of());
  CHECK(!here.namespaces.enter("/b", {}));
  CHECK(names(here) == texts{"/a", "/ab"});
}

TEST_CASE("directory: F-107: a transient namespace goes with its last presence") {
  world here;
  here.of("/kept");
  here.namespaces.add(std::make_unique<by_prefix>(here, "/a"));
  {
    auto first = std::make_unique<core::presence<policies>>(here.namespaces.enter("/a", {}));
    auto second = here.namespaces.enter("/a", {});
    CHECK(first->of().population() == 2);
    first.reset();
    CHECK(names(here) == texts{"/a", "/kept"});
    auto const moved = std::move(second);
    CHECK(moved.of().population() == 1);
  }
  CHECK(names(here) == texts{"/kept"});
  { auto const kept = here.namespaces.enter("/kept", {}); }
  CHECK(names(here) == texts{"/kept"});
}

TEST_CASE("directory: F-107: what a transient namespace keeps for clients goes on its own shard") {
  world here({.recovery = recovery_options{}});
  here.namespaces.add(std::make_unique<by_prefix>(here, "/a"));
  auto last = std::make_unique<core::presence<policies>>(here.namespaces.enter("/a", {}));
  auto const known = here.namespaces.find("/a");
  auto& part = known->slice_on(0);
  here.is_here = false;  // but on another shard's thread
  last.reset();
  CHECK(names(here).empty());
  CHECK(part.recovery());
  here.is_here = true;
  here.end();
  CHECK(!part.recovery());
}

TEST_CASE("directory: the first of two of one name stays") {
  world here;
  auto& first = here.of("/a");
  CHECK(here.namespaces.add(std::make_shared<recorder>("/a", here.shards)).get() == &first);
}
