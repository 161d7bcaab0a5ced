// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;

namespace {

struct user {
  std::string name;
  int age = 0;
};

struct chat {
  using to_server =
      sio::events<sio::event<"say", void(std::string text)>, sio::event<"add", int(int a, int b)>,
                  sio::event<"half", double(int)>, sio::event<"user", std::string(user who)>,
                  sio::event<"pair", std::tuple<int, std::string>()>,
                  sio::event<"bytes", sio::binary(sio::binary)>,
                  sio::event<"owned", std::unique_ptr<int>(std::unique_ptr<int>)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text)>>;
};

struct open_chat : chat {
  static constexpr bool open = true;
};

/// A server with one namespace `/`, one client in it, and what `on_error` heard.
template <class C> struct one_client {
  world in;
  namespace_of<C>& lobby = in.io.of<C>("/");
  std::vector<std::string> errors;
  std::vector<std::string> calls;
  std::optional<client> c;

  one_client() {
    lobby.on_error([this](socket_of<C>&, sio::event_error const& what) {
      errors.push_back(std::string(what.event) + "|" + what.code.message() + "|" + what.path + "|" +
                       what.message);
    });
  }

  /// What the client gets for a packet. It connects first if it has not.
  packets ask(std::string_view packet) {
    if (!c) c.emplace(in).join("/");
    c->send(packet);
    return c->all();
  }
};

void said(socket_of<chat>& s, std::string const& text) { s.emit<"said">(text); }
int added(int a, int b) noexcept { return a + b; }

}  // namespace

TEST_CASE("namespace: its name") {
  world in;
  CHECK(in.io.of<chat>().name() == "/");
  CHECK(in.io.of<chat>("/chat").name() == "/chat");
  CHECK(in.io.of<chat>("bare").name() == "/bare");
  CHECK(&in.io.of<chat>("/bare") == &in.io.of<chat>("bare"));
}

TEST_CASE("namespace: F-223: handlers of every kind") {
  one_client<chat> f;
  std::string heard;

  SUBCASE("function pointers") {
    f.lobby.on<"say">(said);
    f.lobby.on<"add">(&added);
    CHECK(f.ask(R"(2["say","a"])") == packets{R"(2["said","a"])"});
    CHECK(f.ask(R"(20["add",2,3])") == packets{"30[5]"});
  }
  SUBCASE("captures that can only be moved, and state") {
    f.lobby.on<"say">([&, kept = std::make_unique<int>(0)](std::string const& text) mutable {
      heard += text + std::to_string(++*kept);
    });
    f.ask(R"(2["say","a"])");
    f.ask(R"(2["say","b"])");
    CHECK(heard == "a1b2");
  }
  SUBCASE("a const object") {
    auto const handler = [&](std::string text) { heard = std::move(text); };
    f.lobby.on<"say">(handler);
    f.ask(R"(2["say","a"])");
    CHECK(heard == "a");
  }
  SUBCASE("generic, and a name as a value") {
    f.lobby.on("say"_ev, [&](auto& s, auto text) {
      static_assert(std::is_same_v<decltype(s), socket_of<chat>&>);
      s.emit("said"_ev, text);
    });
    f.lobby.on<"add">([](auto a, auto b) { return a * b; });
    CHECK(f.ask(R"(2["say","a"])") == packets{R"(2["said","a"])"});
    CHECK(f.ask(R"(20["add",2,3])") == packets{"30[6]"});
  }
  CHECK(f.errors.empty());
}

TEST_CASE("namespace: what a handler returns is the acknowledgement") {
  one_client<chat> f;
  f.lobby.on<"half">([](int number) { return number; });  // an int where a double is due
  f.lobby.on<"user">(
      [](socket_of<chat>&, user const& who) -> std::string_view { return who.age == 9 ? "nine" : "other"; });
  f.lobby.on<"pair">([] { return std::pair(7, "text"); });
  f.lobby.on<"owned">([](std::unique_ptr<int> number) { return number; });
  CHECK(f.ask(R"(21["half",7])") == packets{"31[7]"});
  CHECK(f.ask(R"(22["user",{"age":9,"name":"anna","more":[]}])") == packets{R"(32["nine"])"});
  CHECK(f.ask(R"(23["pair"])") == packets{R"(33[7,"text"])"});
  CHECK(f.ask(R"(24["owned",7])") == packets{"34[7]"});
  CHECK(f.ask(R"(25["owned",null])") == packets{"35[null]"});
  CHECK(f.ask(R"(2["half",7])").empty());  // nobody asked
}

TEST_CASE("namespace: binary both ways (W-174, W-175)") {
  one_client<chat> f;
  f.lobby.on<"bytes">([](sio::binary bytes) { return sio::binary(std::string(bytes.text()) + "!"); });
  CHECK(f.ask(R"(51-7["bytes",{"_placeholder":true,"num":0}])").empty());
  f.c->send_binary("xyz");
  CHECK(f.c->all() == packets{R"(61-7[{"_placeholder":true,"num":0}])", "binary:xyz!"});
  CHECK(f.ask(R"(28["bytes",{"_placeholder":true,"num":0}])").empty());  // W-179: a plain object
  REQUIRE(f.errors.size() == 1);
  CHECK(f.errors[0].find("[0]|binary data is wanted, found an object") != std::string::npos);
}

TEST_CASE("namespace: several handlers are called in their order, and acknowledge once (W-172)") {
  one_client<chat> f;
  for (std::string const name : {"a", "b"})
    f.lobby.on<"say">([&f, name](std::string const& text) { f.calls.push_back(name + text); });
  f.lobby.on<"add">([](int a, int b) { return a + b; });
  f.lobby.on<"add">([&](int, int) {
    f.calls.emplace_back("second");
    return 0;
  });
  f.lobby.on<"add">([&](int, int, sio::ack<int> reply) {
    f.calls.emplace_back(reply ? "asked" : "not asked");
    reply(0);
  });
  f.ask(R"(2["say","!"])");
  CHECK(f.calls == packets{"a!", "b!"});
  CHECK(f.ask(R"(21["add",2,3])") == packets{"31[5]"});
  CHECK(f.calls == packets{"a!", "b!", "second", "not asked"});
}

TEST_CASE("namespace: a handler that throws leaves the acknowledgement to the next") {
  one_client<chat> f;
  f.lobby.on<"add">([](int, int) -> int { throw std::runtime_error("no"); });
  f.lobby.on<"add">([](int a, int b) { return a + b; });
  CHECK(f.ask(R"(21["add",2,3])") == packets{"31[5]"});
  CHECK(f.errors == packets{"add|a handler ended with an exception||no"});
}

TEST_CASE("namespace: a payload that does not fit is told once, with its path") {
  one_client<chat> f;
  for (int i = 0; i < 2; ++i) f.lobby.on<"user">([&](user) -> std::string { return "called"; });
  f.lobby.on<"add">([](int a, int b) { return a + b; });
  f.lobby.on<"say">([&](std::string text) { f.calls.push_back(std::move(text)); });
  auto const path = [&](std::string_view packet) {
    f.errors.clear();
    CHECK(f.ask(packet).empty());
    REQUIRE(f.errors.size() == 1);
    auto const& error = f.errors[0];
    CHECK(error.find("|the payload does not fit the event|") != std::string::npos);
    auto const end = error.rfind('|');
    auto const start = error.rfind('|', end - 1) + 1;
    return error.substr(start, end - start);
  };
  CHECK(path(R"(21["user",{"name":"anna","age":9.5}])") == "[0].age");
  CHECK(path(R"(21["user",{"name":null,"age":9}])") == "[0].name");
  CHECK(path(R"(21["user",{"name":"anna"}])") == "[0].age");
  CHECK(path(R"(21["user",[]])") == "[0]");
  CHECK(path(R"(21["user"])") == "[0]");
  CHECK(path(R"(21["add",1])") == "[1]");
  CHECK(path(R"(21["add",1,"2"])") == "[1]");
  CHECK(path(R"(21["add",1,2147483648])") == "[1]");
  CHECK(path(R"(21["add",1,1e300])") == "[1]");
  CHECK(path(R"(2["say",{"_placeholder":true,"num":0}])") == "[0]");
  CHECK(f.calls.empty());
  f.errors.clear();
  CHECK(f.ask(R"(21["add",1,2,"more is ignored"])") == packets{"31[3]"});
  CHECK(f.ask(R"(2["say","still here"])").empty());
  CHECK(f.calls == packets{"still here"});
  CHECK(f.errors.empty());
}

TEST_CASE("namespace: events that nobody handles") {
  one_client<chat> f;
  SUBCASE("an event that the contract does not list is an error") {
    CHECK(f.ask(R"(21["shout","a"])").empty());
    CHECK(f.errors ==
          packets{"shout|the payload does not fit the event||the contract lists no event of this name"});
  }
  SUBCASE("one that it lists is not") {
    CHECK(f.ask(R"(21["say","a"])").empty());
    CHECK(f.errors.empty());
  }
  SUBCASE("nor one that on_any sees") {
    f.lobby.on_any([](socket_of<chat>&, std::string_view, sio::arguments const&) {});
    f.ask(R"(21["shout","a"])");
    CHECK(f.errors.empty());
  }
  CHECK(f.ask(R"(2["error"])").empty());  // an event like any other (F-178)
}

TEST_CASE("namespace: on_any sees every event, before its own handlers") {
  one_client<chat> f;
  f.lobby.on<"say">([&](std::string) { f.calls.emplace_back("own"); });
  f.lobby.on_any([&](socket_of<chat>&, std::string_view name, sio::arguments args) {
    f.calls.push_back(std::string(name) + std::to_string(args.size()));
  });
  f.ask(R"(2["say","a","b"])");
  f.ask(R"(2["shout"])");
  f.ask(R"(2[7])");  // W-168
  CHECK(f.calls == packets{"say2", "own", "shout0", "70"});
  CHECK(f.errors.empty());
}

TEST_CASE("namespace: an open contract handles run-time names too") {
  one_client<open_chat> f;
  std::string const name = "shout";
  f.lobby.on(name,
             [&](socket_of<open_chat>& s, sio::arguments args) { s.emit(args[0].string(), args[1], 7); });
  f.lobby.on("sum", [](sio::arguments const& args) { return args.get<int>(0) + args.get<int>(1); });
  f.lobby.on("echo", [](sio::arguments args) { return args; });
  f.lobby.on("later", [](sio::arguments, sio::ack<sio::arguments> reply) {
    reply(sio::arguments({1, "a"}));
  });
  f.lobby.on("add", [&](sio::arguments const& args) { f.calls.push_back(std::to_string(args.size())); });
  f.lobby.on<"add">([&](int a, int b) {
    f.calls.emplace_back("typed");
    return a + b;
  });
  CHECK(f.ask(R"(2["shout","name",[1]])") == packets{R"(2["name",[1],7])"});
  CHECK(f.ask(R"(21["sum",2,3])") == packets{"31[5]"});
  CHECK(f.ask(R"(22["echo",2,{"a":null}])") == packets{R"(32[2,{"a":null}])"});
  CHECK(f.ask(R"(23["later"])") == packets{R"(33[1,"a"])"});
  CHECK(f.ask(R"(24["add",1,2])") == packets{"34[3]"});
  CHECK(f.calls == packets{"typed", "2"});
  CHECK(f.ask(R"(25["unheard of"])").empty());
  CHECK(f.errors.empty());

  CHECK(f.ask(R"(26["sum",2,"3"])").empty());
  CHECK(f.errors == packets{"sum|a handler ended with an exception||[1]: an integer from -2147483648 to "
                            "2147483647 is wanted, found a string: the payload does not fit the event"});
}

TEST_CASE("namespace: exceptions out of every handler leave the connection") {
  one_client<chat> f;
  auto const fail = [](auto&&...) -> void { throw std::runtime_error("thrown"); };
  f.lobby.on_connect([&](socket_of<chat>&) { fail(); });
  f.lobby.on_any([&](socket_of<chat>&, std::string_view, sio::arguments) { fail(); });
  f.lobby.on<"say">([](std::string) { throw 7; });
  f.lobby.on<"half">([](int) { return std::numeric_limits<double>::quiet_NaN(); });
  f.lobby.on<"add">([](int, int, sio::ack<int>) { throw std::runtime_error("before the answer"); });
  f.lobby.on_disconnecting([&](socket_of<chat>&, sio::reason) { fail(); });
  f.lobby.on_disconnect([&](socket_of<chat>&, sio::reason) { fail(); });
  f.lobby.on_error([&](socket_of<chat>&, sio::event_error const& what) {
    CHECK(what.exception);
    fail();
  });

  CHECK(f.ask(R"(2["say","a"])").empty());
  CHECK(f.ask(R"(21["half",1])").empty());
  CHECK(f.ask(R"(22["add",1,2])").empty());
  CHECK(f.ask("1").empty());
  packets events;
  for (auto const& error : f.errors) {
    events.push_back(error.substr(0, error.find('|')));
    CHECK(error.find("|a handler ended with an exception||") != std::string::npos);
  }
  CHECK(events ==
        packets{"connect", "say", "say", "half", "half", "add", "add", "disconnecting", "disconnect"});
  CHECK(f.errors[2].ends_with("|an exception of an unknown type"));
  CHECK(!f.c->join("/").empty());  // the connection lives
}

TEST_CASE("namespace: F-102: the life of a socket, in order") {
  one_client<chat> f;
  auto const note = [&](std::string const& what, socket_of<chat> const& s) {
    f.calls.push_back(what + (s.connected() ? " connected " : " ") + std::to_string(s.rooms().size()));
  };
  f.lobby.on_connect([&](socket_of<chat>& s) {
    s.join("a");
    note("connect", s);
    s.emit<"said">("welcome");
  });
  f.lobby.on_disconnecting([&](socket_of<chat>& s, sio::reason why) {
    note("disconnecting " + std::string(to_string(why)), s);
    s.join("b");
    s.emit<"said">("too late");
  });
  f.lobby.on_disconnect([&](socket_of<chat>& s, sio::reason why) {
    note("disconnect " + std::string(to_string(why)), s);
    s.join("b");
    s.leave("a");
    s.emit<"said">("too late");
    s.disconnect();
  });
  f.c.emplace(f.in);

  SUBCASE("the client leaves the namespace (W-163)") {
    f.c->join("/");
    CHECK(f.c->all() == packets{R"(2["said","welcome"])"});  // after the CONNECT that join has read
    CHECK(f.ask("1").empty());
    CHECK(f.calls == packets{"connect connected 2", "disconnecting client namespace disconnect 2",
                             "disconnect client namespace disconnect 0"});
  }
  SUBCASE("the client closes") {
    f.c->join("/");
    f.c->close();
    CHECK(f.calls ==
          packets{"connect connected 2", "disconnecting transport close 2", "disconnect transport close 0"});
  }
  SUBCASE("the client breaks the protocol (W-181)") {
    f.c->join("/");
    f.ask("2[");
    CHECK(f.calls ==
          packets{"connect connected 2", "disconnecting forced close 2", "disconnect forced close 0"});
    REQUIRE(f.errors.size() == 1);
    CHECK(f.errors[0].starts_with("|malformed packet||"));
  }
  SUBCASE("the server stops") {
    f.c->join("/");
    f.in.io.stop();
    f.in.run();
    CHECK(f.calls == packets{"connect connected 2", "disconnecting server shutting down 2",
                             "disconnect server shutting down 0"});
  }
}

TEST_CASE("namespace: rooms can still be reached while a socket is disconnecting") {
  one_client<chat> f;
  f.lobby.on_connect([](socket_of<chat>& s) { s.join("a"); });
  f.lobby.on_disconnecting([](socket_of<chat>& s, sio::reason) { s.to("a").emit<"said">("bye"); });
  f.c.emplace(f.in).join("/");
  client other(f.in);
  other.join("/");
  f.c->send("1");
  CHECK(other.all() == packets{R"(2["said","bye"])"});
  CHECK(f.c->all().empty());
}

TEST_CASE("namespace: after a disconnect no other handler hears of the socket") {
  one_client<chat> f;
  std::string where;
  auto const leave_in = [&](std::string const& here, socket_of<chat>& s) {
    f.calls.push_back(here);
    if (here == where) s.disconnect();
  };
  f.lobby.on_connect([&](socket_of<chat>& s) { leave_in("connect 1", s); });
  f.lobby.on_connect([&](socket_of<chat>& s) { leave_in("connect 2", s); });
  f.lobby.on_any([&](socket_of<chat>& s, std::string_view, sio::arguments) { leave_in("any", s); });
  f.lobby.on<"add">([&](socket_of<chat>& s, int, int) {
    leave_in("first", s);
    return 1;
  });
  f.lobby.on<"add">([&](socket_of<chat>& s, int, int) {
    leave_in("second", s);
    return 2;
  });
  f.lobby.on_disconnect([&](socket_of<chat>&, sio::reason) { f.calls.emplace_back("gone"); });
  f.c.emplace(f.in);

  SUBCASE("in on_connect") {
    where = "connect 1";
    f.c->join("/");
    CHECK(f.c->all() == packets{"1"});
    CHECK(f.calls == packets{"connect 1", "gone"});
  }
  SUBCASE("in on_any") {
    where = "any";
    CHECK(!f.c->join("/").empty());
    CHECK(f.ask(R"(21["add",1,2])") == packets{"1"});
    CHECK(f.calls == packets{"connect 1", "connect 2", "any", "gone"});
  }
  SUBCASE("in the event's first handler") {
    where = "first";
    CHECK(!f.c->join("/").empty());
    CHECK(f.ask(R"(21["add",1,2])") == packets{"1"});  // its acknowledgement goes nowhere
    CHECK(f.calls == packets{"connect 1", "connect 2", "any", "first", "gone"});
  }
}

TEST_CASE("namespace: handlers may register handlers, which hear of the next") {
  one_client<chat> f;
  f.lobby.on<"say">([&, long_enough = std::string(100, 'x')](std::string const& text) {
    for (int i = 0; i < 100; ++i) f.lobby.on<"say">([&](std::string const&) { f.calls.emplace_back("new"); });
    f.calls.push_back(text + std::to_string(long_enough.size()));
  });
  f.ask(R"(2["say","a"])");
  CHECK(f.calls == packets{"a100"});
  f.ask(R"(2["say","b"])");
  CHECK(f.calls.size() == 1 + 1 + 100);

  f.lobby.on_connect([&](socket_of<chat>&) {
    f.lobby.on_connect([&](socket_of<chat>&) { f.calls.emplace_back("connected"); });
  });
  f.calls.clear();
  client second(f.in);
  second.join("/");
  CHECK(f.calls.empty());
  client third(f.in);
  third.join("/");
  CHECK(f.calls == packets{"connected"});
}

TEST_CASE("namespace: handlers may end everything") {
  one_client<chat> f;
  client other(f.in);
  f.lobby.on<"say">([&](socket_of<chat>& s, std::string const& what) {
    if (what == "close") s.disconnect(true);
    if (what == "twice") {
      s.disconnect();
      s.disconnect(true);
    }
    if (what == "stop") f.in.io.stop();
  });
  f.lobby.on_disconnect([&](socket_of<chat>& s, sio::reason) {
    f.calls.emplace_back("gone");
    s.disconnect(true);
  });
  other.join("/");
  f.c.emplace(f.in);
  f.c->join("/");
  CHECK(f.ask(R"(2["say","close"])") == packets{"1", "closed"});
  f.c.emplace(f.in);
  f.c->join("/");
  CHECK(f.ask(R"(2["say","twice"])") == packets{"1"});  // who is gone ends nothing more (F-126)
  CHECK(f.calls == packets{"gone", "gone"});
  f.c.emplace(f.in);
  f.c->join("/");
  CHECK(f.ask(R"(2["say","stop"])") == packets{"closed"});  // W-132: no `41`
  CHECK(other.all() == packets{"closed"});
  CHECK(f.calls == packets{"gone", "gone", "gone", "gone"});
}

TEST_CASE("namespace: a server that is destroyed in the middle of everything") {
  one_client<chat> f;
  f.lobby.on_connect([](socket_of<chat>& s) { s.join("a"); });
  f.lobby.on<"add">([](int, int, sio::ack<int>) {});
  f.ask(R"(21["add",1,2])");
  f.lobby.to("a").emit<"said">("never sent");
}

TEST_CASE("namespace: on_drain handlers, of which one throws, and one disconnects") {
  one_client<chat> f;
  f.lobby.on<"say">([](socket_of<chat>& s, std::string const& text) { s.emit<"said">(text); });
  f.lobby.on_drain([&](socket_of<chat>&) {
    f.calls.emplace_back("1");
    throw std::runtime_error("thrown");
  });
  f.lobby.on_drain([&](socket_of<chat>& s) {
    f.calls.emplace_back("2");
    if (f.calls.size() > 2) s.disconnect();
    f.lobby.on_drain([&](auto&) { f.calls.emplace_back("new"); });
  });
  f.lobby.on_disconnect([&](socket_of<chat>&, sio::reason) { f.calls.emplace_back("gone"); });
  auto const drain = [&] {
    f.c->slow_down();
    f.ask(R"(2["say","a"])");
    f.c->catch_up();
  };
  f.ask(R"(2["say","a"])");
  CHECK(f.calls.empty());
  drain();
  CHECK(f.calls == packets{"1", "2"});
  CHECK(f.errors == packets{"drain|a handler ended with an exception||thrown"});
  drain();
  CHECK(f.calls == packets{"1", "2", "1", "2", "gone"});  // `new` hears nothing after that
}
