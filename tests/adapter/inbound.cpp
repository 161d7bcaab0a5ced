// SPDX-License-Identifier: MIT
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "cluster.hpp"
#include <socketiopp/error.hpp>

using namespace adapter_tests;

TEST_CASE("inbound: what is emitted reaches the clients of all servers, each once (F-210)") {
  cluster c;
  c.lobbies[0]->emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {hi7}, {hi7}});
  c.lobbies[1]->to("a").to(c.ids[0]).emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {}, {hi7}});
  c.lobbies[2]->except("a").emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{}, {hi7}, {}});
  c.lobbies[2]->to(c.ids[2]).emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{}, {}, {hi7}});
}

TEST_CASE("inbound: local stays on this server (F-145)") {
  cluster c;
  c.lobbies[0]->local().emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {hi7}, {}});
  c.lobbies[2]->local().emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{}, {}, {}});
  c.lobbies[0]->local().sockets_join("c");
  c.lobbies[0]->to("c").emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {hi7}, {}});
}

TEST_CASE("inbound: a socket's broadcast leaves it out, and binary arrives whole") {
  cluster c;
  c.lobbies[0]->on<"do">(
      [](chat_socket& s, std::string const&) { s.broadcast().emit<"bytes">(sio::binary("x")); });
  c.clients[0].send(R"(2/chat,["do",""])");
  packets const bytes{R"(51-/chat,["bytes",{"_placeholder":true,"num":0}])", "binary:x"};
  CHECK(c.got() == std::vector<packets>{{}, bytes, bytes});
}

TEST_CASE("inbound: the namespaces of other names hear nothing") {
  cluster c;
  c.servers[0]->io.of<chat>("/other").emit<"hi">(1);
  c.servers[0]->io.emit("news", 1);
  CHECK(c.got() == std::vector<packets>{{}, {}, {}});
}

TEST_CASE("inbound: sockets elsewhere join, leave and go (F-148)") {
  cluster c;
  c.lobbies[1]->to("a").sockets_join("x", "y");
  c.lobbies[2]->to("x").emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {}, {hi7}});
  c.lobbies[2]->to(c.ids[0]).sockets_leave("x");
  c.lobbies[2]->to("x").emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{}, {}, {hi7}});
  c.lobbies[1]->to("b").disconnect_sockets();
  CHECK(c.got() == std::vector<packets>{{}, {"1/chat,"}, {}});
  c.lobbies[0]->disconnect_sockets(true);
  auto const got = c.got();
  CHECK(got[0].back() == "closed");
  CHECK(got[2].back() == "closed");
}

TEST_CASE("inbound: fetch_sockets lists those of all servers, with their typed data (F-211)") {
  cluster c;
  std::vector<sio::remote_socket<chat, policies>> found;
  c.lobbies[2]->to("a").fetch_sockets([&](std::error_code error, auto all) {
    CHECK_FALSE(error);
    found = std::move(all);
  });
  c.run();
  REQUIRE(found.size() == 2);
  CHECK(found[0].id() == c.ids[0]);
  CHECK(found[0].data().name == "client 0");
  CHECK(found[0].rooms() == std::vector<std::string>{c.ids[0], "a"});
  CHECK(found[0].handshake().header("host") == "test");
  CHECK(found[1].data().score == 2);

  found[1].emit<"hi">(7);
  found[0].join("z");
  c.lobbies[1]->to("z").emit<"hi">(7);
  CHECK(c.got() == std::vector<packets>{{hi7}, {}, {hi7}});
  found[1].disconnect();
  CHECK(c.got() == std::vector<packets>{{}, {}, {"1/chat,"}});
}

TEST_CASE("inbound: what servers do not answer is an error next to what is known") {
  cluster c;
  c.in.broken = true;
  std::error_code listed;
  std::size_t found = 0;
  c.lobbies[0]->fetch_sockets([&](std::error_code error, auto all) {
    listed = error;
    found = all.size();
  });
  std::error_code asked;
  sio::responses<int> heard;
  c.lobbies[0]->to("a").emit_with_ack<"sure?">("?", [&](std::error_code error, sio::responses<int> all) {
    asked = error;
    heard = std::move(all);
  });
  CHECK(c.got()[0] == packets{R"(2/chat,1073741824["sure?","?"])"});
  c.clients[0].send("3/chat,1073741824[1]");
  c.run();
  CHECK(listed == sio::errc::no_answer);
  CHECK(found == 2);
  CHECK(asked == sio::errc::no_answer);
  REQUIRE(heard.answers.size() == 1);
  CHECK(heard.answers[0].id == c.ids[0]);
}

TEST_CASE("inbound: acknowledgements come from all servers, with who gave them (F-159)") {
  cluster c;
  std::optional<sio::responses<int>> heard;
  std::error_code wrong;
  c.lobbies[0]->emit_with_ack<"sure?">("?", [&](std::error_code error, sio::responses<int> all) {
    wrong = error;
    heard = std::move(all);
  });
  c.got();
  CHECK(c.in.counted == 1);
  c.clients[2].send("3/chat,1073741824[2]");
  c.clients[0].send("3/chat,1073741824[0]");
  c.run();
  CHECK_FALSE(heard);
  c.clients[1].send("3/chat,1073741824[1]");
  c.run();
  REQUIRE(heard);
  CHECK_FALSE(wrong);
  REQUIRE(heard->answers.size() == 3);
  CHECK(heard->answers[0].id == c.ids[2]);
  CHECK(heard->answers[0].value == 2);
  CHECK(heard->missing.empty());
}

TEST_CASE("inbound: one by one; who is late, goes or answers nonsense elsewhere is named") {
  cluster c;
  std::vector<std::string> log;
  auto const ask = [&] {
    c.lobbies[1]->timeout(5s).emit_with_each_ack<"sure?">(
        "?",
        [&](std::string_view id, std::error_code error, int value) {
          for (std::size_t i = 0; i < c.ids.size(); ++i)
            if (c.ids[i] == id)
              log.push_back(std::to_string(i) + ": " + (error ? error.message() : std::to_string(value)));
        },
        [&](std::error_code error) { log.push_back(error ? "not all" : "all"); });
  };
  ask();
  c.clients[0].send("3/chat,1073741824[10]");
  c.clients[1].close();
  c.clients[2].send("3/chat,1073741824[12]");
  c.run();
  CHECK(log == std::vector<std::string>{"0: 10", "1: " + make_error_code(sio::errc::disconnected).message(),
                                        "2: 12", "not all"});
  log.clear();
  ask();
  c.clients[0].send(R"(3/chat,1073741825["no"])");
  c.run();
  c.advance(6s);
  CHECK(log == std::vector<std::string>{"0: " + make_error_code(sio::errc::payload_mismatch).message(),
                                        "2: " + make_error_code(sio::errc::no_answer).message(), "not all"});
}

TEST_CASE("inbound: a remote socket answers for itself") {
  cluster c;
  std::vector<sio::remote_socket<chat, policies>> found;
  c.lobbies[2]->to("b").fetch_sockets([&](std::error_code, auto all) { found = std::move(all); });
  c.run();
  REQUIRE(found.size() == 1);
  int answered = 0;
  found[0].emit_with_ack<"sure?">("?",
                                  [&](std::error_code error, int value) { answered = error ? -1 : value; });
  CHECK(c.got() == std::vector<packets>{{}, {R"(2/chat,1073741824["sure?","?"])"}, {}});
  c.clients[1].send("3/chat,1073741824[5]");
  c.run();
  CHECK(answered == 5);
}

TEST_CASE(
    "inbound: servers count, come and go (F-215); what is awaited of one that goes is dropped with it") {
  cluster c;
  std::size_t count = 0;
  auto const counted = [&](std::error_code, std::size_t servers) { count = servers; };
  c.lobbies[0]->server_count(counted);
  CHECK(count == 3);
  c.lobbies[2]->emit_with_ack<"sure?">("?", [](std::error_code, auto) { FAIL("told"); });
  c.lobbies[2]->fetch_sockets([](std::error_code, auto) {});
  c.servers[2].reset();
  c.clients[0].send("3/chat,1073741824[1]");
  c.run();
  c.lobbies[0]->server_count(counted);
  CHECK(count == 2);
  c.lobbies[0]->emit<"hi">(7);
  CHECK(c.got()[2].back() == hi7);
}

TEST_CASE("inbound: who wants to know hears of rooms that come and go (F-213)") {
  cluster c;
  CHECK(c.in.rooms == std::vector<std::string>{"+a", "+b", "+a"});
  c.in.rooms.clear();
  c.lobbies[0]->to("a").sockets_join("b", "c");
  c.lobbies[0]->to("a").sockets_leave("b");
  c.lobbies[0]->to("b").sockets_leave("b");
  c.clients[2].close();
  CHECK(c.in.rooms == std::vector<std::string>{"+b", "+c", "+c", "-b", "-b", "-a", "-c"});
}
