// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <doctest/doctest.h>

#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/shard_executor.hpp>

using socketiopp::shard_executor;

static_assert(asio::execution::is_executor<shard_executor>::value);
static_assert(std::is_convertible_v<shard_executor, asio::any_io_executor>);

namespace {

class queue final : public socketiopp::engine::place {
public:
  queue() : place(&context) {}
  ~queue() { retire(); }

  bool here() const override { return true; }
  void post(socketiopp::unique_function<void()> work) override { waiting_.push_back(std::move(work)); }
  void run() {
    for (auto const& work : std::exchange(waiting_, {})) work();
  }

  asio::io_context context;

private:
  std::vector<socketiopp::unique_function<void()>> waiting_;
};

template <class Executor> void check_order(queue& at, Executor const& on) {
  std::string order;
  asio::post(on, [&] { order += 'a'; });
  asio::dispatch(on, [&] {
    order += 'b';
    asio::dispatch(on, [&] { order += 'c'; });
    asio::post(on, [&] { order += 'e'; });
    order += 'd';
  });
  CHECK(order.empty());  // here, but not in a piece of the server's work
  at.run();
  CHECK(order == "abcd");
  at.run();
  CHECK(order == "abcde");
}

}  // namespace

TEST_CASE("shard_executor: runs at once only for who is in a piece of the server's work") {
  queue at;
  check_order(at, shard_executor(at.lasting()));
  check_order(at, asio::any_io_executor(shard_executor(at.lasting())));
}

TEST_CASE("shard_executor: its context is the server's") {
  queue at;
  shard_executor const on(at.lasting());
  CHECK(&asio::query(on, asio::execution::context) == &at.context);
  CHECK(&asio::any_io_executor(on).context() == &at.context);
}

TEST_CASE("shard_executor: two of one place are equal, unless one of them always posts") {
  queue at, other;
  shard_executor const on(at.lasting());
  auto const posts = asio::require(on, asio::execution::blocking.never);
  CHECK(on == shard_executor(at.lasting()));
  CHECK(on != shard_executor(other.lasting()));
  CHECK(on != posts);
  CHECK(on == asio::require(posts, asio::execution::blocking.possibly));
  CHECK(asio::query(posts, asio::execution::blocking) == asio::execution::blocking.never);
}

TEST_CASE("shard_executor: takes what can only be moved, and drops what comes after the end") {
  auto made = std::make_unique<queue>();
  shard_executor const on(made->lasting());
  int sum = 0;
  asio::post(on, [&sum, one = std::make_unique<int>(1)] { sum += *one; });
  made->run();
  CHECK(sum == 1);
  auto const held = std::make_shared<int>();
  asio::post(on, [held] {});
  made.reset();
  asio::dispatch(on, [&sum, held] { ++sum; });
  CHECK(sum == 1);
  CHECK(held.use_count() == 1);
}
