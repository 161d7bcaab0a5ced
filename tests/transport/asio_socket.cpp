// SPDX-License-Identifier: MIT
#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <socketiopp/transport/asio_socket.hpp>
#include <socketiopp/transport/system_socket.hpp>

namespace transport = socketiopp::transport;
using unix_protocol = asio::local::stream_protocol;

namespace {

// Both ends of a pair of sockets.
template <class Socket> struct scene {
  asio::io_context io;
  unix_protocol::socket peer{io};
  Socket bytes = connect();

  Socket connect() {
    unix_protocol::socket other(io);
    asio::local::connect_pair(peer, other);
    return Socket(std::move(other));
  }
  std::string read() {
    std::string into(100, '\0');
    error.clear();
    into.resize(bytes.read_some(into, error));
    return into;
  }

  std::error_code error;
};

using through_asio = transport::asio_socket<unix_protocol>;
using through_system = transport::system_socket<unix_protocol>;

}  // namespace

TEST_CASE("asio_socket: errors of the system are the standard's, others stay what they are") {
  auto const refused = transport::standard(asio::error::connection_refused);
  CHECK((refused == std::errc::connection_refused));
  CHECK(refused.value() == ECONNREFUSED);
  CHECK(transport::standard(asio::error::eof) == asio::error::eof);
  CHECK(!transport::standard({}));
}

TEST_CASE_TEMPLATE("sockets: what is not there yet would block, and is waited for", Socket, through_asio,
                   through_system) {
  scene<Socket> s;
  CHECK(s.read().empty());
  CHECK((s.error == std::errc::operation_would_block));
  int told = 0;
  s.bytes.wait_readable([&](std::error_code failed) {
    CHECK(!failed);
    ++told;
  });
  s.io.poll();
  CHECK(told == 0);
  asio::write(s.peer, asio::buffer("abc", 3));
  s.io.run();
  CHECK(told == 1);
  CHECK(s.read() == "abc");

  s.io.restart();
  s.bytes.wait_writable([&](std::error_code) { ++told; });
  CHECK(told == 1);
  s.io.run();
  CHECK(told == 2);
}

TEST_CASE_TEMPLATE("sockets: pieces leave in order, more than one system call takes too", Socket,
                   through_asio, through_system) {
  scene<Socket> s;
  std::vector<std::string_view> const many(100, "ab");
  std::error_code error;
  auto const size = s.bytes.write_some(many, error);
  CHECK(!error);
  CHECK(size == 2 * 64);
  std::string into(size, '\0');
  asio::read(s.peer, asio::buffer(into));
  CHECK(into.starts_with("abab"));
  CHECK(s.bytes.write_some(std::span(many).first(3), error) == 6);
}

TEST_CASE_TEMPLATE("sockets: the two ends of the peer", Socket, through_asio, through_system) {
  scene<Socket> s;
  s.bytes.shutdown();
  s.bytes.shutdown();
  char byte = 0;
  CHECK(s.peer.read_some(asio::buffer(&byte, 1), s.error) == 0);
  CHECK(s.error == asio::error::eof);
  asio::write(s.peer, asio::buffer("x", 1));
  CHECK(s.read() == "x");
  s.peer.close();
  CHECK(s.read().empty());
  CHECK(s.error == asio::error::eof);
  std::string_view const piece = "y";
  s.error.clear();
  CHECK(s.bytes.write_some({&piece, 1}, s.error) == 0);  // and no SIGPIPE
  CHECK((s.error == std::errc::broken_pipe));
}

TEST_CASE_TEMPLATE("sockets: what is closed says so, to whoever waits too", Socket, through_asio,
                   through_system) {
  scene<Socket> s;
  s.bytes.wait_readable([](std::error_code failed) { CHECK(failed); });
  s.bytes.close();
  s.bytes.close();
  s.bytes.shutdown();
  CHECK(s.read().empty());
  CHECK(s.error);
  CHECK((s.error != std::errc::operation_would_block));
  s.io.run();
}
