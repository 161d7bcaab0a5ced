// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/shard.hpp>

using namespace fakes;

TEST_CASE("shard: namespaces by their exact name") {
  world here;
  auto& custom = here.of("/custom");
  auto& shard = *here.shards[0];
  auto& namespaces = shard.namespaces();
  CHECK(namespaces.find("/custom").get() == &custom);
  for (auto const* const name : {"/", "", "custom", "/Custom", "/custom/", "/custom?a=1"})
    CHECK(namespaces.find(name) == nullptr);
  here.of("/");  // as late as this
  CHECK(namespaces.find("/") != nullptr);
  CHECK(shard.index() == 0);
  CHECK(&shard.options() == &here.options);
  CHECK(&shard.hub() == &here.hub);
  CHECK(&shard.turn() == &here.turn);
}

TEST_CASE("shard: every packet is parsed into one document, whose memory is bounded") {
  world here;
  auto& main = here.of("/");
  client one(here);
  one.join(main);
  one.say(R"(2["a",")" + std::string(500'000, 'x') + "\"]");
  std::string many = "2[\"a\"";
  for (int i = 0; i < 50'000; ++i) many += ",1";
  one.say(many + "]");
  one.say(R"(2["a"])");
  CHECK(here.shards[0]->document().retained() < 200'000);
  CHECK(!one.closed());
}
