// SPDX-License-Identifier: MIT
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/contract.hpp>
#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>

using namespace socketiopp;

namespace {

struct smallest {
  using to_server = events<>;
  using to_client = events<>;
};

struct full : smallest {
  using to_client = events<event<"a", void()>>;
  struct data {
    int number = 0;
  };
  struct auth {
    std::string token;
  };
  static constexpr bool open = true;
};

// `contract.hpp` has the names of these types alone.
struct with_any_payload : smallest {
  using to_server = events<event<"a", json::value(binary)>>;
};

struct closed : smallest {
  static constexpr bool open = false;
};

struct one_way {
  using to_server = events<>;
};

struct other_lists {
  using to_server = int;
  using to_client = events<>;
};

struct of_others {
  using to_server = events<int>;
  using to_client = events<>;
};

}  // namespace

TEST_CASE("contract: two lists of events, and nothing else is needed") {
  CHECK(contract<smallest>);
  CHECK(contract<full>);
  CHECK(contract<any>);
  CHECK(contract<with_any_payload>);
  CHECK(!contract<int>);
  CHECK(!contract<one_way>);
  CHECK(!contract<other_lists>);
  CHECK(!contract<of_others>);
  CHECK(!contract<events<>>);
}

TEST_CASE("contract: open only where it says so") {
  CHECK(detail::is_open<any>);
  CHECK(detail::is_open<full>);
  CHECK(!detail::is_open<smallest>);
  CHECK(!detail::is_open<closed>);
}

TEST_CASE("contract: data and auth stand for nothing where it has none") {
  CHECK(std::is_same_v<detail::data_of<full>::type, full::data>);
  CHECK(std::is_same_v<detail::auth_of<full>::type, full::auth>);
  CHECK(std::is_same_v<detail::data_of<smallest>::type, nothing>);
  CHECK(std::is_same_v<detail::auth_of<any>::type, nothing>);
}
