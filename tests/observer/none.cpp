// SPDX-License-Identifier: MIT
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/observer/concept.hpp>
#include <socketiopp/observer/none.hpp>
#include <socketiopp/policies.hpp>

using namespace socketiopp;

static_assert(observer::policy<observer::none>);
static_assert(!observer::hears<observer::none, observer::session_opened>);
static_assert(std::is_same_v<default_policies::observer, observer::none>);

TEST_CASE("none: takes no memory, and hears of nothing") {
  struct kept {
    int value;
    [[no_unique_address]] observer::none watching;
  };
  CHECK(sizeof(kept) == sizeof(int));

  observer::none watching;
  observer::tell(watching, observer::session_opened{"id", "polling"});
}
