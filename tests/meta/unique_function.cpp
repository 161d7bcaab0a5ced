// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/meta/unique_function.hpp>

using socketiopp::unique_function;

namespace {

// Counts how many of it there are.
struct counted {
  explicit counted(int& alive) : count(&alive) { ++*count; }
  counted(counted&& other) noexcept : count(other.count) { ++*count; }
  counted(counted const&) = delete;
  counted& operator=(counted const&) = delete;
  ~counted() { --*count; }
  int* count;
};

struct alignas(2 * alignof(std::max_align_t)) overaligned {
  bool operator()() const { return reinterpret_cast<std::uintptr_t>(this) % alignof(overaligned) == 0; }
};

// Small, but its move may throw: it has to live on the heap.
struct throwing_move {
  explicit throwing_move(bool fail) : fails(fail) {}
  throwing_move(throwing_move const& other) : fails(other.fails) {
    if (fails) throw std::runtime_error("copied");
  }
  int operator()() const { return 5; }
  bool fails;
};

int twice(int n) { return 2 * n; }

}  // namespace

TEST_CASE("unique_function: holds functions, lambdas and callables that cannot be copied") {
  unique_function<int(int)> f = twice;
  CHECK(f(21) == 42);
  f = [base = std::make_unique<int>(1)](int n) { return *base + n; };
  CHECK(f(2) == 3);
  f = [calls = 0](int) mutable { return ++calls; };
  f(0);
  CHECK(f(0) == 2);
}

TEST_CASE("unique_function: is empty until something is put in, and after it was moved from") {
  unique_function<void()> f;
  CHECK_FALSE(f);
  CHECK_FALSE(unique_function<void()>(nullptr));
  f = [] {};
  CHECK(f);
  auto g = std::move(f);
  CHECK(g);
  CHECK_FALSE(f);  // NOLINT(bugprone-use-after-move): what it says is the point
  g = nullptr;
  CHECK_FALSE(g);
}

TEST_CASE("unique_function: owns what it captured, small or large, once") {
  int alive = 0;
  auto const check = [&](auto make) {
    {
      unique_function<int()> f = make();
      CHECK(alive == 1);
      auto g = std::move(f);
      CHECK(alive == 1);
      CHECK(g() == 1);
      auto& self = g;
      g = std::move(self);
      CHECK(alive == 1);
      CHECK(g() == 1);
      f = make();
      CHECK(alive == 2);
      f = std::move(g);
      CHECK(alive == 1);
      std::vector<unique_function<int()>> many;
      for (int i = 0; i < 20; ++i) many.push_back(make());
      CHECK(alive == 21);
    }
    CHECK(alive == 0);
  };
  check([&] { return [in = counted(alive)] { return *in.count > 0 ? 1 : 0; }; });
  check([&] {
    return [in = counted(alive), room = std::array<char, 100>{}] { return *in.count > 0 ? 1 + room[99] : 0; };
  });
}

TEST_CASE("unique_function: arguments and results pass through as they are") {
  unique_function<std::unique_ptr<int>(std::unique_ptr<int>)> f = [](std::unique_ptr<int> p) {
    ++*p;
    return p;
  };
  CHECK(*f(std::make_unique<int>(1)) == 2);

  unique_function<int&(int&)> same = [](int& n) -> int& { return n; };
  int n = 0;
  CHECK(&same(n) == &n);

  unique_function<void()> drops = [] { return 5; };
  drops();

  unique_function<std::string(char const*)> converts = [](std::string text) { return text + "!"; };
  CHECK(converts("a") == "a!");
}

TEST_CASE("unique_function: alignment and throwing moves put a callable on the heap") {
  unique_function<bool()> f = overaligned{};
  auto g = std::move(f);
  CHECK(g());

  throwing_move const fine(false), bad(true);
  unique_function<int()> h = fine;
  auto i = std::move(h);
  CHECK(i() == 5);
  CHECK_THROWS_AS(i = bad, std::runtime_error);
  CHECK(i() == 5);
}

TEST_CASE("unique_function: an exception leaves the callable as it was") {
  unique_function<int(bool)> f = [calls = 0](bool fail) mutable {
    ++calls;
    if (fail) throw std::runtime_error("no");
    return calls;
  };
  CHECK_THROWS_AS(f(true), std::runtime_error);
  CHECK(f(false) == 2);
}

TEST_CASE("unique_function: what it cannot call, it does not take") {
  CHECK(!std::is_constructible_v<unique_function<void(int)>, void (*)(std::string)>);
  CHECK(!std::is_constructible_v<unique_function<std::string()>, int (*)()>);
  CHECK(!std::is_copy_constructible_v<unique_function<void()>>);
  CHECK(std::is_nothrow_move_constructible_v<unique_function<void()>>);
  CHECK(std::is_nothrow_move_assignable_v<unique_function<void()>>);
}
