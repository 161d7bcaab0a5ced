// SPDX-License-Identifier: MIT
#ifdef __linux__

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <socketiopp/transport/epoll_socket.hpp>

namespace transport = socketiopp::transport;
using unix_protocol = asio::local::stream_protocol;
using epoll_socket = transport::epoll_socket<unix_protocol>;

namespace {

// Both ends of a pair of sockets.
struct scene {
  asio::io_context io;
  unix_protocol::socket peer{io};
  std::optional<epoll_socket> bytes;

  scene() {
    unix_protocol::socket other(io);
    asio::local::connect_pair(peer, other);
    bytes.emplace(std::move(other));
  }
  void write(std::string_view text) { asio::write(peer, asio::buffer(text.data(), text.size())); }
  std::string read(epoll_socket& from) {
    std::string into(100, '\0');
    std::error_code error;
    into.resize(from.read_some(into, error));
    return into;
  }
  /// Writes until the system takes no more.
  void fill() {
    std::string const block(100'000, 'x');
    std::string_view const piece = block;
    for (std::error_code error; !error;) bytes->write_some({&piece, 1}, error);
  }
};

}  // namespace

TEST_CASE("epoll_socket: a reader that waits again is told again, one that does not is left alone") {
  scene s;
  int told = 0;
  s.bytes->wait_readable([&](std::error_code) {
    ++told;
    s.bytes->wait_readable([&](std::error_code) { ++told; });
  });
  s.write("abc");
  s.io.poll();
  CHECK(told == 2);  // nobody has read it
  s.io.poll();
  CHECK(told == 2);
  s.io.restart();  // it had nothing left to wait for
  s.bytes->wait_readable([&](std::error_code) { ++told; });
  s.io.poll();
  CHECK(told == 3);
  CHECK(s.read(*s.bytes) == "abc");
}

TEST_CASE("epoll_socket: reader and writer are told each in its turn, as either may close it") {
  for (bool const closes : {false, true}) {
    CAPTURE(closes);
    scene s;
    int read = 0, wrote = 0;
    s.bytes->wait_readable([&](std::error_code) {
      ++read;
      if (closes) s.bytes->close();
    });
    s.bytes->wait_writable([&](std::error_code) {
      ++wrote;
      if (closes) s.bytes->close();
    });
    s.write("x");
    s.io.poll();
    CHECK(read + wrote == (closes ? 1 : 2));
  }
}

TEST_CASE("epoll_socket: a writer is told when there is room, and only then") {
  scene s;
  s.fill();
  int told = 0;
  s.bytes->wait_writable([&](std::error_code failed) {
    CHECK(!failed);
    ++told;
  });
  s.io.poll();
  CHECK(told == 0);
  std::string taken(1'000'000, '\0');
  while (told == 0) {
    std::error_code error;
    s.peer.read_some(asio::buffer(taken), error);
    s.io.poll();
  }
  CHECK(told == 1);
}

TEST_CASE("epoll_socket: the peer's end wakes reader and writer, and nobody who does not wait") {
  scene s;
  s.fill();
  int read = 0, wrote = 0;
  s.bytes->wait_readable([&](std::error_code) { ++read; });
  s.bytes->wait_writable([&](std::error_code) { ++wrote; });
  s.peer.close();
  s.io.poll();
  CHECK(read == 1);
  CHECK(wrote == 1);
  CHECK(s.io.poll() <= 1);
  s.bytes->close();
  s.io.run();
}

TEST_CASE("epoll_socket: who waits may be the last to hold it") {
  scene s;
  struct holder {
    epoll_socket bytes;
  };
  auto held = std::make_shared<holder>(holder{std::move(*s.bytes)});
  std::weak_ptr<holder> const seen = held;
  auto& bytes = held->bytes;
  SUBCASE("and is told") {
    bytes.wait_readable([held = std::move(held)](std::error_code) {});
    s.write("x");
    s.io.poll();
  }
  SUBCASE("and is closed") {
    bytes.wait_readable([held = std::move(held)](std::error_code) {});
    bytes.close();
  }
  SUBCASE("and is left") {
    bytes.wait_readable([held = std::move(held)](std::error_code) {});
    auto const other = std::move(bytes);
  }
  CHECK(seen.expired());
}

TEST_CASE("epoll_socket: it leaves for another context, and what waited stays behind") {
  scene s;
  asio::io_context other;
  s.bytes->wait_readable([](std::error_code) { FAIL("told"); });
  auto moved = epoll_socket::moved(*s.bytes, other);
  CHECK(s.bytes->native_handle() < 0);
  s.write("abc");
  s.io.poll();
  bool told = false;
  moved.wait_readable([&](std::error_code failed) {
    CHECK(!failed);
    told = true;
  });
  other.poll();
  CHECK(told);
  CHECK(s.read(moved) == "abc");

  SUBCASE("a move leaves nobody waiting either") {
    moved.wait_readable([](std::error_code) { FAIL("told"); });
    *s.bytes = std::move(moved);
    s.write("d");
    other.poll();
    CHECK(s.read(*s.bytes) == "d");
  }
}

TEST_CASE("epoll_socket: to wait for a closed one is an error, later") {
  scene s;
  s.bytes->close();
  std::error_code told;
  s.bytes->wait_readable([&](std::error_code failed) { told = failed; });
  CHECK(!told);
  s.io.poll();
  CHECK(told);
}

TEST_CASE("epoll_socket: what is accepted does not block, and has the listener's options") {
  asio::io_context io;
  asio::ip::tcp::acceptor door(io, {asio::ip::address_v4::loopback(), 0});
  door.set_option(asio::ip::tcp::no_delay(true));
  door.non_blocking(true);
  std::error_code error;
  CHECK(transport::epoll_socket<asio::ip::tcp>::accept(door, io, error).native_handle() < 0);
  CHECK((error == std::errc::operation_would_block));

  asio::ip::tcp::socket client(io);
  client.connect(door.local_endpoint());
  error.clear();
  auto const accepted = transport::epoll_socket<asio::ip::tcp>::accept(door, io, error);
  REQUIRE(!error);
  CHECK(accepted.remote_endpoint(error) == client.local_endpoint());
  int no_delay = 0;
  ::socklen_t size = sizeof no_delay;
  CHECK(::getsockopt(accepted.native_handle(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) == 0);
  CHECK(no_delay != 0);
}

#endif
