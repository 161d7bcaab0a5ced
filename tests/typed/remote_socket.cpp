// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>
#include <socketiopp/typed/remote_socket.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;
using namespace std::chrono_literals;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"rename", void(std::string)>>;
  using to_client = sio::events<sio::event<"hi", void(int)>, sio::event<"sure", bool(std::string question)>>;
  struct data {
    std::string name = "nobody";
  };
};

using remote = sio::remote_socket<chat, policies>;

/// A client and what the server knows of it, and another client.
struct pair {
  world in{{.ping_interval = 1h}};
  namespace_of<chat>& lobby = in.io.of<chat>("/chat");
  client one{in, "&token=x"}, other{in};
  std::string id;
  std::vector<remote> found;
  packets answers;

  pair() {
    lobby.on_connect([](socket_of<chat>& s) { s.join("a"); });
    lobby.on<"rename">([](socket_of<chat>& s, std::string name) { s.data().name = std::move(name); });
    id = one.join("/chat");
    other.join("/chat");
    lobby.in(id).fetch_sockets([this](std::error_code, std::vector<remote> all) { found = std::move(all); });
    REQUIRE(found.size() == 1);
  }

  auto note() {
    return [this](std::error_code error, bool yes) {
      answers.push_back(error ? error.message() : yes ? "yes" : "no");
    };
  }
};

constexpr auto first_id = "1073741824";

}  // namespace

TEST_CASE("remote_socket: what was known when it was asked for (F-134)") {
  pair f;
  auto const seen = f.found[0];
  CHECK(seen.id() == f.id);
  CHECK(seen.nsp() == "/chat");
  CHECK(seen.rooms() == packets{f.id, "a"});
  CHECK(seen.handshake().query().find("token=x") != std::string::npos);
  CHECK(seen.data().name == "nobody");
  f.one.send(R"(2/chat,["rename","anna"])");
  f.found[0].join("b");
  CHECK(seen.data().name == "nobody");
  CHECK(seen.rooms().size() == 2);
}

TEST_CASE("remote_socket: emits, joins and leaves for that socket alone") {
  pair f;
  auto& there = f.found[0];
  there.emit<"hi">(1);
  there.emit("hi"_ev, 2);
  f.in.run();
  CHECK(f.one.all() == packets{R"(2/chat,["hi",1])", R"(2/chat,["hi",2])"});
  there.join("b", std::vector<std::string>{"c", "d"});
  f.lobby.to("d").emit<"hi">(3);
  there.leave("d");
  f.lobby.to("d").emit<"hi">(4);
  f.lobby.to("c").emit<"hi">(5);
  f.in.run();
  CHECK(f.one.all() == packets{R"(2/chat,["hi",3])", R"(2/chat,["hi",5])"});
  CHECK(f.other.all().empty());
}

TEST_CASE("remote_socket: asks for one answer") {
  pair f;
  auto& there = f.found[0];
  there.emit_with_ack<"sure">("?", f.note());
  f.in.run();
  CHECK(f.one.all() == packets{std::string("2/chat,") + first_id + R"(["sure","?"])"});
  f.one.send(std::string("3/chat,") + first_id + "[true]");
  CHECK(f.answers == packets{"yes"});
  there.timeout(2s).emit_with_ack<"sure">("?", f.note());
  f.in.advance(3s);
  there.emit_with_ack<"sure">("?", f.note());
  f.one.send("3/chat,1073741826[7]");
  CHECK(f.answers == packets{"yes", "no acknowledgement came in time", "the payload does not fit the event"});
}

TEST_CASE("remote_socket: somebody else in the room of its name does not answer for it") {
  pair f;
  f.lobby.sockets_join(f.id);
  f.found[0].emit_with_ack<"sure">("?", f.note());
  f.other.send(std::string("3/chat,") + first_id + "[false]");
  f.one.send(std::string("3/chat,") + first_id + "[true]");
  CHECK(f.answers == packets{"yes"});
}

TEST_CASE("remote_socket: disconnects, and of one that is gone nothing comes") {
  pair f;
  auto& there = f.found[0];
  SUBCASE("from the namespace") {
    there.disconnect();
    f.in.run();
    CHECK(f.one.all() == packets{"1/chat,"});
  }
  SUBCASE("altogether") {
    there.disconnect(true);
    f.in.run();
    CHECK(f.one.all() == packets{"1/chat,", "closed"});
  }
  SUBCASE("by itself") { f.one.close(); }
  there.emit<"hi">(1);
  there.join("b");
  there.leave("a");
  there.disconnect(true);
  there.emit_with_ack<"sure">("?", f.note());
  CHECK(f.answers == packets{"the socket is disconnected"});
  f.lobby.emit<"hi">(2);
  f.in.run();
  CHECK(f.other.all() == packets{R"(2/chat,["hi",2])"});
}

TEST_CASE("remote_socket: fails at once when the socket goes meanwhile (F-155)") {
  pair f;
  f.found[0].emit_with_ack<"sure">("?", f.note());
  f.one.close();
  CHECK(f.answers == packets{"the socket is disconnected"});
}
