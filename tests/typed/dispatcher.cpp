// SPDX-License-Identifier: MIT
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"say", void(std::string text)>>;
  using to_client = sio::events<>;
};
struct shop {
  using to_server = sio::events<sio::event<"buy", void(int)>, sio::event<"say", void(std::string text)>>;
  using to_client = sio::events<>;
};

inline constexpr sio::pattern<"/orders-{id}", int> orders;

}  // namespace

TEST_CASE("dispatcher: those of a family come first, then a namespace's own, then a socket's") {
  world in;
  packets log;
  auto& parent = in.io.of<chat>(orders);
  parent.on<"say">([&](std::string const&) { log.push_back("family"); });
  parent.on_new_namespace([&](namespace_of<chat>& made) {
    made.on<"say">([&](std::string const&) { log.push_back("own"); });
    made.on_connect([&](socket_of<chat>&) { log.push_back("connect"); });
  });
  parent.on_connect([&](socket_of<chat>& who) {
    log.push_back("connect to family");
    who.on<"say">([&](std::string const&) { log.push_back("socket"); });
  });
  client c(in);
  c.join("/orders-1");
  c.send(R"(2/orders-1,["say","x"])");
  CHECK(log == packets{"connect to family", "connect", "family", "own", "socket"});
}

TEST_CASE("dispatcher: each contract has its own events") {
  world in;
  packets log;
  in.io.of<chat>("/chat").on<"say">([&](std::string const& text) { log.push_back("chat " + text); });
  auto& till = in.io.of<shop>("/shop");
  till.on<"buy">([&](int what) { log.push_back("buy " + std::to_string(what)); });
  till.on<"say">([&](std::string const& text) { log.push_back("shop " + text); });
  client c(in);
  c.join("/chat");
  c.join("/shop");
  c.send(R"(2/shop,["say","a"])");
  c.send(R"(2/chat,["say","b"])");
  c.send(R"(2/shop,["buy",7])");
  CHECK(log == packets{"shop a", "chat b", "buy 7"});
}

TEST_CASE("dispatcher: what one throws goes to on_error, and so does an event that nobody knows") {
  world in;
  packets log;
  auto& lobby = in.io.of<chat>("/");
  lobby.on<"say">([](std::string const& text) { throw std::runtime_error(text); });
  lobby.on<"say">([&](std::string const&) { log.push_back("second"); });
  lobby.on_error([&](socket_of<chat>&, sio::event_error const& what) {
    log.push_back(std::string(what.event) + ": " + what.message);
  });
  client c(in);
  c.join("/");
  c.send(R"(2["say","thrown"])");
  c.send(R"(2["nothing"])");
  CHECK(log == packets{"say: thrown", "second", "nothing: the contract lists no event of this name"});
}
