// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"do", void(std::string what)>>;
  using to_client = sio::events<sio::event<"hi", void(int)>, sio::event<"bytes", void(sio::binary)>>;
};

inline constexpr sio::room<"match", int> match;

/// Clients 0 to 3: all in /chat, 0 and 1 in `a`, 1 and 2 in `b`, 3 in none.
struct four {
  world in;
  namespace_of<chat>& lobby = in.io.of<chat>("/chat");
  std::vector<client> clients;
  std::vector<std::string> ids;

  four() {
    std::vector<std::vector<std::string>> const rooms{{"a"}, {"a", "b"}, {"b"}, {}};
    lobby.on_connect([&](socket_of<chat>& s) {
      for (auto const& room : rooms[ids.size()]) s.join(room);
      ids.emplace_back(s.id());
    });
    clients.reserve(4);
    for (int i = 0; i < 4; ++i) clients.emplace_back(in).join("/chat");
  }

  /// How often each has got `packet` since the last time; -1 if it got anything else.
  std::vector<int> who_got(std::string const& packet) {
    in.run();
    std::vector<int> counts;
    for (auto& one : clients) {
      counts.push_back(0);
      for (auto const& got : one.all())
        counts.back() = got == packet && counts.back() >= 0 ? counts.back() + 1 : -1;
    }
    return counts;
  }
};

using counts = std::vector<int>;

}  // namespace

TEST_CASE("selection: rooms add up, and nobody gets a packet twice (F-141)") {
  four f;
  f.lobby.emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{1, 1, 1, 1});
  f.lobby.to("a").emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{1, 1, 0, 0});
  f.lobby.to("a").to("b").emit<"hi">(3);
  CHECK(f.who_got(R"(2/chat,["hi",3])") == counts{1, 1, 1, 0});
  f.lobby.in("b").in("b").to(f.ids[1]).emit<"hi">(4);
  CHECK(f.who_got(R"(2/chat,["hi",4])") == counts{0, 1, 1, 0});
  f.lobby.to("nobody").emit<"hi">(5);
  CHECK(f.who_got("") == counts{0, 0, 0, 0});
}

TEST_CASE("selection: one that is constant emits and asks") {
  four f;
  auto const some = f.lobby.to("a");
  some.emit<"hi">(1);
  some.volatile_().emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{2, 2, 0, 0});
}

TEST_CASE("selection: exceptions win (F-142)") {
  four f;
  f.lobby.except("a").emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{0, 0, 1, 1});
  f.lobby.to("a").except("b").emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{1, 0, 0, 0});
  f.lobby.except("b").to("a").to("b").except(f.ids[0]).emit<"hi">(3);
  CHECK(f.who_got("") == counts{0, 0, 0, 0});
  f.lobby.to("a").except("nobody").emit<"hi">(4);
  CHECK(f.who_got(R"(2/chat,["hi",4])") == counts{1, 1, 0, 0});
}

TEST_CASE("selection: a socket's id is a room in which it is alone (F-142)") {
  four f;
  f.lobby.to(f.ids[3]).emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{0, 0, 0, 1});
  f.lobby.to(f.ids[3]).to("a").except(f.ids[1]).emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{1, 0, 0, 1});
  f.lobby.to(std::string(20, 'x')).to(f.ids[0].substr(1)).to("").emit<"hi">(3);
  CHECK(f.who_got("") == counts{0, 0, 0, 0});
}

TEST_CASE("selection: is not changed by narrowing it, and can be kept (F-140)") {
  four f;
  auto const a = f.lobby.to("a");
  auto without_b = a.except("b");
  auto with_three = a.to(f.ids[3]);
  auto copy = a;
  without_b.emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{1, 0, 0, 0});
  with_three.emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{1, 1, 0, 1});
  copy.emit<"hi">(3);
  CHECK(f.who_got(R"(2/chat,["hi",3])") == counts{1, 1, 0, 0});
  f.clients[1].close();
  copy.emit<"hi">(4);
  CHECK(f.who_got(R"(2/chat,["hi",4])") == counts{1, 0, 0, 0});
}

TEST_CASE("selection: from a socket it leaves that socket out (F-124)") {
  four f;
  f.lobby.on<"do">([&](socket_of<chat>& s, std::string const& what) {
    if (what == "broadcast") s.broadcast().emit<"hi">(1);
    if (what == "to") s.to("a").emit<"hi">(1);
    if (what == "in") s.in("a").in("b").emit<"hi">(1);
    if (what == "except") s.except("b").emit<"hi">(1);
    if (what == "self") s.to(s.id()).emit<"hi">(1);
    if (what == "from the namespace") f.lobby.to(s.id()).emit<"hi">(1);
    if (what == "emit") s.emit<"hi">(1);
  });
  auto const asked = [&](std::string const& what) {
    f.clients[0].send(R"(2/chat,["do",")" + what + "\"]");
    return f.who_got(R"(2/chat,["hi",1])");
  };
  CHECK(asked("broadcast") == counts{0, 1, 1, 1});
  CHECK(asked("to") == counts{0, 1, 0, 0});
  CHECK(asked("in") == counts{0, 1, 1, 0});
  CHECK(asked("except") == counts{0, 0, 0, 1});
  CHECK(asked("self") == counts{0, 0, 0, 0});
  CHECK(asked("from the namespace") == counts{1, 0, 0, 0});
  CHECK(asked("emit") == counts{1, 0, 0, 0});
}

TEST_CASE("selection: typed rooms, and binary data for all of them") {
  four f;
  f.lobby.on<"do">([](socket_of<chat>& s, std::string) { s.join(match(42)); });
  f.clients[2].send(R"(2/chat,["do",""])");
  f.lobby.to(match(42)).emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{0, 0, 1, 0});
  f.lobby.to("match:42").to(match(41)).emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{0, 0, 1, 0});

  f.lobby.to("a").emit<"bytes">(sio::binary("xyz"));
  f.in.run();
  for (auto i : {0U, 1U})
    CHECK(f.clients[i].all() == packets{R"(51-/chat,["bytes",{"_placeholder":true,"num":0}])", "binary:xyz"});
}

TEST_CASE("selection: namespaces do not hear each other") {
  four f;
  auto& other = f.in.io.of<chat>("/other");
  f.clients[0].join("/other");
  other.emit<"hi">(1);
  CHECK(f.who_got(R"(2/other,["hi",1])") == counts{1, 0, 0, 0});
  other.to("a").to(f.ids[0]).emit<"hi">(2);
  CHECK(f.who_got("") == counts{0, 0, 0, 0});
}

TEST_CASE("selection: volatile for those who need not wait, and in any combination (F-143)") {
  four f;
  f.clients[1].slow_down();
  f.lobby.emit<"hi">(0);
  CHECK(f.who_got(R"(2/chat,["hi",0])") == counts{1, 0, 1, 1});
  auto const a = f.lobby.to("a");
  auto positions = a.volatile_();
  positions.emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{1, 0, 0, 0});
  f.lobby.volatile_().to("b").except("nobody").emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{0, 0, 1, 0});
  f.lobby.compress(false).volatile_().to(f.ids[1]).to(f.ids[3]).compress(true).emit<"hi">(3);
  CHECK(f.who_got(R"(2/chat,["hi",3])") == counts{0, 0, 0, 1});
  f.lobby.on<"do">([](socket_of<chat>& s, std::string const&) {
    s.broadcast().volatile_().emit<"hi">(4);
    s.to("b").volatile_().emit<"bytes">(sio::binary("b"));
  });
  f.clients[0].send(R"(2/chat,["do",""])");
  CHECK(f.clients[3].all() == packets{R"(2/chat,["hi",4])"});
  CHECK(f.clients[2].all().size() == 3);

  auto kept = a;  // narrowing has changed nothing
  kept.emit<"hi">(5);
  f.lobby.compress(false).emit<"hi">(6);
  f.in.run();
  f.clients[1].catch_up();
  CHECK(f.clients[1].all() == packets{R"(2/chat,["hi",0])", R"(2/chat,["hi",5])", R"(2/chat,["hi",6])"});
  f.lobby.volatile_().to("a").emit<"hi">(7);
  f.in.run();
  CHECK(f.clients[1].all() == packets{R"(2/chat,["hi",7])"});
}

TEST_CASE("selection: local ones are all that there are on one server (F-145)") {
  four f;
  f.lobby.to("a").local().emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{1, 1, 0, 0});
  f.lobby.on<"do">([](socket_of<chat>& s, std::string const&) { s.local().emit<"hi">(2); });
  f.clients[0].send(R"(2/chat,["do",""])");
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{0, 1, 1, 1});
}

TEST_CASE("selection: its sockets join and leave, whatever names the rooms (F-148)") {
  four f;
  auto const a = f.lobby.to("a");
  a.sockets_join("c", match(1), std::vector<std::string>{"d", "e"});
  f.lobby.to("e").emit<"hi">(1);
  CHECK(f.who_got(R"(2/chat,["hi",1])") == counts{1, 1, 0, 0});
  f.lobby.to(match(1)).except("b").emit<"hi">(2);
  CHECK(f.who_got(R"(2/chat,["hi",2])") == counts{1, 0, 0, 0});
  a.except(f.ids[1]).sockets_leave("a", "e");
  f.lobby.to("e").emit<"hi">(3);
  CHECK(f.who_got(R"(2/chat,["hi",3])") == counts{0, 1, 0, 0});
  a.sockets_leave("a");  // the room in which they are found
  f.lobby.to("a").emit<"hi">(4);
  CHECK(f.who_got("") == counts{0, 0, 0, 0});
  f.lobby.to("d").emit<"hi">(5);
  CHECK(f.who_got(R"(2/chat,["hi",5])") == counts{1, 1, 0, 0});
}

TEST_CASE("selection: its sockets are disconnected, from their namespace or altogether (F-148)") {
  four f;
  int gone = 0;
  f.lobby.on_disconnect([&](socket_of<chat>&, sio::reason why) {
    CHECK(why == sio::reason::server_namespace_disconnect);
    if (++gone == 1) f.lobby.to("a", "b").disconnect_sockets();  // in the middle
  });
  f.lobby.to("a").disconnect_sockets();
  CHECK(gone == 3);
  CHECK(f.who_got("1/chat,") == counts{1, 1, 1, 0});
  f.lobby.to("a").disconnect_sockets(true);
  f.lobby.to(f.ids[3]).disconnect_sockets(true);
  f.in.run();
  CHECK(f.clients[3].all() == packets{"1/chat,", "closed"});
  CHECK(f.clients[0].all().empty());
}
