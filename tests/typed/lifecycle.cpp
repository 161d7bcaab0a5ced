// SPDX-License-Identifier: MIT
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;
using socketiopp::admission;
using socketiopp::decision;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"say", void(std::string text)>, sio::event<"ask", int(int)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text)>>;
  struct data {
    std::string name;
  };
};
using chatter = socket_of<chat>;

struct scene {
  world in;
  namespace_of<chat>& lobby = in.io.of<chat>("/");
  packets log;
  std::optional<client> c;

  scene() {
    lobby.on_error([this](chatter&, sio::event_error const& what) {
      log.push_back("error " + std::string(what.event) + ": " + what.message);
    });
  }
  packets connect(std::string const& packet = "0") {
    c.emplace(in);
    c->send(packet);
    return c->all();
  }
  packets ask(std::string_view packet) {
    c->send(packet);
    return c->all();
  }
};

}  // namespace

TEST_CASE("lifecycle: F-085, F-170: middlewares are asked in order, before the socket is connected") {
  scene s;
  s.lobby.use([&](chatter& who) -> admission {
    s.log.push_back("first");
    CHECK(!who.connected());
    CHECK(who.id().size() == 20);
    who.data().name = "anna";
    who.join("early");
    who.emit<"said">("nobody hears it");
    return sio::admit;
  });
  s.lobby.use([&](chatter&, decision answer) {
    s.log.push_back("second");
    answer(sio::admit);
  });
  s.lobby.on_connect([&](chatter& who) {
    s.log.push_back("connect " + who.data().name);
    CHECK(who.connected());
    CHECK(who.rooms().size() == 2);
  });
  auto const heard = s.connect();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].starts_with(R"(0{"sid":")"));
  CHECK(s.log == packets{"first", "second", "connect anna"});
}

TEST_CASE("lifecycle: F-171, W-161: a refusal has a message and data, and leaves the connection alone") {
  scene s;
  bool good = false;
  s.lobby.use([&](chatter&) -> admission {
    if (good) return sio::admit;
    return sio::refuse("not authorized", std::map<std::string, int>{{"code", 7}});
  });
  s.lobby.use([&](chatter&) {
    s.log.push_back("asked");
    return admission();
  });
  s.lobby.on_connect([&](chatter&) { s.log.push_back("connect"); });
  s.lobby.on_disconnect([&](chatter&, sio::reason) { s.log.push_back("disconnect"); });
  CHECK(s.connect() == packets{R"(4{"message":"not authorized","data":{"code":7}})"});
  CHECK(s.log.empty());
  good = true;
  CHECK(s.ask("0").at(0).starts_with("0{"));
  CHECK(s.log == packets{"asked", "connect"});
}

TEST_CASE("lifecycle: a middleware that throws refuses, and on_error hears of it") {
  scene s;
  s.lobby.use([](chatter&) -> admission { throw std::runtime_error("no database"); });
  auto const heard = s.connect();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].starts_with(R"(4{"message":)"));
  CHECK(heard[0].find("database") == std::string::npos);
  CHECK(s.log == packets{"error middleware: no database"});
}

TEST_CASE("lifecycle: an answer that comes later; F-172: one that comes too late") {
  scene s;
  std::vector<decision> open;
  s.lobby.use([&](chatter&, decision answer) { open.push_back(std::move(answer)); });
  s.lobby.on_connect([&](chatter&) { s.log.push_back("connect"); });
  s.lobby.on_disconnect([&](chatter&, sio::reason) { s.log.push_back("disconnect"); });

  CHECK(s.connect().empty());
  open.at(0)(sio::admit);
  s.in.run();
  CHECK(s.c->all().size() == 1);
  CHECK(s.log == packets{"connect"});

  client late(s.in);
  late.send("0");
  late.close();
  open.at(1)(sio::admit);
  s.in.run();
  CHECK(s.log == packets{"connect"});

  client forgotten(s.in);
  forgotten.send("0");
  open.clear();  // destroyed uncalled: a refusal
  s.in.run();
  CHECK(forgotten.all().size() == 1);
}

TEST_CASE("lifecycle: W-159: events and a second CONNECT before the answer end the connection") {
  for (auto const* const packet : {R"(2["say","a"])", "0", "1"}) {
    scene s;
    std::vector<decision> open;
    s.lobby.use([&](chatter&, decision answer) { open.push_back(std::move(answer)); });
    s.lobby.on_connect([&](chatter&) { s.log.push_back("connect"); });
    CHECK(s.connect().empty());
    CHECK(s.ask(packet) == packets{"closed"});
    open.at(0)(sio::admit);
    s.in.run();
    CHECK(s.log.empty());
  }
}

TEST_CASE("lifecycle: F-128, F-174: middleware for events, after on_any and before handlers") {
  scene s;
  s.lobby.on_any([&](chatter&, std::string_view name, sio::arguments const&) {
    s.log.push_back("any " + std::string(name));
  });
  s.lobby.use([&](chatter&, std::string_view name, sio::arguments const& values) -> admission {
    s.log.push_back("middleware " + std::string(name) + " " + std::to_string(values.size()));
    if (name == "ask" && values.get<int>(0) == 13) return sio::refuse("unlucky");
    return sio::admit;
  });
  s.lobby.on<"say">([&](std::string const& text) { s.log.push_back("say " + text); });
  s.lobby.on<"ask">([](int number) { return number; });
  s.connect();
  s.ask(R"(2["say","a"])");
  CHECK(s.log == packets{"any say", "middleware say 1", "say a"});
  CHECK(s.ask(R"(21["ask",12])") == packets{"31[12]"});
  s.log.clear();
  CHECK(s.ask(R"(22["ask",13])").empty());
  CHECK(s.log == packets{"any ask", "middleware ask 1", "error ask: unlucky"});
}

TEST_CASE("lifecycle: F-128: a middleware of one socket, and its removal") {
  scene s;
  sio::registration guard;
  s.lobby.on_connect([&](chatter& who) {
    guard = who.use([](chatter&, std::string_view, sio::arguments const&) { return sio::refuse("closed"); });
  });
  s.lobby.on<"ask">([](int number) { return number; });
  s.connect();
  CHECK(s.ask(R"(21["ask",1])").empty());
  CHECK(s.log == packets{"error ask: closed"});
  guard.remove();
  CHECK(s.ask(R"(22["ask",1])") == packets{"32[1]"});
}

TEST_CASE("lifecycle: F-132: handlers of a socket's life may be removed") {
  scene s;
  auto const note = [&](std::string what) {
    return [&s, what](chatter&, auto...) { s.log.push_back(what); };
  };
  auto connect = s.lobby.on_connect(note("connect"));
  auto disconnecting = s.lobby.on_disconnecting(note("disconnecting"));
  auto disconnect = s.lobby.on_disconnect(note("disconnect"));
  s.connect();
  s.ask("1");
  CHECK(s.log == packets{"connect", "disconnecting", "disconnect"});
  connect.remove();
  disconnecting.remove();
  disconnect.remove();
  s.connect();
  s.ask("1");
  CHECK(s.log.size() == 3);
}
