// SPDX-License-Identifier: MIT
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <socketiopp/executor/loop.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/tcp.hpp>

using socketiopp::executor::loop;
namespace transport = socketiopp::transport;

static_assert(transport::policy<transport::tcp, loop>);
static_assert(transport::policy<transport::asio_tcp, loop>);

namespace {

using asio_socket = asio::ip::tcp::socket;

// Both ends of a connection on this machine.
template <class Tcp> struct scene {
  asio::io_context io;
  loop executor{io};
  typename Tcp::listener door{executor, "127.0.0.1", 0};
  std::optional<typename Tcp::stream> server;
  asio_socket client = connect();

  asio_socket connect() {
    door.accept([this](typename Tcp::stream accepted) { server.emplace(std::move(accepted)); });
    asio_socket made(io);
    made.connect({asio::ip::make_address("127.0.0.1"), door.port()});
    while (!server) io.run_one();
    return made;
  }
};

std::string thrown_by(auto&& listen) {
  try {
    listen();
  } catch (std::system_error const& error) {
    CHECK(error.code());
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_CASE_TEMPLATE("tcp: a stream never blocks, and tells when there is something to do", Tcp, transport::tcp,
                   transport::asio_tcp) {
  scene<Tcp> s;
  CHECK(s.server->remote_address() == "127.0.0.1");
  std::string into(100, '\0');
  std::error_code error;
  CHECK(s.server->read_some(into, error) == 0);
  CHECK((error == std::errc::operation_would_block));

  bool told = false;
  s.server->wait_readable([&](std::error_code failed) {
    CHECK(!failed);
    told = true;
  });
  CHECK(!told);
  asio::write(s.client, asio::buffer("abc", 3));
  while (!told) s.io.run_one();
  error.clear();
  CHECK(s.server->read_some(into, error) == 3);
  CHECK(into.starts_with("abc"));

  std::string_view const pieces[] = {"12", "345"};
  error.clear();
  CHECK(s.server->write_some(pieces, error) == 5);
  s.server->shutdown();
  std::string got(100, '\0');
  got.resize(asio::read(s.client, asio::buffer(got), error));
  CHECK(got == "12345");
  CHECK((error == asio::error::eof));
}

TEST_CASE_TEMPLATE("tcp: more than the system takes at once leaves when there is room", Tcp, transport::tcp,
                   transport::asio_tcp) {
  scene<Tcp> s;
  std::string const block(1'000'000, 'x');
  std::string_view const pieces[] = {block, block, block, block, block, block, block, block};
  std::error_code error;
  std::size_t sent = 0;
  while (!error) sent += s.server->write_some(pieces, error);
  CHECK((error == std::errc::operation_would_block));
  bool told = false;
  s.server->wait_writable([&](std::error_code failed) {
    CHECK(!failed);
    told = true;
  });
  std::string into(sent, '\0');
  error.clear();
  CHECK(asio::read(s.client, asio::buffer(into), error) == sent);
  while (!told) s.io.run_one();
  error.clear();
  CHECK(s.server->write_some(pieces, error) > 0);
}

TEST_CASE_TEMPLATE("tcp: the peer's end is an error that is not would_block", Tcp, transport::tcp,
                   transport::asio_tcp) {
  scene<Tcp> s;
  s.client.close();
  bool told = false;
  s.server->wait_readable([&](std::error_code) { told = true; });
  while (!told) s.io.run_one();
  std::string into(100, '\0');
  std::error_code error;
  CHECK(s.server->read_some(into, error) == 0);
  CHECK(error);
  CHECK((error != std::errc::operation_would_block));
}

TEST_CASE_TEMPLATE("tcp: closing ends what waits, and the listener", Tcp, transport::tcp,
                   transport::asio_tcp) {
  scene<Tcp> s;
  s.server->wait_readable([](std::error_code failed) { CHECK(failed); });
  s.server->close();
  s.server->close();
  CHECK(s.server->remote_address().empty());
  s.door.close();
  s.door.close();
  s.io.run();  // nothing is left to wait for
}

TEST_CASE_TEMPLATE("tcp: a listener that goes leaves nothing on the context", Tcp, transport::tcp,
                   transport::asio_tcp) {
  asio::io_context io;
  loop executor(io);
  {
    typename Tcp::listener door(executor, "127.0.0.1", 0);
    door.accept([](typename Tcp::stream) { FAIL("accepted"); });
  }
  io.run();
}

TEST_CASE_TEMPLATE("tcp: who cannot listen says where", Tcp, transport::tcp, transport::asio_tcp) {
  asio::io_context io;
  loop executor(io);
  typename Tcp::listener const taken(executor, "127.0.0.1", 0);
  auto const port = std::to_string(taken.port());
  auto const says = [](std::string const& what, std::string const& part) {
    CAPTURE(what);
    CHECK(what.find(part) != std::string::npos);
  };
  says(thrown_by([&] { typename Tcp::listener(executor, "127.0.0.1", taken.port()); }),
       "127.0.0.1 port " + port);
  says(thrown_by([&] { typename Tcp::listener(executor, taken.port()); }), "port " + port);
  says(thrown_by([&] { typename Tcp::listener(executor, "no.address", 0); }), "no.address");
  says(thrown_by([&] { typename Tcp::listener(executor, "", 0); }), "listen on");
  says(thrown_by([&] { typename Tcp::listener(executor, "192.0.2.1", 0); }), "192.0.2.1");
}

TEST_CASE_TEMPLATE("tcp: a listener on every address takes both families", Tcp, transport::tcp,
                   transport::asio_tcp) {
  asio::io_context io;
  loop executor(io);
  typename Tcp::listener door(executor, 0);
  CHECK(door.port() != 0);
  int accepted = 0;
  door.accept([&](typename Tcp::stream) { ++accepted; });
  asio_socket client(io);
  client.connect({asio::ip::make_address("127.0.0.1"), door.port()});
  while (accepted == 0) io.run_one();
}
