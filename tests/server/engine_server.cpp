// SPDX-License-Identifier: MIT
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include <socketiopp/engine_server.hpp>
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/transport/loopback.hpp>

using namespace fakes;

namespace {

struct in_memory : default_policies {
  using transport = socketiopp::transport::loopback;
  using executor = socketiopp::executor::caller;
};

// A server in memory, as `fakes::connection` wants it.
struct scene {
  loopback::network network;
  basic_engine_server<in_memory> io{{.path = "/engine.io/"}};
  texts log;
  scene() {
    io.listen(network);
    io.on_open([this](auto&) { log.emplace_back("open"); });
    io.on_close([this](auto&, reason why) { log.push_back("close " + std::string(to_string(why))); });
    io.on_text([](auto& session, std::string_view text) { session.send(engine::text_message(text)); });
    io.on_binary([](auto& session, auto bytes) { session.send(engine::binary_message(bytes)); });
  }
  void run() { io.run(); }
};

// A WebSocket of a new session.
struct client {
  explicit client(scene& to) : server(to), wire(to.network.connect()) {}
  void write(std::string_view bytes) {
    wire.write(bytes);
    server.run();
    in.add(wire.read());
  }
  void open() {
    write(get(websocket, websocket_headers));
    CHECK(in.take_response().status == 101);
  }
  scene& server;
  loopback::client wire;
  inbox in;
};

}  // namespace

TEST_CASE("engine_server: F-068: messages without Socket.IO") {
  scene server;
  client one(server);
  one.open();
  one.in.take_frames();
  one.write(text_frame("4hello") + binary_frame("bytes"));
  CHECK(one.in.take_frames() == texts{"4hello", "<bytes>"});
  one.write(close_frame());
  CHECK(server.log == texts{"open", "close transport close"});
}

TEST_CASE("engine_server: without handlers it is silent") {
  loopback::network network;
  basic_engine_server<in_memory> io{{.path = "/engine.io/"}};
  io.listen(network);
  auto client = network.connect();
  client.write(get(websocket, websocket_headers) + text_frame("4a") + binary_frame("b") + close_frame());
  io.run();
  inbox in;
  in.add(client.read());
  CHECK(in.take_response().status == 101);
  CHECK(in.take_frames() == texts{"[close:]"});
}

TEST_CASE("engine_server: what a handler throws goes to on_error, and the session goes on") {
  scene server;
  int errors = 0;
  bool silent = false;
  auto const listen = [&] {
    server.io.on_error([&](engine::session& session, std::exception_ptr thrown) {
      ++errors;
      CHECK_THROWS_WITH_AS(std::rethrow_exception(thrown), "oops", std::runtime_error);
      session.send(engine::text_message("sorry"));
      throw 42;
    });
  };
  SUBCASE("with on_error") { listen(); }
  SUBCASE("without") { silent = true; }
  auto const oops = [](auto&&...) { throw std::runtime_error("oops"); };
  server.io.on_open(oops);
  server.io.on_text(oops);
  server.io.on_binary(oops);
  server.io.on_close(oops);
  client one(server);
  one.open();
  one.write(text_frame("4a") + binary_frame("a"));
  auto const frames = one.in.take_frames();
  REQUIRE(!frames.empty());
  CHECK(texts(frames.begin() + 1, frames.end()) == (silent ? texts{} : texts{"4sorry", "4sorry", "4sorry"}));
  CHECK(!one.wire.ended());
  one.write(close_frame());
  CHECK(one.wire.ended());
  CHECK(errors == (silent ? 0 : 4));
}

TEST_CASE("engine_server: a session may be ended in on_open") {
  for (auto const gracefully : {true, false}) {
    CAPTURE(gracefully);
    scene server;
    server.io.on_open([&](engine::session& session) {
      session.send(engine::text_message("bye"));
      gracefully ? session.close(reason::forced_close) : session.abort(reason::forced_close);
    });
    client over_websocket(server), over_polling(server);
    over_websocket.open();
    CHECK(over_websocket.in.take_frames().back() == "[close:]");
    over_websocket.write(text_frame("4a"));
    over_polling.write(get(polling));
    auto const answer = over_polling.in.take_response();
    CHECK(answer.status == 200);
    CHECK(answer.body.ends_with("1"));
    CHECK(server.log == texts{"close forced close", "close forced close"});
    over_websocket.wire.close();
    over_polling.wire.close();
    server.run();
  }
}
