// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/transport/wire.hpp>

using namespace fakes;

namespace {

constexpr std::size_t large = 100'000;

// Serves a large file.
transport::service files() {
  auto serving = echo::plain_service();
  serving.fallback = [](http::request const&, http::response& answer) {
    answer.body = std::string(large, 'x');
  };
  return serving;
}

}  // namespace

TEST_CASE("wire: who reads slowly, but reads, gets everything") {
  echo server({}, files());
  connection one(server);
  one.wire.limit(1000);
  std::string headers;
  SUBCASE("and then the end") { headers = "Connection: close\r\n"; }
  SUBCASE("and the connection goes on") {}
  one.wire.write(get("/x", headers));
  server.run();
  std::string got;
  for (int i = 0; i < 200 && got.size() < large; ++i) {
    got += one.wire.read();
    server.run();
    server.advance(4s);
  }
  one.in.add(got);
  CHECK(one.answer().body == std::string(large, 'x'));
  CHECK(one.wire.ended() == !headers.empty());
  CHECK(!one.wire.closed());
  server.advance(headers.empty() ? 60s : 5s);
  CHECK(one.wire.closed());
}

TEST_CASE("wire: who does not read is let go") {
  echo server({}, files());
  connection one(server);
  one.wire.limit(1000);
  std::string headers;
  auto patience = 60s;
  SUBCASE("after its last answer") {
    headers = "Connection: close\r\n";
    patience = 5s;
  }
  SUBCASE("after another") {}
  one.wire.write(get("/x", headers));
  server.run();
  server.advance(patience - 1ms);
  CHECK(!one.wire.closed());
  server.advance(1ms);
  CHECK(one.wire.closed());
  CHECK(one.wire.read().size() == 1000);
}

TEST_CASE("wire: what comes after the end is not heard, and does not keep the connection") {
  echo server({}, files());
  connection one(server);
  one.ask(get("/x", "Connection: close\r\n"));
  CHECK(one.wire.ended());
  for (int i = 0; i < 4; ++i) {
    one.write(get(polling));
    server.advance(1s);
  }
  CHECK(one.in.rest().empty());
  CHECK(server.log.empty());
  CHECK(!one.wire.closed());
  server.advance(1s);
  CHECK(one.wire.closed());
}

TEST_CASE("wire: a peer that fails while it is written to ends the connection") {
  echo server({}, files());
  connection one(server);
  one.wire.limit(1000);
  one.wire.write(get("/x"));
  server.run();
  one.close();
  CHECK(one.wire.closed());
  CHECK(server.endpoint().size() == 0);
}

TEST_CASE("wire: a stream that fails at once leaves nothing behind") {
  echo server({}, files());
  connection one(server);
  one.wire.write(get("/x"));
  one.wire.close();  // read and write fail in the same turn
  server.run();
  CHECK(server.endpoint().size() == 0);
  server.advance(1h);
}

TEST_CASE("wire: one peer that sends much does not keep the others waiting") {
  texts asked;
  auto serving = echo::plain_service();
  serving.limits.body = 10'000'000;
  serving.fallback = [&](http::request const& which, http::response&) { asked.push_back(which.path); };
  echo server({}, std::move(serving));
  connection flood(server), other(server);
  flood.wire.write(post("/flood", std::string(9'000'000, 'x')));
  other.wire.write(get("/other"));
  server.run();
  CHECK(asked == texts{"/other", "/flood"});
}

TEST_CASE("wire: events after the end of the server are harmless") {
  echo server({}, files());
  connection one(server), two(server);
  one.wire.limit(10);
  one.wire.write(get("/x"));
  server.run();
  two.wire.write(get("/x"));
  server.destroy();
  one.wire.read();
  one.wire.write("x");
  two.wire.close();
  CHECK(one.wire.closed());
  CHECK(two.wire.closed());
}
