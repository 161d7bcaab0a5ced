// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <thread>

#include <doctest/doctest.h>

#include <socketiopp/executor/concept.hpp>
#include <socketiopp/meta/unique_function.hpp>

namespace executor = socketiopp::executor;

namespace {

// Written from the documentation of the concept alone: two places, and nothing ever runs.
class nowhere {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct place {
    void post(socketiopp::unique_function<void()>) {}
    bool here() const { return false; }
    time_point now() const { return {}; }
    void on_wake(socketiopp::unique_function<void()>) {}
    void wake_at(time_point) {}
    void sleep() {}
  };

  std::size_t size() const { return 2; }
  place& operator[](std::size_t i) { return places_[i]; }
  void run() {}
  void stop() {}

private:
  place places_[2];
};

struct no_clock : nowhere::place {
  int now() const { return 0; }
};

struct no_places : nowhere {
  void operator[](std::size_t) const {}
};

}  // namespace

TEST_CASE("executor concept: a model made from the documentation fits, and what lacks something does not") {
  static_assert(executor::policy<nowhere>);
  static_assert(executor::context<nowhere::place>);
  static_assert(!executor::context<no_clock>);
  static_assert(!executor::policy<no_places>);
  static_assert(!executor::policy<std::thread>);
  CHECK(nowhere().size() == 2);
}
