// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"ask", int(int)>>;
  using to_client = sio::events<>;
};

}  // namespace

TEST_CASE("answer: W-172: the first handler that answers acknowledges, whether it returns or takes the ack") {
  world in;
  auto& lobby = in.io.of<chat>("/");
  std::vector<sio::ack<int>> later;
  bool taken = false;
  SUBCASE("returned") {
    lobby.on<"ask">([](int number) { return number + 1; });
    lobby.on<"ask">([&](int, sio::ack<int> reply) { taken = static_cast<bool>(reply); });
  }
  SUBCASE("taken") {
    lobby.on<"ask">([&](int number, sio::ack<int> reply) {
      taken = !reply;
      reply(number + 1);
    });
    lobby.on<"ask">([](int number) { return number + 2; });
  }
  client c(in);
  c.join("/");
  c.send(R"(27["ask",1])");
  CHECK(c.all() == packets{"37[2]"});
  CHECK(!taken);
  c.send(R"(2["ask",1])");
  CHECK(c.all().empty());
}
