// SPDX-License-Identifier: MIT
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/loopback.hpp>

namespace transport = socketiopp::transport;
using socketiopp::unique_function;
using socketiopp::executor::caller;

namespace {

// As little as a stream can be.
struct least {
  static constexpr bool secure = true;
  std::size_t read_some(std::span<char>, std::error_code&) { return 0; }
  std::size_t write_some(std::span<std::string_view const>, std::error_code&) { return 0; }
  void wait_readable(unique_function<void(std::error_code)>) {}
  void wait_writable(unique_function<void(std::error_code)>) {}
  void shutdown() {}
  void close() {}
  char const* remote_address() const { return ""; }
};

struct forgets_writing : least {
  std::size_t write_some() { return 0; }
};

struct copies_only : least {
  copies_only(copies_only const&) = delete;
};

template <class Stream> struct over {
  using stream = Stream;
  struct listener {
    explicit listener(caller&) {}
    void accept(unique_function<void(Stream)>) {}
    void pause() {}
    void resume() {}
    void close() {}
  };
};

struct without_close : over<least> {
  struct listener {
    void accept(unique_function<void(least)>) {}
    void pause() {}
    void resume() {}
  };
};

struct without_pause : over<least> {
  struct listener {
    void accept(unique_function<void(least)>) {}
    void close() {}
  };
};

}  // namespace

TEST_CASE("concept: what a stream and a transport are") {
  CHECK(transport::stream<least>);
  CHECK(transport::stream<transport::loopback::stream>);
  CHECK(!transport::stream<forgets_writing>);
  CHECK(!transport::stream<copies_only>);
  CHECK(!transport::stream<int>);
  CHECK(transport::policy<over<least>, caller>);
  CHECK(transport::policy<transport::loopback, caller>);
  CHECK(!transport::policy<over<int>, caller>);
  CHECK(!transport::policy<without_close, caller>);
  CHECK(!transport::policy<without_pause, caller>);
  CHECK(!transport::policy<int, caller>);
}
