// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/reflect/enums.hpp>

namespace {

using socketiopp::reflect::enum_name;
using socketiopp::reflect::enum_value;

enum class color { red, green, blue = 7 };
enum plain { left, right = 5 };
enum class edge : signed char { below = -2, lowest = -1, highest = 126, above = 127 };
enum class byte_sized : unsigned char { first, last = 255 };
enum class flag : bool { no, yes };
enum class huge : std::uint64_t { zero, most = ~0ULL };
enum class none {};
template <class A, int B> struct in_template {
  enum class state { open, closed = 3 };
};
using state = in_template<in_template<int, 2>, 3>::state;

static_assert(enum_name(color::red) == "red" && enum_name(color::blue) == "blue");
static_assert(enum_name(static_cast<color>(3)).empty() && enum_name(static_cast<color>(1000)).empty());
static_assert(enum_name(left) == "left" && enum_name(right) == "right");
static_assert(enum_name(flag::yes) == "yes");
static_assert(enum_name(state::closed) == "closed" && enum_name(static_cast<state>(1)).empty());
static_assert(enum_name(static_cast<none>(0)).empty());

TEST_CASE("enums: names are known from -1 to 126") {
  CHECK(enum_name(edge::lowest) == "lowest");
  CHECK(enum_name(edge::highest) == "highest");
  CHECK(enum_name(edge::below).empty());
  CHECK(enum_name(edge::above).empty());
  CHECK(enum_name(byte_sized::first) == "first");
  CHECK(enum_name(byte_sized::last).empty());
  CHECK(enum_name(huge::zero) == "zero");
  CHECK(enum_name(huge::most).empty());
}

TEST_CASE("enums: a name gives its enumerator") {
  CHECK(enum_value<color>("green") == color::green);
  CHECK(enum_value<plain>("right") == right);
  CHECK(enum_value<edge>("lowest") == edge::lowest);
  CHECK_FALSE(enum_value<color>("Green"));
  CHECK_FALSE(enum_value<color>("gree"));
  CHECK_FALSE(enum_value<color>(""));
}

TEST_CASE("enums: a number gives its enumerator only when that has a name") {
  CHECK(enum_value<color>(7) == color::blue);
  CHECK(enum_value<edge>(-1) == edge::lowest);
  CHECK(enum_value<flag>(1) == flag::yes);
  CHECK_FALSE(enum_value<color>(3));
  CHECK_FALSE(enum_value<color>(-1));
  CHECK_FALSE(enum_value<flag>(2));
  CHECK_FALSE(enum_value<color>(INT64_MIN));
  CHECK_FALSE(enum_value<color>(INT64_MAX));
}

TEST_CASE("enums: all enumerators in the order of their values") {
  std::string all;
  socketiopp::reflect::for_each_enumerator<edge>([&](std::string_view name) { (all += name) += ' '; });
  CHECK(all == "lowest highest ");
}

}  // namespace
