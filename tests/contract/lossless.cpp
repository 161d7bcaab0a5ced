// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/contract/lossless.hpp>

using socketiopp::detail::lossless;

namespace {

enum small : std::int8_t {};
enum big : std::int64_t {};

}  // namespace

TEST_CASE("lossless: numbers") {
  CHECK(lossless<int, int>);
  CHECK(lossless<int, std::int64_t>);
  CHECK(lossless<int, double>);
  CHECK(lossless<float, double>);
  CHECK(lossless<int const&, int>);
  CHECK(lossless<int, std::int64_t const&>);
  CHECK(!lossless<std::int64_t, int>);
  CHECK(!lossless<unsigned, int>);
  CHECK(!lossless<int, unsigned>);
  CHECK(!lossless<std::int64_t, double>);
  CHECK(!lossless<double, float>);
  CHECK(!lossless<double, int>);
  CHECK(!lossless<int, bool>);
  CHECK(!lossless<int, char>);
}

TEST_CASE("lossless: optionals are looked into") {
  CHECK(lossless<int, std::optional<int>>);
  CHECK(lossless<std::optional<int>, std::optional<std::int64_t>>);
  CHECK(!lossless<double, std::optional<int>>);
  CHECK(!lossless<std::optional<double>, std::optional<int>>);
  CHECK(!lossless<std::optional<std::optional<double>>, std::optional<std::optional<float>>>);
}

TEST_CASE("lossless: tuples and pairs are looked into") {
  CHECK(lossless<std::tuple<int, char const*>, std::tuple<double, std::string>>);
  CHECK(lossless<std::pair<int, int>, std::tuple<int, std::int64_t>>);
  CHECK(lossless<std::tuple<>, std::tuple<>>);
  CHECK(!lossless<std::tuple<int, double>, std::tuple<int, int>>);
  CHECK(!lossless<std::tuple<std::optional<double>>, std::tuple<std::optional<int>>>);
}

TEST_CASE("lossless: a pointer is no bool") {
  CHECK(!lossless<char const*, bool>);
  CHECK(!lossless<char const(&)[4], bool>);
  CHECK(!lossless<int*, std::optional<bool>>);
  CHECK(lossless<char const*, std::string_view>);
}

TEST_CASE("lossless: enumerators without a scope are as wide as their number") {
  CHECK(lossless<small, int>);
  CHECK(!lossless<big, int>);
}
