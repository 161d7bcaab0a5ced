// SPDX-License-Identifier: MIT
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <doctest/doctest.h>

#include <socketiopp/executor/concept.hpp>
#include <socketiopp/executor/loop.hpp>

namespace executor = socketiopp::executor;
using namespace std::chrono_literals;

static_assert(executor::policy<executor::loop>);

TEST_CASE("loop: runs what was posted, in order, on the thread that runs it") {
  executor::loop loop;
  std::string order;
  CHECK_FALSE(loop.here());
  loop.post([&] {
    CHECK(loop.here());
    order += 'a';
    loop.post([&] {
      order += 'c';
      loop.stop();
    });
  });
  loop.post([&] { order += 'b'; });
  CHECK(order.empty());
  loop.run();
  CHECK(order == "abc");
  CHECK_FALSE(loop.here());
}

TEST_CASE("loop: run goes on without work until it is stopped, from another thread") {
  executor::loop loop;
  bool ran = false;
  std::thread other([&] {
    std::this_thread::sleep_for(5ms);  // so that there is nothing to do at first
    loop.post([&] { ran = true; });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  CHECK(ran);
  other.join();
}

TEST_CASE("loop: threads post at the same time, each in its order") {
  executor::loop loop;
  constexpr int threads = 4, posts = 500;
  std::vector<int> next(threads);
  int in_order = 0, left = threads * posts;
  std::vector<std::thread> posters;
  for (std::size_t t = 0; t < threads; ++t)
    posters.emplace_back([&, t] {
      for (int i = 0; i < posts; ++i)
        loop.post([&, t, i] {
          if (next[t]++ == i) ++in_order;
          if (--left == 0) loop.stop();
        });
    });
  loop.run();
  for (auto& each : posters) each.join();
  CHECK(in_order == threads * posts);
}

TEST_CASE("loop: wakes at the time set last, not before, and once") {
  executor::loop loop;
  std::vector<bool> in_time;
  std::optional<executor::loop::time_point> wanted;
  loop.on_wake([&] {
    CHECK(loop.here());
    in_time.push_back(loop.now() >= *wanted);
    if (in_time.size() == 3) return loop.stop();
    wanted = loop.now() + 1ms;
    loop.wake_at(*wanted);
    loop.wake_at(*wanted);  // the same time again changes nothing
  });
  loop.wake_at(loop.now() + 1h);
  wanted = loop.now() + 2ms;
  loop.wake_at(*wanted);
  loop.run();
  CHECK(in_time == std::vector{true, true, true});
}

TEST_CASE("loop: sleep forgets the time, which may be set again") {
  executor::loop loop;
  int woken = 0;
  auto const when = loop.now() + 1ms;
  loop.on_wake([&] {
    ++woken;
    loop.stop();
  });
  loop.wake_at(when);
  loop.sleep();
  loop.wake_at(when);
  loop.run();
  CHECK(woken == 1);
}

TEST_CASE("loop: a time that has come is forgotten or moved like any other") {
  asio::io_context context;
  executor::loop loop(context);
  int woken = 0;
  auto const past = loop.now() - 1h;
  loop.on_wake([&] { ++woken; });
  loop.post([&] { loop.sleep(); });  // by now the timer may have expired, and wait for its turn
  loop.wake_at(past);
  context.run();
  CHECK(woken == 0);

  auto const later = loop.now() + 2ms;
  loop.on_wake([&] {
    ++woken;
    CHECK(loop.now() >= later);
  });
  context.restart();
  loop.post([&] { loop.wake_at(later); });
  loop.wake_at(past);
  context.run();
  CHECK(woken == 1);
}

TEST_CASE("loop: a borrowed context is run and stopped by its owner") {
  asio::io_context context;
  executor::loop loop(context);
  CHECK(&loop.io_context() == &context);
  std::string order;
  loop.post([&] {
    order += 'a';
    loop.stop();  // must leave the others' work alone
  });
  asio::post(context, [&] { order += 'b'; });
  loop.run();  // nothing keeps it once the work is done
  CHECK(order == "ab");
}

TEST_CASE("loop: may go before its borrowed context runs out of work") {
  asio::io_context context;
  int ran = 0;
  auto const held = std::make_shared<int>();
  {
    executor::loop loop(context);
    loop.on_wake([&] { ++ran; });
    loop.post([&, held] { ++ran; });
    loop.wake_at(loop.now());
  }
  asio::post(context, [] {});
  context.run();
  CHECK(ran == 0);
  CHECK(held.use_count() == 1);
}

TEST_CASE("loop: may go while one of its own pieces of work runs") {
  asio::io_context context;
  auto loop = std::make_unique<executor::loop>(context);
  bool later = false;
  loop->wake_at(loop->now());
  loop->post([&] { loop.reset(); });
  loop->post([&] { later = true; });
  context.run();
  CHECK_FALSE(later);
}

TEST_CASE("loop: drops what never ran when it goes") {
  auto const held = std::make_shared<int>();
  {
    executor::loop loop;
    loop.post([held] {});
    loop.on_wake([held] {});
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("loop: work that throws ends run, which may be called again") {
  executor::loop loop;
  loop.post([] { throw std::runtime_error("no"); });
  bool ran = false;
  loop.post([&] {
    ran = true;
    loop.stop();
  });
  CHECK_THROWS_AS(loop.run(), std::runtime_error);
  loop.run();
  CHECK(ran);
}
