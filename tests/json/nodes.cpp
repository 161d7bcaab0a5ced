// SPDX-License-Identifier: MIT
#include <cstdint>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/nodes.hpp>

namespace {

namespace json = socketiopp::json;
using json::kind;

void add_text(json::nodes& to, std::string_view text) {
  to.add(kind::string, static_cast<std::uint32_t>(text.size())).text = text.data();
}

TEST_CASE("nodes: no value is null") {
  json::nodes none;
  CHECK(none.root().kind() == kind::null);
  CHECK(none.retained() == 0);
}

TEST_CASE("nodes: what is added before the end stands inside") {
  json::nodes all;
  REQUIRE(all.begin());
  add_text(all, "first");
  REQUIRE(all.begin());
  all.end(kind::array);
  add_text(all, "first");
  all.add(kind::integer).integer = -7;
  all.end(kind::object);
  auto const root = all.root();
  CHECK(root.kind() == kind::object);
  CHECK(root.size() == 2);
  REQUIRE(root.find("first"));
  CHECK(root.find("first")->integer() == -7);
  CHECK(root.find("first")->real() == -7);
  CHECK_FALSE(root.find("firs"));
  int visited = 0;
  root.for_each([&](std::string_view name, json::node_view value) {
    CHECK(name == "first");
    CHECK(value.kind() == (visited == 0 ? kind::array : kind::integer));
    return ++visited < 2;
  });
  CHECK(visited == 2);
}

TEST_CASE("nodes: only so many may be open at once") {
  json::nodes all;
  for (unsigned i = 0; i < json::max_depth; ++i) REQUIRE(all.begin());
  CHECK_FALSE(all.begin());
  all.end(kind::array);
  CHECK(all.begin());
}

TEST_CASE("nodes: nothing is left of what was open when all is forgotten") {
  json::nodes all;
  REQUIRE(all.begin());
  all.add(kind::null);
  all.clear();
  all.add(kind::boolean).boolean = true;
  CHECK(all.root().boolean());
}

}  // namespace
