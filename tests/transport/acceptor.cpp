// SPDX-License-Identifier: MIT
#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/socket_base.hpp>
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <socketiopp/executor/loop.hpp>
#include <socketiopp/transport/acceptor.hpp>
#include <socketiopp/transport/system_socket.hpp>

using asio::ip::tcp;
using socketiopp::executor::loop;

namespace {

// As little as makes one listen; its streams are bare sockets.
using bare = socketiopp::transport::system_socket<tcp>;
struct listener : socketiopp::transport::acceptor<tcp, bare, bare> {
  explicit listener(loop& on) : acceptor(on) {
    tcp::endpoint const where(asio::ip::address_v4::loopback(), 0);
    listening().open(where.protocol());
    listening().bind(where);
    listening().listen(asio::socket_base::max_listen_connections);
  }
  tcp::endpoint where() const { return listening().local_endpoint(); }
};

struct scene {
  asio::io_context io;
  loop executor{io};
  std::optional<listener> door{executor};
  std::vector<bare> accepted;
  std::vector<tcp::socket> clients;

  void accept() {
    door->accept([this](bare next) { accepted.push_back(std::move(next)); });
  }
  void connect(std::size_t count = 1) {
    for (std::size_t i = 0; i < count; ++i) clients.emplace_back(io).connect(door->where());
  }
  void run_until(std::size_t count) {
    while (accepted.size() < count) REQUIRE(io.run_one() == 1);
  }
};

}  // namespace

TEST_CASE("acceptor: every connection is accepted, those that came before too") {
  scene s;
  s.connect(40);
  s.accept();
  CHECK(s.accepted.empty());
  s.run_until(40);
  s.connect(3);
  s.run_until(43);
}

TEST_CASE("acceptor: none while it pauses, and all of them after") {
  scene s;
  s.accept();
  s.io.poll();
  s.door->pause();
  s.door->pause();
  s.connect(5);
  s.io.run();  // the wait that was under way is the last
  CHECK(s.accepted.empty());
  s.io.restart();
  s.door->resume();
  s.door->resume();
  s.run_until(5);
  s.connect(1);
  s.run_until(6);
}

TEST_CASE("acceptor: whoever is accepted may pause it, and what waits stays in the backlog") {
  scene s;
  s.door->accept([&s](bare next) {
    s.accepted.push_back(std::move(next));
    s.door->pause();
  });
  s.connect(3);
  for (std::size_t count = 1; count <= 3; ++count) {
    s.io.run();
    CHECK(s.accepted.size() == count);
    s.io.restart();
    s.door->resume();
  }
}

TEST_CASE("acceptor: it may be closed, and go, by whoever is accepted") {
  for (bool const gone : {false, true}) {
    CAPTURE(gone);
    scene s;
    int accepted = 0;
    s.door->accept([&](bare) {
      ++accepted;
      s.door->close();
      if (gone) s.door.reset();
    });
    s.connect(3);
    s.io.run();
    CHECK(accepted == 1);
  }
}

TEST_CASE("acceptor: to resume before anyone accepts, or after the end, is nothing") {
  scene s;
  s.door->resume();
  s.connect();
  s.io.run();
  s.accept();
  s.door->close();
  s.door->close();
  s.door->resume();
  s.io.restart();
  s.io.run();
  CHECK(s.accepted.empty());
}

TEST_CASE("acceptor: out of descriptors, it tries again until there are some") {
  scene s;
  s.accept();
  s.connect();
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  auto none = before;
  none.rlim_cur = 0;  // for new ones
  REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
  s.io.run_one();  // there is a connection
  s.io.run_one();  // there still is
  CHECK(s.accepted.empty());
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  s.run_until(1);
}
