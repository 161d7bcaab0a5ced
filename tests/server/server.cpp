// SPDX-License-Identifier: MIT
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include <socketiopp/server.hpp>

using namespace socketiopp;
using namespace std::chrono_literals;

namespace {

using io_socket = socketiopp::socket<any>;

// A client over real TCP, on a thread of its own.
class tcp_client {
public:
  explicit tcp_client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }
  void write(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes.data(), bytes.size())); }
  fakes::response take_response() {
    for (;;) {
      if (auto taken = in_.take_response(); taken.status != 0 || !more()) return taken;
    }
  }
  // As many frames as that, or fewer if the connection ends.
  fakes::texts take_frames(std::size_t count) {
    fakes::texts taken;
    do {
      for (auto& frame : in_.take_frames()) taken.push_back(std::move(frame));
    } while (taken.size() < count && more());
    return taken;
  }
  bool ended() {
    while (more()) {}
    return true;
  }

private:
  bool more() {
    std::array<char, 4096> into;
    std::error_code error;
    auto const size = socket_.read_some(asio::buffer(into), error);
    in_.add({into.data(), size});
    return !error;
  }

  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
  fakes::inbox in_;
};

std::string const open_websocket =
    fakes::get("/socket.io/?EIO=4&transport=websocket", fakes::websocket_headers);

}  // namespace

TEST_CASE("server: serves over TCP until it is stopped") {
  server io;
  auto& nsp = io.of<any>();
  nsp.on("echo", [](io_socket& s, arguments args) { s.emit("echo", args); });
  nsp.on("stop", [&](arguments) { io.stop(); });
  reason why{};
  nsp.on_disconnect([&](io_socket&, reason given) { why = given; });
  io.http([](http::request const&, http::response& answer) { answer.body = "fallback"; });
  auto const port = io.listen("127.0.0.1", 0).port();
  std::thread client([&] {
    tcp_client one(port);
    one.write(fakes::get("/x"));
    CHECK(one.take_response().body == "fallback");
    one.write(open_websocket);
    CHECK(one.take_response().status == 101);
    std::string const longest(900'000, 'x');  // more than the system takes at once
    one.write(fakes::text_frame("40") + fakes::text_frame("42[\"echo\",\"" + longest + "\"]"));
    auto const frames = one.take_frames(3);
    CHECK(frames.size() == 3);
    if (frames.size() == 3) CHECK(frames[2] == "42[\"echo\",\"" + longest + "\"]");
    one.write(fakes::text_frame(R"(42["stop"])"));
    CHECK(one.take_frames(1) == fakes::texts{"[close:]"});
    CHECK(one.ended());
  });
  io.run();
  client.join();
  CHECK(why == reason::server_shutting_down);
}

TEST_CASE("server: emits and posts from other threads") {
  server io;
  auto& nsp = io.of<any>();
  nsp.on_connect([](io_socket& s) { s.join("room"); });
  auto const port = io.listen("127.0.0.1", 0).port();
  std::thread client([&] {
    tcp_client one(port);
    one.write(open_websocket + fakes::text_frame("40"));
    CHECK(one.take_response().status == 101);
    one.take_frames(2);
    for (int i = 0; i < 50; ++i) nsp.to("room").emit("n", i);
    io.post([&] { nsp.emit("posted"); });
    auto const frames = one.take_frames(51);
    fakes::texts wanted;
    for (int i = 0; i < 50; ++i) wanted.push_back("42[\"n\"," + std::to_string(i) + "]");
    wanted.emplace_back(R"(42["posted"])");
    CHECK(frames == wanted);
    io.stop();
  });
  io.run();
  client.join();
}

TEST_CASE("server: a borrowed io_context outlives the server") {
  asio::io_context context;
  auto io = std::make_unique<server>(server_options{}, context);
  io->of<any>();
  auto const port = io->listen("127.0.0.1", 0).port();
  tcp_client one(port), two(port);
  one.write(open_websocket + fakes::text_frame("40"));
  two.write("GET /half");
  bool greeted = false;
  io->of<any>().on_connect([&](io_socket&) { greeted = true; });
  while (!greeted) context.run_one();
  SUBCASE("that was stopped") {
    io->stop();
    context.run();  // nothing of it is left to wait for
    io.reset();
  }
  SUBCASE("that was destroyed") {
    io->post([] { FAIL("after its server"); });
    io.reset();
    context.run();
  }
  SUBCASE("that is stopping") {
    io->stop();
    io.reset();
    context.run();
  }
  CHECK(one.ended());
  CHECK(two.ended());
  context.restart();
  bool ran = false;
  asio::post(context, [&] { ran = true; });
  context.run();
  CHECK(ran);
}

TEST_CASE("server: namespaces by name, with or without the slash") {
  server io;
  auto& chat = io.of<any>("/chat");
  CHECK(&io.of<any>("chat") == &chat);
  CHECK(chat.name() == "/chat");
  CHECK(&io.of<any>() == &io.of<any>("/"));
  CHECK(&io.of<any>("") == &io.of<any>());
  CHECK(static_cast<void*>(&io.of<any>()) != &chat);
}

TEST_CASE("server: what it cannot do is said when it is asked") {
  CHECK_THROWS_AS(server({.ping_interval = 0ms}), std::system_error);
  CHECK_THROWS_AS(server({.connect_timeout = 0ms}), std::system_error);
  server io;
  auto const port = io.listen("127.0.0.1", 0).port();
  CHECK_THROWS_WITH_AS(io.listen("127.0.0.1", port),
                       doctest::Contains(("127.0.0.1 port " + std::to_string(port)).c_str()),
                       std::system_error);
  CHECK(io.listen("127.0.0.1", 0).port() != port);  // and it goes on
}

TEST_CASE("server: listen has a twin without exceptions") {
  server io;
  std::error_code error = make_error_code(errc::disconnected);
  auto const* const door = io.listen(error, "127.0.0.1", std::uint16_t{0});
  REQUIRE(door);
  CHECK(!error);
  CHECK(io.listen(error, "127.0.0.1", door->port()) == nullptr);
  CHECK(error == std::errc::address_in_use);
  CHECK(io.listen(error, "no address", std::uint16_t{0}) == nullptr);
  CHECK(error);
}
