// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include "tcp_client.hpp"
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

using namespace socketiopp;
using namespace std::chrono_literals;

namespace {

using io_socket = socketiopp::socket<any>;

struct over_asio : default_policies {
  using transport = socketiopp::transport::asio_tcp;
};

}  // namespace

TEST_CASE_TEMPLATE("server: F-080: serves over TCP until it is stopped", Policies, default_policies,
                   over_asio) {
  using policy_socket = socketiopp::socket<any, Policies>;
  basic_server<Policies> io;
  auto& nsp = io.template of<any>();
  nsp.on("echo", [](policy_socket& s, arguments args) { s.emit("echo", args); });
  nsp.on("stop", [&](arguments) { io.stop(); });
  reason why{};
  nsp.on_disconnect([&](policy_socket&, reason given) { why = given; });
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

TEST_CASE("server: a gate may think on another thread") {
  std::vector<std::thread> thinkers;
  server io{{.allow_request = [&](http::request const& asked, decision answer) {
    auto const in = asked.headers.find("x-in").has_value();
    thinkers.emplace_back([in, answer = std::move(answer)]() mutable { answer(in ? admit : refuse("out")); });
  }}};
  io.engine().use([](http::request const&) { return admit; });
  io.of<any>();
  auto const port = io.listen("127.0.0.1", 0).port();
  std::thread client([&] {
    for (int i = 0; i < 20; ++i) {
      tcp_client one(port);
      auto const in = i % 2 == 0;
      one.write(fakes::get("/socket.io/?EIO=4&transport=websocket",
                           std::string(fakes::websocket_headers) + (in ? "X-In: 1\r\n" : "")) +
                fakes::text_frame("40"));
      auto const answer = one.take_response();
      CHECK(answer.status == (in ? 101 : 400));
      if (in)
        CHECK(one.take_frames(2).size() == 2);
      else
        CHECK(answer.body == "out");
    }
    tcp_client gone(port);  // before the answer
    gone.write(fakes::get("/socket.io/?EIO=4&transport=polling"));
    io.stop();
  });
  io.run();
  client.join();
  for (auto& each : thinkers) each.join();
}

TEST_CASE("server: F-084, F-185: closes in order over TCP, and then run returns") {
  server io;
  auto& nsp = io.of<any>();
  reason why{};
  std::string const large(3'000'000, 'x');  // more than the system takes at once
  nsp.on_disconnect([&](io_socket&, reason given) { why = given; });
  nsp.on("close", [&](io_socket& s, arguments) {
    s.emit("large", large);
    io.close(1min);
  });
  auto const port = io.listen("127.0.0.1", 0).port();
  std::thread client([&] {
    tcp_client idle(port), one(port);
    idle.write(fakes::get("/x"));
    CHECK(idle.take_response().status == 404);
    one.write(open_websocket + fakes::text_frame("40"));
    CHECK(one.take_response().status == 101);
    one.take_frames(2);
    one.write(fakes::text_frame(R"(42["close"])"));
    auto const frames = one.take_frames(2);
    CHECK(frames.size() == 2);
    CHECK(frames.front().size() == large.size() + std::string_view(R"(42["large",""])").size());
    CHECK(frames.back() == "[close:]");
    one.shut();
    CHECK(one.ended());
    CHECK(idle.ended());
  });
  io.run();
  client.join();
  CHECK(why == reason::server_shutting_down);
  CHECK_THROWS_AS(tcp_client{port}, std::system_error);
}

TEST_CASE("server: closed on a borrowed io_context it leaves nothing there to wait for") {
  asio::io_context context;
  server io({}, context);
  io.of<any>();
  auto const port = io.listen("127.0.0.1", 0).port();
  tcp_client one(port), half(port);
  one.write(open_websocket + fakes::text_frame("40"));
  half.write("GET /half");
  bool greeted = false;
  io.of<any>().on_connect([&](io_socket&) { greeted = true; });
  while (!greeted) context.run_one();
  io.close(50ms);
  context.run();
  CHECK(one.ended());
  CHECK(half.ended());
  SUBCASE("closed again") { io.close(50ms); }
  SUBCASE("stopped") { io.stop(); }
  context.restart();
  context.run();
}

TEST_CASE("server: serves connections that somebody else has accepted") {
  asio::io_context context;
  server io({}, context);
  io.http([](http::request const& asked, http::response& answer) { answer.body = asked.path; });
  asio::ip::tcp::acceptor door(context, {asio::ip::make_address("127.0.0.1"), 0});
  tcp_client one(door.local_endpoint().port());
  one.write(fakes::get("/adopted"));
  auto accepted = door.accept();
  std::array<char, 7> begun{};
  asio::read(accepted, asio::buffer(begun));
  io.adopt(transport::tcp::stream(std::move(accepted)), std::string(begun.data(), begun.size()));
  std::thread client([&] {
    CHECK(one.take_response().body == "/adopted");
    one.write(fakes::get("/again"));
    CHECK(one.take_response().body == "/again");
    io.stop();
  });
  context.run();
  client.join();
}

TEST_CASE("server: accepting may pause; who comes meanwhile waits") {
  server io;
  auto const port = io.listen("127.0.0.1", 0).port();
  std::thread client([&] {
    io.pause_accept();
    std::promise<void> paused;
    io.post([&] { paused.set_value(); });
    paused.get_future().wait();
    tcp_client one(port);
    one.write(fakes::get("/x"));
    io.resume_accept();
    CHECK(one.take_response().status == 404);
    io.stop();
  });
  io.run();
  client.join();
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

// -- those who do not read -------------------------------------------------------------------------------

namespace {

struct in_memory : default_policies {
  using transport = socketiopp::transport::loopback;
  using executor = socketiopp::executor::caller;
};
using memory_socket = socketiopp::socket<any, in_memory>;

// A WebSocket in a namespace, which reads when it is told to.
struct reader {
  reader(transport::loopback::network& to, executor::caller& on) : wire(to.connect()) {
    wire.write(open_websocket + fakes::text_frame("40"));
    on.run();
    read();
    in.take_response();
    in.take_frames();
  }
  void read() { in.add(wire.read()); }
  transport::loopback::client wire;
  fakes::inbox in;
};

}  // namespace

TEST_CASE("server: a broadcast to 1,000, of whom 100 never read, reaches the others, in bounded memory") {
  constexpr std::size_t most = 20'000, count = 1000, deaf = 100, messages = 50;
  transport::loopback::network network;
  basic_server<in_memory> io{{.ping_interval = 1h, .max_queued_bytes = most}};
  auto& nsp = io.of<any>();
  std::map<reason, std::size_t> ended;
  std::size_t told = 0, lines = 0;
  std::vector<memory_socket*> sockets;
  nsp.on_connect([&](memory_socket& s) { sockets.push_back(&s); });
  nsp.on_disconnect([&](memory_socket& s, reason why) {
    ++ended[why];
    std::erase(sockets, &s);
  });
  io.engine().on_bound_hit([&](bound_hit const& what) { told += what.which == bound::max_queued_bytes; });
  io.engine().on_log([&](std::string_view) { ++lines; });
  io.listen(network);
  std::vector<std::unique_ptr<reader>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<reader>(network, io.executor()));
    if (i < deaf) clients.back()->wire.limit(1);
  }
  REQUIRE(sockets.size() == count);

  std::string const text(1000, 'x');
  std::size_t longest = 0;
  for (std::size_t i = 0; i < messages; ++i) {
    nsp.emit("news", text);
    io.executor().run();
    for (auto const* const each : sockets) longest = std::max(longest, each->queued_bytes());
    for (std::size_t each = deaf; each < count; ++each) clients[each]->read();
  }
  CHECK(longest <= most);
  CHECK(longest > most - 1100);  // and the bound is what stopped them
  CHECK(ended == std::map<reason, std::size_t>{{reason::slow_consumer, deaf}});
  CHECK(told == deaf);
  CHECK(lines == 1);
  CHECK(sockets.size() == count - deaf);
  auto const whole = "42[\"news\",\"" + text + "\"]";
  for (std::size_t i = 0; i < count; ++i) {
    if (i < deaf)
      CHECK(clients[i]->wire.closed());
    else
      CHECK(clients[i]->in.take_frames() == fakes::texts(messages, whole));
  }
}

TEST_CASE("server: where messages are dropped, the program is told, and told when there is room") {
  transport::loopback::network network;
  basic_server<in_memory> io{
      {.ping_interval = 1h, .max_queued_bytes = 5000, .on_overflow = overflow::drop_newest}};
  auto& nsp = io.of<any>();
  fakes::texts told;
  nsp.on_error([&](memory_socket& s, event_error const& what) {
    CHECK((what.code == errc::slow_consumer));
    told.emplace_back("error");
    s.emit("no");  // is dropped, and not told again
  });
  nsp.on_drain([&](memory_socket& s) {
    told.emplace_back("drain");
    s.emit("yes");
  });
  nsp.on_disconnect([&](memory_socket&, reason) { told.emplace_back("disconnect"); });
  io.listen(network);
  reader slow(network, io.executor()), quick(network, io.executor());
  told.clear();
  slow.wire.limit(1);
  std::string const text(985, 'x');
  for (int i = 0; i < 10; ++i) {
    nsp.emit("n", text);
    io.executor().run();
    quick.read();
  }
  CHECK(quick.in.take_frames().size() == 10);
  REQUIRE(!told.empty());
  auto const errors = told.size();
  CHECK(errors >= 5);
  CHECK(told == fakes::texts(errors, "error"));
  slow.wire.limit(1'000'000);
  for (int i = 0; i < 10; ++i) {
    slow.read();
    io.executor().run();
  }
  slow.read();
  auto const frames = slow.in.take_frames();
  CHECK(frames.size() == 10 - errors + 1);
  CHECK(frames.back() == R"(42["yes"])");
  CHECK(told.size() == errors + 1);
  CHECK(told.back() == "drain");
}
