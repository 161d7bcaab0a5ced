// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/typed/ack.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server =
      sio::events<sio::event<"ask", std::string(std::string question)>,
                  sio::event<"several", std::tuple<int, sio::binary>()>, sio::event<"number", double()>>;
  using to_client = sio::events<>;
};

}  // namespace

TEST_CASE("ack: the first call counts (F-151)") {
  std::vector<int> sent;
  sio::ack<int> const reply([&](int value) { sent.push_back(value); });
  CHECK(static_cast<bool>(reply));
  reply(1);
  CHECK(!static_cast<bool>(reply));
  reply(2);
  CHECK(sent == std::vector{1});
}

TEST_CASE("ack: nobody asked") {
  sio::ack<int> const reply(nullptr);
  CHECK(!static_cast<bool>(reply));
  reply(1);
}

TEST_CASE("ack: one that was moved away does nothing") {
  std::vector<int> sent;
  sio::ack<int> first([&](int value) { sent.push_back(value); });
  sio::ack<int> second(std::move(first));
  second(2);
  CHECK(sent == std::vector{2});
}

TEST_CASE("ack: may be called again from inside of its call") {
  sio::ack<int>* self = nullptr;
  int calls = 0;
  sio::ack<int> reply([&](int) {
    ++calls;
    (*self)(2);
  });
  self = &reply;
  reply(1);
  CHECK(calls == 1);
}

TEST_CASE("ack: answers in the handler, once (W-172)") {
  world in;
  in.io.of<chat>("/").on<"ask">([](std::string question, sio::ack<std::string> reply) {
    reply(question + "!");
    reply("again");
  });
  client c(in);
  c.join("/");
  c.send(R"(212["ask","why"])");
  CHECK(c.all() == packets{R"(312["why!"])"});
  c.send(R"(2["ask","nobody waits"])");
  CHECK(c.all().empty());
}

TEST_CASE("ack: F-161: answers after the handler, in any order, on its namespace (W-182)") {
  world in;
  std::vector<sio::ack<std::string>> kept;
  in.io.of<chat>("/chat").on<"ask">(
      [&](socket_of<chat>&, std::string, sio::ack<std::string> reply) { kept.push_back(std::move(reply)); });
  client c(in);
  c.join("/chat");
  c.send(R"(2/chat,0["ask","a"])");
  c.send(R"(2/chat,9007199254740991["ask","b"])");
  CHECK(c.all().empty());
  in.io.post([&] { kept[1]("second"); });
  in.io.post([&] { kept[0]("first"); });
  in.run();
  CHECK(c.all() == packets{R"(3/chat,9007199254740991["second"])", R"(3/chat,0["first"])"});
}

TEST_CASE("ack: does nothing when the socket is gone") {
  world in;
  std::optional<sio::ack<std::string>> kept;
  in.io.of<chat>("/").on<"ask">([&](std::string, sio::ack<std::string> reply) { kept = std::move(reply); });
  client c(in);
  c.join("/");
  c.send(R"(21["ask","a"])");
  REQUIRE(kept);

  SUBCASE("the client left the namespace, and came back") {
    c.send("1");
    c.join("/");
    (*kept)("late");
    in.run();
    CHECK(c.all().empty());
  }
  SUBCASE("the connection is gone") {
    c.close();
    (*kept)("late");
    in.run();
  }
}

TEST_CASE("ack: disconnecting in the handler, then answering") {
  world in;
  in.io.of<chat>("/").on<"ask">([](socket_of<chat>& s, std::string what, sio::ack<std::string> reply) {
    s.disconnect(what == "all");
    reply("late");
  });
  client c(in);
  c.join("/");
  c.send(R"(21["ask","a"])");
  CHECK(c.all() == packets{"1"});
  c.join("/");
  c.send(R"(21["ask","all"])");
  CHECK(c.all() == packets{"1", "closed"});
}

TEST_CASE("ack: several values, binary too (W-175)") {
  world in;
  in.io.of<chat>("/").on<"several">([](sio::ack<std::tuple<int, sio::binary>> reply) {
    reply({7, sio::binary("bytes")});
  });
  client c(in);
  c.join("/");
  c.send(R"(25["several"])");
  CHECK(c.all() == packets{R"(61-5[7,{"_placeholder":true,"num":0}])", "binary:bytes"});
}

TEST_CASE("ack: one that was dropped, and one that outlives the server") {
  std::optional<sio::ack<std::string>> kept;
  {
    world in;
    in.io.of<chat>("/").on<"ask">([&](std::string what, sio::ack<std::string> reply) {
      if (what == "keep") kept = std::move(reply);
    });
    client c(in);
    c.join("/");
    c.send(R"(21["ask","drop"])");
    c.send(R"(22["ask","keep"])");
    CHECK(c.all().empty());
  }
  CHECK(kept);  // it must not be called any more, but may be destroyed
}

TEST_CASE("ack: from another thread") {
  struct threaded : sio::default_policies {
    using transport = sio::transport::loopback;
  };
  sio::transport::loopback::network net;
  sio::basic_server<threaded> io;
  io.listen(net);
  std::thread other;
  io.of<chat>("/").on<"ask">([&](std::string question, sio::ack<std::string> reply) {
    other = std::thread([&io, question = std::move(question), reply = std::move(reply)] {
      reply(question + "!");
      io.post([&io] { io.stop(); });  // which comes after the turn in which the answer is written (W-132)
    });
  });

  // Everything is written beforehand: the stream is for one thread.
  auto c = net.connect();
  c.write(
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
      "13\r\n\r\n");
  for (std::string const packet : {"40", R"(421["ask","why"])"})
    c.write(std::string{'\x81', static_cast<char>(0x80 | packet.size())} + std::string(4, '\0') + packet);
  io.run();
  other.join();
  CHECK(c.read().find(R"(431["why!"])") != std::string::npos);
}
