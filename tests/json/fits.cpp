// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/fits.hpp>
#include <socketiopp/json/value.hpp>

namespace {

namespace json = socketiopp::json;
using json::value;

enum class color { red, green };
struct point {
  int x;
  std::optional<int> y;
};

template <class T> bool fits(value const& v) { return json::fits<T>(v.view()); }
template <class T> auto exact(value const& v) { return json::detail::exact_integer<T>(v.view()); }

TEST_CASE("fits: scalars are looked at exactly") {
  CHECK(fits<std::uint8_t>(255));
  CHECK_FALSE(fits<std::uint8_t>(256));
  CHECK_FALSE(fits<std::uint8_t>(-1));
  CHECK(fits<int>(2.0));
  CHECK_FALSE(fits<int>(2.5));
  CHECK_FALSE(fits<int>("2"));
  CHECK_FALSE(fits<int>(true));
  CHECK(fits<bool>(false));
  CHECK_FALSE(fits<bool>(0));
  CHECK(fits<double>(7));
  CHECK(fits<float>(1e38));
  CHECK_FALSE(fits<float>(1e39));
  CHECK(fits<color>("red"));
  CHECK_FALSE(fits<color>("blue"));
  CHECK(fits<std::nullptr_t>(nullptr));
  CHECK(fits<json::value>(7));
}

TEST_CASE("fits: reals become integers only within the limits of the type") {
  CHECK(exact<std::int64_t>(-9223372036854775808.0) == INT64_MIN);
  CHECK_FALSE(exact<std::int64_t>(9223372036854775808.0));
  CHECK(exact<std::uint64_t>(9223372036854775808.0) == 9223372036854775808U);
  CHECK_FALSE(exact<std::uint64_t>(18446744073709551616.0));
  CHECK(exact<std::int8_t>(-128.0) == -128);
  CHECK_FALSE(exact<std::int8_t>(128.0));
  CHECK(exact<unsigned>(-0.0) == 0U);
  CHECK_FALSE(exact<int>(1e300));
  CHECK_FALSE(exact<int>(std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(exact<int>(std::numeric_limits<double>::infinity()));
  CHECK(exact<std::uint64_t>(UINT64_MAX) == UINT64_MAX);
  CHECK_FALSE(exact<std::int64_t>(UINT64_MAX));
}

TEST_CASE("fits: arrays and objects by what they hold") {
  CHECK(fits<std::vector<int>>(value::array{1, 2}));
  CHECK_FALSE(fits<std::vector<int>>(value::array{1, "a"}));
  CHECK_FALSE(fits<std::vector<int>>(value::object{}));
  CHECK(fits<std::tuple<int, std::string>>(value::array{1, "a"}));
  CHECK_FALSE(fits<std::tuple<int, std::string>>(value::array{1}));
  CHECK(fits<std::map<std::string, int>>(value::object{{"a", 1}}));
  CHECK_FALSE(fits<std::map<std::string, int>>(value::object{{"a", "b"}}));
  CHECK(fits<point>(value::object{{"x", 1}, {"else", 2}}));
  CHECK_FALSE(fits<point>(value::object{{"y", 1}}));
  CHECK_FALSE(fits<point>(value::object{{"x", 1}, {"y", "a"}}));
  CHECK(fits<std::optional<point>>(nullptr));
  CHECK(fits<std::variant<int, std::string>>("a"));
  CHECK_FALSE(fits<std::variant<int, std::string>>(1.5));
}

TEST_CASE("fits: only two levels are looked at") {
  using deep = std::vector<std::vector<std::vector<int>>>;
  CHECK_FALSE(fits<deep>(json::array(json::array("a"))));
  CHECK(fits<deep>(json::array(json::array(json::array("a")))));
}

}  // namespace
