// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/host.hpp>

using namespace fakes;

namespace {

// Clients in every state that a connection can be in.
struct crowd {
  explicit crowd(echo& server) {
    for (int i = 0; i < 9; ++i) all.push_back(std::make_unique<connection>(server));
    all[1]->write("GET /half");
    auto const idle = all[2]->open_polling();
    all[3]->write(get(with_sid(polling, all[3]->open_polling())));  // a poll waits
    all[4]->write(unfinished_post(all[4]->open_polling()));         // a POST arrives
    all[5]->open_websocket();
    all[6]->open_websocket(idle);  // probes
    all[7]->wire.limit(1);         // does not read
    all[7]->wire.write(get(websocket, websocket_headers));
    server.run();
    all[8]->ask("nonsense\r\n\r\n");  // lingers
  }
  std::vector<std::unique_ptr<connection>> all;
};

}  // namespace

TEST_CASE("host: stop ends everything, with a word to those who can hear it") {
  echo server;
  crowd clients(server);
  auto const poll = clients.all[3]->in.rest().size();
  clients.all[5]->frames();
  server.whole().stop();
  CHECK(server.hub().size() == 5);  // not before its work is run
  server.run();
  CHECK(server.endpoint().size() == 0);
  CHECK(server.hub().size() == 0);
  for (auto const& each : clients.all) CHECK(each->wire.closed());
  CHECK(poll == 0);
  CHECK(clients.all[3]->answer().body == "1");  // W-132
  CHECK(clients.all[5]->frames() == texts{"[close:]"});
  CHECK(clients.all[6]->frames() == texts{"[close:]"});
  for (std::size_t i = 5; i < server.log.size(); ++i) CHECK(server.log[i] == "close server shutting down");
  CHECK(server.log.size() == 10);

  connection late(server);
  CHECK(late.wire.closed());
  server.whole().stop();  // again, for nothing
  server.run();
  server.advance(1h);
}

TEST_CASE("host: it may be destroyed with everything open") {
  echo server;
  crowd clients(server);
  for (auto const& each : clients.all) each->wire.write("x");  // work that is not done yet
  SUBCASE("at once") {}
  SUBCASE("while it stops") { server.whole().stop(); }
  SUBCASE("after it has stopped") {
    server.whole().stop();
    server.run();
  }
  server.destroy();
  for (auto const& each : clients.all) {
    CHECK(each->wire.closed());
    each->wire.write("x");
    each->wire.read();
    each->wire.close();
  }
  CHECK(server.network.connect().closed());
}

TEST_CASE("host: work may be posted, and is done in a turn of its own") {
  echo server;
  connection one(server);
  engine::session* session = nullptr;
  server.then_open = [&](engine::session& opened) { session = &opened; };
  one.open_websocket();
  one.frames();
  server.whole().at(0).post([&] { session->send(engine::text_message("hello")); });
  CHECK(one.frames() == texts{"4hello"});
  CHECK(server.whole().at(0).here());
  CHECK(server.whole().size() == 1);
}

TEST_CASE("host: sessions know of the request that opened them") {
  echo server;
  connection one(server);
  std::string known;
  server.then_open = [&](engine::session& opened) {
    known = opened.handshake().url + " " + opened.handshake().remote_address + " " +
            std::string(opened.handshake().header("x-name").value_or("none"));
  };
  one.ask(get("/engine.io/?EIO=4&transport=polling&a=b", "X-Name: y\r\n"));
  CHECK(known == "/engine.io/?EIO=4&transport=polling&a=b 127.0.0.1 y");
}
