// SPDX-License-Identifier: MIT
#include <set>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/engine/bound.hpp>

using socketiopp::bound;

TEST_CASE("bound: each has the name of its option") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(bound::max_queued_bytes); ++i)
    names.insert(to_string(static_cast<bound>(i)));
  CHECK(names.size() == 11);
  CHECK_FALSE(names.contains("unknown"));
  CHECK(to_string(bound::max_queued_bytes) == "max_queued_bytes");
  CHECK(to_string(static_cast<bound>(99)) == "unknown");
}

TEST_CASE("bound: every name fits into a close frame (RFC 6455, 5.5)") {
  for (int i = 0; i <= static_cast<int>(bound::max_queued_bytes); ++i)
    CHECK(to_string(static_cast<bound>(i)).size() <= 123);
}
