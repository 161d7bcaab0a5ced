// SPDX-License-Identifier: MIT
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/meta/callable.hpp>

namespace meta = socketiopp::meta;

namespace {

template <class F, class... Args> constexpr bool takes =
    std::is_same_v<meta::parameters<F>, std::tuple<Args...>>;

struct overloaded {
  void operator()(int);
  void operator()(std::string);
};

enum class colour { red };

}  // namespace

TEST_CASE("callable: the parameters of functions, lambdas and function objects") {
  auto const plain = [](int, std::string const&) {};
  auto const stateful = [n = 0](std::unique_ptr<int>) mutable noexcept { return ++n; };
  auto const none = [] { return 1; };
  static_assert(takes<decltype(plain), int, std::string const&>);
  static_assert(takes<decltype(stateful), std::unique_ptr<int>>);
  static_assert(takes<decltype(none)>);
  static_assert(takes<void(int, char), int, char>);
  static_assert(takes<void (*)(int&&) noexcept, int&&>);
  static_assert(takes<int (&)(double), double>);
  CHECK(true);
}

TEST_CASE("callable: a reference to a callable has the parameters of the callable") {
  auto const lambda = [](int, char) {};
  static_assert(takes<decltype(lambda)&, int, char>);
  static_assert(takes<decltype(lambda)&&, int, char>);
  CHECK(true);
}

TEST_CASE("callable: generic and overloaded callables do not tell") {
  auto const generic = [](auto, int) {};
  static_assert(!meta::known_parameters<decltype(generic)>);
  static_assert(!meta::known_parameters<overloaded>);
  static_assert(!meta::known_parameters<int>);
  CHECK(true);
}

TEST_CASE("callable: what keeps every value") {
  static_assert(meta::keeps_value<int, long long>);
  static_assert(meta::keeps_value<std::uint32_t, std::int64_t>);
  static_assert(meta::keeps_value<int, double>);
  static_assert(meta::keeps_value<std::int16_t, float>);
  static_assert(meta::keeps_value<float, double>);
  static_assert(meta::keeps_value<bool, int>);
  static_assert(meta::keeps_value<int const&, long&&>);

  static_assert(!meta::keeps_value<long long, int>);
  static_assert(!meta::keeps_value<int, unsigned>);
  static_assert(!meta::keeps_value<unsigned, int>);
  static_assert(!meta::keeps_value<int, float>);
  static_assert(!meta::keeps_value<std::int64_t, double>);
  static_assert(!meta::keeps_value<double, float>);
  static_assert(!meta::keeps_value<double, long long>);
  static_assert(!meta::keeps_value<int, bool>);

  static_assert(meta::keeps_value<char const*, std::string>);  // not arithmetic: nothing is said
  static_assert(meta::keeps_value<colour, int>);
  CHECK(true);
}
