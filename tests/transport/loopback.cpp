// SPDX-License-Identifier: MIT
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/loopback.hpp>

using socketiopp::executor::caller;
using socketiopp::transport::loopback;

static_assert(socketiopp::transport::policy<loopback, caller>);

namespace {

// Both ends of a connection.
struct scene {
  caller executor;
  loopback::network network;
  loopback::listener door{executor, network};
  std::optional<loopback::stream> server;
  loopback::client client = connect();

  loopback::client connect() {
    door.accept([this](loopback::stream accepted) { server.emplace(std::move(accepted)); });
    return network.connect();
  }
  std::string read(std::size_t most = 100) {
    std::string into(most, '\0');
    error.clear();
    into.resize(server->read_some(into, error));
    return into;
  }
  std::size_t write(std::string_view first, std::string_view second = "") {
    error.clear();
    std::array const pieces{first, second};
    return server->write_some(pieces, error);
  }

  std::error_code error;
};

}  // namespace

TEST_CASE("loopback: bytes go both ways") {
  scene s;
  CHECK(s.server->remote_address() == "127.0.0.1");
  CHECK(s.read().empty());
  CHECK((s.error == std::errc::operation_would_block));
  s.client.write("abc");
  CHECK(s.read(2) == "ab");
  CHECK(s.read() == "c");
  CHECK(s.write("12", "345") == 5);
  CHECK(s.client.read() == "12345");
  CHECK(s.client.read().empty());
}

TEST_CASE("loopback: reads and writes may be made small") {
  scene s;
  s.client.chop(1);
  s.client.write("abc");
  CHECK(s.read() == "a");
  s.client.limit(4);
  CHECK(s.write("12", "345") == 4);
  CHECK(s.write("5") == 0);
  CHECK((s.error == std::errc::operation_would_block));
  s.client.limit(2);  // less than there is
  CHECK(s.write("5") == 0);
  CHECK((s.error == std::errc::operation_would_block));
  CHECK(s.client.read() == "1234");
  CHECK(s.write("567") == 2);
}

TEST_CASE("loopback: whoever waits is told when the executor runs, once") {
  scene s;
  int readable = 0, writable = 0;
  s.server->wait_readable([&](std::error_code) { ++readable; });
  s.executor.run();
  CHECK(readable == 0);
  s.client.write("a");
  s.client.write("b");
  CHECK(readable == 0);
  s.executor.run();
  CHECK(readable == 1);
  s.server->wait_readable([&](std::error_code) { ++readable; });  // there is more
  s.executor.run();
  CHECK(readable == 2);

  s.client.limit(1);
  s.write("x");
  s.server->wait_writable([&](std::error_code) { ++writable; });
  s.executor.run();
  CHECK(writable == 0);
  s.client.read();
  s.executor.run();
  CHECK(writable == 1);
}

TEST_CASE("loopback: a client that closes is heard of after what it has sent") {
  scene s;
  int told = 0;
  s.client.limit(0);
  s.server->wait_readable([&](std::error_code) { ++told; });
  s.server->wait_writable([&](std::error_code) { ++told; });
  s.client.write("abc");
  s.client.close();
  s.executor.run();
  CHECK(told == 2);
  CHECK(s.read() == "abc");
  CHECK(!s.error);
  CHECK(s.read().empty());
  CHECK((s.error == std::errc::not_connected));
  CHECK(s.write("x") == 0);
  CHECK((s.error == std::errc::broken_pipe));
}

TEST_CASE("loopback: a server that closes tells nobody who waits") {
  scene s;
  auto const held = std::make_shared<int>();
  s.server->wait_readable([held](std::error_code) { FAIL("closed"); });
  CHECK(held.use_count() == 2);
  s.server->shutdown();
  CHECK(s.client.ended());
  CHECK(!s.client.closed());
  s.server->close();
  CHECK(s.client.closed());
  CHECK(held.use_count() == 1);
  s.client.write("x");
  s.client.close();
  s.executor.run();
}

TEST_CASE("loopback: nobody is there once the listener is closed") {
  scene s;
  s.door.close();
  auto refused = s.network.connect();
  CHECK(refused.closed());
  CHECK(refused.ended());
}

TEST_CASE("loopback: a listener that pauses lets clients wait") {
  scene s;
  s.server.reset();
  s.door.pause();
  s.door.pause();
  auto client = s.network.connect();
  client.write("early");
  CHECK(!s.server);
  CHECK(!client.closed());
  s.door.resume();
  s.door.resume();
  REQUIRE(s.server);
  CHECK(s.read() == "early");
  s.server.reset();
  s.network.connect();
  CHECK(s.server);
}

TEST_CASE("loopback: whoever accepts may pause, and the others wait on") {
  scene s;
  int accepted = 0;
  s.door.accept([&](loopback::stream) {
    ++accepted;
    s.door.pause();
  });
  s.door.pause();
  for (int i = 0; i < 3; ++i) s.network.connect();
  CHECK(accepted == 0);
  for (int i = 1; i <= 3; ++i) {
    s.door.resume();
    CHECK(accepted == i);
  }
}

TEST_CASE("loopback: clients that wait are let go when the listener closes") {
  scene s;
  s.door.pause();
  auto const client = s.network.connect();
  s.door.close();
  CHECK(client.closed());
  s.door.resume();
}
