// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/id_source.hpp>
#include <socketiopp/engine/roster.hpp>

using namespace engine_test;

TEST_CASE("roster: knows where a session is, and lets no id be used twice") {
  engine::roster all;
  engine::id_source ids;
  auto const one = ids.next(), other = ids.next();
  CHECK(all.add(one, 2));
  CHECK_FALSE(all.add(one, 1));
  CHECK(all.add(other, 0));
  CHECK(all.find(one) == 2u);
  all.remove(one);
  CHECK_FALSE(all.find(one));
  CHECK(all.find(other) == 0u);
}

TEST_CASE("roster: an id that was claimed for nothing is free again") {
  engine::roster all;
  shard first, second;
  first.hub.join(all, 0);
  second.hub.join(all, 1);
  auto const id = first.hub.next_id();
  {
    auto const claimed = first.hub.claim_id(id);
    REQUIRE(claimed);
    CHECK(claimed->id() == id);
    CHECK_FALSE(first.hub.claim_id(id));
    CHECK_FALSE(second.hub.claim_id(id));
  }
  auto claimed = second.hub.claim_id(id);
  REQUIRE(claimed);
  socket_link over;
  auto& opened = second.hub.open(std::move(*claimed), over, true, {});
  claimed.reset();
  CHECK(all.find(id) == 1u);
  CHECK_FALSE(first.hub.claim_id(id));
  opened.abort(reason::forced_close);
  CHECK_FALSE(all.find(id));
  CHECK(first.hub.claim_id(id));
}
