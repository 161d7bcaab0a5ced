// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"say", void(std::string text)>, sio::event<"ask", int(int)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text, sio::binary)>,
                                sio::event<"sure", bool(std::string question)>>;
  static constexpr bool open = true;
};
using chatter = socket_of<chat>;

struct scene {
  world in;
  namespace_of<chat>& lobby = in.io.of<chat>("/");
  packets log;
  client c{in};

  auto note(std::string what) {
    return [this, what](auto&&...) { log.push_back(what); };
  }
  packets say(std::string_view packet = R"(2["say","a"])") {
    c.send(packet);
    c.all();
    return std::exchange(log, {});
  }
};

}  // namespace

TEST_CASE("listener: F-131: several handlers, once, and removal, also from within") {
  scene s;
  auto first = s.lobby.on<"say">([&](std::string const&) { s.log.push_back("first"); });
  s.lobby.once<"say">([&](std::string const&) { s.log.push_back("once"); });
  s.lobby.once("say"_ev, [&](chatter&, std::string const&) { s.log.push_back("once more"); });
  sio::registration self;
  self = s.lobby.on<"say">([&](std::string const&) {
    s.log.push_back("self");
    self.remove();
  });
  s.c.join("/");
  CHECK(s.say() == packets{"first", "once", "once more", "self"});
  CHECK(s.say() == packets{"first"});
  first.remove();
  CHECK(!first);
  CHECK(s.say().empty());
}

TEST_CASE("listener: F-131: once waits for an event that fits") {
  scene s;
  s.lobby.once<"ask">([&](int number) { return s.log.push_back(std::to_string(number)), number; });
  s.c.join("/");
  CHECK(s.say(R"(2["ask","no number"])").empty());
  CHECK(s.say(R"(2["ask",1])") == packets{"1"});
  CHECK(s.say(R"(2["ask",2])").empty());
}

TEST_CASE("listener: F-131: handlers of one socket come after those of its namespace") {
  scene s;
  sio::registration own;
  s.lobby.on_connect([&](chatter& who) {
    own = who.on<"say">([&](chatter&, std::string const&) { s.log.push_back("own"); });
    who.once<"say">([&](std::string const&) { s.log.push_back("own once"); });
    who.on("unlisted", [&](sio::arguments const&) { s.log.push_back("own unlisted"); });
    who.on_any([&](chatter&, std::string_view, sio::arguments const&) { s.log.push_back("own any"); });
    who.prepend_any([&](chatter&, std::string_view, sio::arguments const&) { s.log.push_back("own first"); });
  });
  s.lobby.on<"say">([&](std::string const&) { s.log.push_back("all"); });
  s.c.join("/");
  CHECK(s.say() == packets{"own first", "own any", "all", "own", "own once"});
  own.remove();
  CHECK(s.say() == packets{"own first", "own any", "all"});
  CHECK(s.say(R"(2["unlisted"])") == packets{"own first", "own any", "own unlisted"});
}

TEST_CASE("listener: F-129: on_any, prepend_any, and their removal") {
  scene s;
  auto const any = [&](std::string what) {
    return [&s, what](chatter&, std::string_view name, sio::arguments const& values) {
      s.log.push_back(what + " " + std::string(name) + std::to_string(values.size()));
    };
  };
  s.lobby.on_any(any("b"));
  auto front = s.lobby.prepend_any(any("a"));
  s.lobby.on<"say">([&](std::string const&) { s.log.push_back("handler"); });
  s.c.join("/");
  CHECK(s.say() == packets{"a say1", "b say1", "handler"});
  front.remove();
  CHECK(s.say() == packets{"b say1", "handler"});
}

TEST_CASE("listener: F-130: what goes out is watched, to one and to many, with attachments") {
  scene s;
  auto const watch = [&](std::string what) {
    return [&s, what](chatter&, std::string_view name, sio::arguments const& values) {
      s.log.push_back(what + " " + std::string(name) + " " + std::string(values[0].string()) +
                      std::string(values[1].binary().text()));
    };
  };
  auto all = s.lobby.on_any_outgoing(watch("all"));
  s.lobby.prepend_any_outgoing(watch("first"));
  s.lobby.on_connect([&](chatter& who) { who.on_any_outgoing(watch("own")); });
  s.lobby.on<"say">([&](chatter& who, std::string const&) {
    who.emit<"said">("a", sio::binary(std::string_view("1")));
    who.emit_with_ack<"sure">("b", [](std::error_code, bool) {});
  });
  s.c.join("/");
  client other(s.in);
  other.join("/");
  CHECK(s.say() ==
        packets{"first said a1", "all said a1", "own said a1", "first sure b", "all sure b", "own sure b"});
  all.remove();
  s.lobby.emit<"said">("c", sio::binary());
  s.in.run();
  CHECK(s.log == packets{"first said c", "own said c", "first said c", "own said c"});
  CHECK(s.c.all().size() == 2);
}

TEST_CASE("listener: F-130: what a watcher sends itself is not watched") {
  scene s;
  int calls = 0;
  s.lobby.on_any_outgoing([&](chatter& who, std::string_view, sio::arguments const&) {
    ++calls;
    who.emit("echo", 1);
    s.lobby.emit("all", 2);
  });
  s.c.join("/");
  s.lobby.emit("start", 0);
  s.in.run();
  CHECK(calls == 1);
  CHECK(s.c.all() == packets{R"(2["echo",1])", R"(2["all",2])", R"(2["start",0])"});
}
