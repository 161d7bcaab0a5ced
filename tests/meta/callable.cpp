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
  CHECK(takes<decltype(plain), int, std::string const&>);
  CHECK(takes<decltype(stateful), std::unique_ptr<int>>);
  CHECK(takes<decltype(none)>);
  CHECK(takes<void(int, char), int, char>);
  CHECK(takes<void (*)(int&&) noexcept, int&&>);
  CHECK(takes<int (&)(double), double>);
}

TEST_CASE("callable: a reference to a callable has the parameters of the callable") {
  auto const lambda = [](int, char) {};
  CHECK(takes<decltype(lambda)&, int, char>);
  CHECK(takes<decltype(lambda)&&, int, char>);
}

TEST_CASE("callable: generic and overloaded callables do not tell") {
  auto const generic = [](auto, int) {};
  CHECK(!meta::known_parameters<decltype(generic)>);
  CHECK(!meta::known_parameters<overloaded>);
  CHECK(!meta::known_parameters<int>);
}

TEST_CASE("callable: what keeps every value") {
  CHECK(meta::keeps_value<int, long long>);
  CHECK(meta::keeps_value<std::uint32_t, std::int64_t>);
  CHECK(meta::keeps_value<int, double>);
  CHECK(meta::keeps_value<std::int16_t, float>);
  CHECK(meta::keeps_value<float, double>);
  CHECK(meta::keeps_value<bool, int>);
  CHECK(meta::keeps_value<int const&, long&&>);

  CHECK(!meta::keeps_value<long long, int>);
  CHECK(!meta::keeps_value<int, unsigned>);
  CHECK(!meta::keeps_value<unsigned, int>);
  CHECK(!meta::keeps_value<int, float>);
  CHECK(!meta::keeps_value<std::int64_t, double>);
  CHECK(!meta::keeps_value<double, float>);
  CHECK(!meta::keeps_value<double, long long>);
  CHECK(!meta::keeps_value<int, bool>);

  CHECK(meta::keeps_value<char const*, std::string>);  // not arithmetic: nothing is said
  CHECK(meta::keeps_value<colour, int>);
}
