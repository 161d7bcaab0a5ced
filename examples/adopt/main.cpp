// SPDX-License-Identifier: MIT
// Beside a server that is there already: it accepts, looks at the first bytes, and keeps what is its own. All
// else is handed to Socket.IO, on the same port and the same thread.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using asio::ip::tcp;

struct echo {
  using to_server = sio::events<sio::event<"shout", std::string(std::string text)>>;
  using to_client = sio::events<>;
};

/// The other server: answers a line that begins with PING, and hangs up.
class visitor : public std::enable_shared_from_this<visitor> {
public:
  visitor(tcp::socket from, sio::server& io) : socket_(std::move(from)), io_(io) {}

  void read() {
    socket_.async_read_some(asio::buffer(bytes_),
                            [self = shared_from_this()](std::error_code error, std::size_t size) {
                              if (error) return;
                              self->seen_.append(self->bytes_.data(), size);
                              self->look();
                            });
  }

private:
  void look() {
    constexpr std::string_view ours = "PING";
    if (seen_.size() < ours.size() && ours.starts_with(seen_)) return read();
    if (!seen_.starts_with(ours)) return io_.adopt(sio::transport::tcp::stream(std::move(socket_)), seen_);
    asio::async_write(socket_, asio::buffer("PONG\r\n", 6),
                      [self = shared_from_this()](std::error_code, std::size_t) {});
  }

  tcp::socket socket_;
  sio::server& io_;
  std::array<char, 1024> bytes_;
  std::string seen_;
};

void accept_next(tcp::acceptor& door, sio::server& io) {
  door.async_accept([&](std::error_code error, tcp::socket socket) {
    if (error) return;
    std::make_shared<visitor>(std::move(socket), io)->read();
    accept_next(door, io);
  });
}

int main() {
  asio::io_context context(1);
  sio::server io{{}, context};
  io.of<echo>().on<"shout">([](std::string text) { return text + "!"; });

  char const* const port = std::getenv("PORT");
  tcp::acceptor door(context, {tcp::v4(), static_cast<std::uint16_t>(port ? std::atoi(port) : 3000)});
  accept_next(door, io);
  std::printf("http://localhost:%d\n", door.local_endpoint().port());
  std::fflush(stdout);
  context.run();
}
