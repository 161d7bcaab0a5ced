// SPDX-License-Identifier: MIT
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/meta/fixed_string.hpp>

namespace meta = socketiopp::meta;
using namespace socketiopp::literals;

namespace {

template <meta::fixed_string Name> struct named { static constexpr std::string_view name = Name.view(); };

}  // namespace

TEST_CASE("fixed_string: a literal is a template argument") {
  CHECK(named<"join">::name == "join");
  CHECK(named<"">::name.empty());
  CHECK(named<"a\0b">::name == std::string_view("a\0b", 3));
  CHECK(named<"gr\xc3\xbc\xc3\x9f">::name == "gr\xc3\xbc\xc3\x9f");
}

TEST_CASE("fixed_string: equal texts make one type, others do not") {
  CHECK(std::is_same_v<named<"join">, named<"join">>);
  CHECK(!std::is_same_v<named<"join">, named<"joim">>);
  CHECK(!std::is_same_v<named<"join">, named<"join ">>);
}

TEST_CASE("fixed_string: an event name as a value") {
  static_assert(std::is_same_v<decltype("message"_ev), socketiopp::event_name<"message">>);
  CHECK(decltype("message"_ev)::value == "message");
}
