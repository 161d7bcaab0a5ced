// SPDX-License-Identifier: MIT
#ifdef __linux__

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/epoll_set.hpp>

using socketiopp::unique_function;
using socketiopp::transport::epoll_set;

namespace {

// A pipe whose reading end is in the set.
struct pipe_member : epoll_set::member {
  explicit pipe_member(asio::io_context& io) : member(told), set(asio::use_service<epoll_set>(io)) {
    REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
    change(0, EPOLLIN);
  }
  ~pipe_member() {
    if (ends[0] >= 0) close();
    ::close(ends[1]);
  }
  void change(std::uint32_t before, std::uint32_t after) {
    std::error_code error;
    set.change(ends[0], *this, before, after, error);
    CHECK(!error);
  }
  void close() {
    set.forget(ends[0]);
    ::close(std::exchange(ends[0], -1));
  }
  void write() const { CHECK(::write(ends[1], "x", 1) == 1); }
  void take() const {
    char byte = 0;
    CHECK(::read(ends[0], &byte, 1) == 1);
  }
  static void told(member& self, std::uint32_t events) {
    CHECK((events & EPOLLIN) != 0);
    auto& one = static_cast<pipe_member&>(self);
    ++one.times;
    one.then();
  }

  epoll_set& set;
  std::array<int, 2> ends{};
  int times = 0;
  unique_function<void()> then = [this] { take(); };
};

}  // namespace

TEST_CASE("epoll_set: who has something to read is told, until it is read") {
  asio::io_context io;
  pipe_member one(io), other(io);
  io.poll();
  CHECK(one.times == 0);
  one.write();
  one.write();
  io.poll();
  CHECK(one.times == 2);
  CHECK(other.times == 0);
}

TEST_CASE("epoll_set: more than one call of the system's tells of") {
  asio::io_context io;
  std::array<std::unique_ptr<pipe_member>, 300> many;
  for (auto& each : many) each = std::make_unique<pipe_member>(io);
  for (auto const& each : many) each->write();
  io.poll();
  for (auto const& each : many) CHECK(each->times == 1);
}

TEST_CASE("epoll_set: who was closed by another one is not told any more") {
  asio::io_context io;
  pipe_member one(io), other(io);
  one.then = [&] {
    one.take();
    other.close();
  };
  other.then = [&] {
    other.take();
    one.close();
  };
  one.write();
  other.write();
  io.poll();
  CHECK(one.times + other.times == 1);
}

TEST_CASE("epoll_set: the context has nothing to wait for when nobody is in it") {
  asio::io_context io;
  {
    pipe_member one(io);
    one.change(EPOLLIN, 0);
    CHECK(io.run() <= 1);  // the wait, which was cancelled
    io.restart();
    one.change(0, EPOLLIN);
    one.write();
    while (one.times == 0) io.run_one();
  }
  io.restart();
  io.run();
}

TEST_CASE("epoll_set: it waits on when something was thrown") {
  asio::io_context io;
  pipe_member one(io);
  one.then = [] { throw std::runtime_error("no"); };
  one.write();
  CHECK_THROWS_AS(io.run(), std::runtime_error);
  one.then = [&] { one.take(); };
  io.restart();
  io.poll();
  CHECK(one.times == 2);
}

TEST_CASE("epoll_set: what cannot be waited for is an error") {
  asio::io_context io;
  pipe_member one(io);
  std::error_code error;
  one.set.change(-1, one, 0, EPOLLIN, error);
  CHECK((error == std::errc::bad_file_descriptor));
}

#endif
