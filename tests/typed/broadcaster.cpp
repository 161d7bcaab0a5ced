// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/typed/broadcaster.hpp>

using namespace typed_tests;
using namespace std::chrono_literals;

namespace {

struct chat {
  using to_server = sio::events<>;
  using to_client = sio::events<sio::event<"hi", void(int)>>;
};

}  // namespace

TEST_CASE("broadcaster: the server means the main namespace (F-086, F-087, F-090)") {
  world in;
  auto& lobby = in.io.of<chat>("/");
  in.io.of<chat>("/other");
  client one(in), two(in);
  auto const first = one.join("/");
  two.join("/");
  two.join("/other");
  in.io.emit("news", 1);
  in.io.to(first).emit("to", 2);
  in.io.in(first).emit("in", 2);
  in.io.except(first).emit("except", 3);
  in.io.local().emit("local", 4);
  in.io.volatile_().emit("volatile", 5);
  in.io.compress(false).emit("plain", 6);
  lobby.emit<"hi">(7);
  in.run();
  CHECK(one.all() == packets{R"(2["news",1])", R"(2["to",2])", R"(2["in",2])", R"(2["local",4])",
                             R"(2["volatile",5])", R"(2["plain",6])", R"(2["hi",7])"});
  CHECK(two.all() == packets{R"(2["news",1])", R"(2["except",3])", R"(2["local",4])", R"(2["volatile",5])",
                             R"(2["plain",6])", R"(2["hi",7])"});
}

TEST_CASE("broadcaster: the server asks the main namespace (F-095)") {
  world in;
  in.io.of<chat>("/");
  client one(in);
  auto const id = one.join("/");
  packets heard;
  in.io.emit_with_ack("sure?", [&](std::error_code error, sio::responses<sio::arguments> all) {
    CHECK(!error);
    CHECK(all.answers.at(0).id == id);
    heard.push_back(std::to_string(all.answers[0].value.get<int>(0)));
  });
  in.run();
  CHECK(one.all() == packets{R"(21073741824["sure?"])"});
  one.send("31073741824[7]");
  CHECK(heard == packets{"7"});
  in.io.timeout(1s).emit_with_each_ack(
      "sure?", [&](std::string_view, std::error_code, sio::arguments) { heard.emplace_back("each"); },
      [&](std::error_code) { heard.emplace_back("done"); });
  in.advance(2s);
  CHECK(heard == packets{"7", "each", "done"});
}

TEST_CASE("broadcaster: the main namespace is made if it is not there") {
  world in;
  in.io.emit("nobody", 1);
  client one(in);
  one.join("/");
  in.io.of<sio::any>("/").emit("any", 2);
  in.run();
  CHECK(one.all() == packets{R"(2["any",2])"});
}

TEST_CASE("broadcaster: everybody joins, leaves, is listed and goes (F-091)") {
  world in;
  auto& lobby = in.io.of<chat>("/");
  client one(in), two(in);
  auto const first = one.join("/");
  two.join("/");
  lobby.sockets_join("a", "b");
  in.io.sockets_leave("b");
  lobby.in(first).sockets_leave("a");
  lobby.to("a").emit<"hi">(1);
  lobby.to("b").emit<"hi">(2);
  in.run();
  CHECK(one.all().empty());
  CHECK(two.all() == packets{R"(2["hi",1])"});
  std::size_t found = 0;
  in.io.fetch_sockets([&](std::error_code, std::vector<sio::remote_socket<sio::any, policies>> all) {
    found = all.size();
    all.at(0).emit("to one", 3);
  });
  CHECK(found == 2);
  in.run();
  CHECK(one.all() == packets{R"(2["to one",3])"});
  in.io.in(first).disconnect_sockets();
  in.run();
  CHECK(one.all() == packets{"1"});
  in.io.disconnect_sockets(true);
  in.run();
  CHECK(two.all() == packets{"1", "closed"});
}
