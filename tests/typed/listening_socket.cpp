// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"first", void()>, sio::event<"second", void()>>;
  using to_client = sio::events<>;
};

}  // namespace

TEST_CASE("listening_socket: each has handlers of its own, and most have none") {
  world in;
  packets log;
  int sockets = 0;
  in.io.of<chat>("/").on_connect([&](socket_of<chat>& who) {
    auto const number = std::to_string(++sockets);
    if (sockets == 1) return;
    who.on<"second">([&, number] { log.push_back("second of " + number); });
    if (sockets == 3) who.on<"first">([&, number] { log.push_back("first of " + number); });
  });
  client a(in), b(in), c(in);
  for (auto* const each : {&a, &b, &c}) each->join("/");
  for (auto* const each : {&a, &b, &c}) {
    each->send(R"(2["first"])");
    each->send(R"(2["second"])");
  }
  CHECK(log == packets{"second of 2", "first of 3", "second of 3"});
}
