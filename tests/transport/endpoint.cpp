// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/endpoint.hpp>
#include <socketiopp/transport/loopback.hpp>

using namespace fakes;

namespace {

// Loopback streams from anywhere.
struct remote {
  class stream : public loopback::stream {
  public:
    stream(loopback::stream through, std::string from)
        : loopback::stream(std::move(through)), from_(std::move(from)) {}
    std::string remote_address() const { return from_; }

  private:
    std::string from_;
  };
};

// An endpoint with nothing around it.
struct scene : private engine::place {
  using endpoint_type = transport::endpoint<remote, executor::caller>;

  explicit scene(transport::census::limits most = {}) : site{echo::plain_service(), transport::census(most)} {
    site.served.hooks.on_bound_hit([this](bound_hit const& what) {
      hits.push_back(std::string(to_string(what.which)) + " " + std::string(what.remote_address));
    });
  }

  texts hits;
  executor::caller executor;
  engine::options options;
  engine::turn turn{[this] { executor.post([this] { turn.end(); }); }};
  engine::hub hub{options, turn, [](engine::session&) -> std::unique_ptr<engine::session_user> {
                    return std::make_unique<nobody>();
                  }};
  loopback::network network;
  loopback::listener door{executor, network};
  transport::site<endpoint_type> site;
  endpoint_type endpoint{hub, site, executor, *this};

  struct nobody final : engine::session_user {
    void on_text(std::span<char>) override {}
    void on_binary(std::span<std::byte const>) override {}
    void on_close(reason) override {}
  };

  loopback::client connect(std::string const& from = "127.0.0.1", std::string const& already = {}) {
    door.accept([&](loopback::stream accepted) { endpoint.adopt({std::move(accepted), from}, already); });
    auto made = network.connect();
    executor.run();
    return made;
  }
  void advance(std::chrono::milliseconds by) {
    turn.advance(executor.now());
    executor.advance(by);
    turn.advance(executor.now());
    turn.end();
  }
  /// What the server has said to it.
  static response said_to(loopback::client& client) {
    inbox in;
    in.add(client.read());
    return in.take_response();
  }

private:
  bool here() const override { return true; }
  void post(unique_function<void()> work) override { executor.post(std::move(work)); }
};

}  // namespace

TEST_CASE("endpoint: keeps connections as long as they last") {
  scene s;
  auto one = s.connect();
  auto two = s.connect();
  CHECK(s.endpoint.size() == 2);
  CHECK(s.site.counted.size() == 2);
  one.write(get("/"));
  s.executor.run();
  CHECK(one.read().starts_with("HTTP/1.1 404 "));
  one.close();
  s.executor.run();
  CHECK(s.endpoint.size() == 1);
  CHECK(s.site.counted.size() == 1);
  s.endpoint.close_all();
  CHECK(s.endpoint.size() == 0);
  CHECK(s.site.counted.size() == 0);
  CHECK(two.closed());
  s.executor.run();
}

TEST_CASE("endpoint: each event has the time at which it comes") {
  scene s;
  auto one = s.connect();
  auto const before = s.turn.now();
  s.executor.advance(1s);
  one.write("GET");
  s.executor.run();
  CHECK(s.turn.now() == before + 1s);
}

TEST_CASE("endpoint: who is too many is told so, and told on, and nobody it keeps out") {
  scene s({.all = 2});
  auto one = s.connect();
  auto two = s.connect();
  auto three = s.connect("192.0.2.1");
  auto const answer = s.said_to(three);
  CHECK(answer.status == 503);
  CHECK(answer.body == "Too many connections\n");
  CHECK(answer.has("Connection: close"));
  CHECK(three.ended());
  CHECK(s.hits == texts{"max_connections 192.0.2.1"});
  three.write(get(polling));  // whatever it says
  s.executor.run();
  CHECK(three.read().empty());
  CHECK(s.hub.size() == 0);

  one.close();
  s.executor.run();
  auto four = s.connect();
  four.write(get("/"));
  s.executor.run();
  CHECK(s.said_to(four).status == 404);
  CHECK(s.endpoint.size() == 3);
  s.advance(5s);
  CHECK(three.closed());
  CHECK(!two.closed());
  CHECK(s.endpoint.size() == 2);
}

TEST_CASE("endpoint: too many from one address") {
  scene s({.per_address = 2});
  auto one = s.connect("192.0.2.1");
  auto two = s.connect("192.0.2.1");
  auto three = s.connect("192.0.2.1");
  auto other = s.connect("192.0.2.2");
  CHECK(s.said_to(three).status == 429);
  CHECK(s.hits == texts{"max_connections_per_address 192.0.2.1"});
  CHECK(!other.ended());
  two.close();
  s.executor.run();
  CHECK(!s.connect("192.0.2.1").ended());
}

TEST_CASE("endpoint: trusted proxies, and who has no address, are not counted by address") {
  scene s({.all = 5, .per_address = 1});
  s.site.served.trusted_proxies = http::proxies({"10.0.0.0/8"});
  for (auto const* const from : {"10.1.2.3", "10.1.2.3", "", "", "192.0.2.1"})
    CHECK(!s.connect(from).ended());
  CHECK(s.hits.empty());
  CHECK(s.connect("10.1.2.3").ended());
  CHECK(s.hits == texts{"max_connections 10.1.2.3"});
}

TEST_CASE("endpoint: those who are turned away are no crowd either") {
  scene s({.all = 1});
  auto inside = s.connect();
  std::vector<loopback::client> outside;
  for (int i = 0; i < 1000; ++i) outside.push_back(s.connect());
  CHECK(s.endpoint.size() == 1 + 100);
  CHECK(s.hits.size() == 1000);
  for (std::size_t i = 0; i < outside.size(); ++i) CHECK(outside[i].closed() == (i >= 100));
  CHECK(s.said_to(outside[99]).status == 503);
  CHECK(outside[100].read().empty());
  outside[0].close();
  s.executor.run();
  auto next = s.connect();
  CHECK(s.said_to(next).status == 503);
  s.advance(5s);
  CHECK(s.endpoint.size() == 1);
  CHECK(!inside.closed());
  for (int i = 0; i < 100; ++i) CHECK(!s.connect().closed());
}

TEST_CASE("endpoint: one that was turned away and does not read") {
  scene s({.all = 1});
  auto inside = s.connect();
  s.door.accept([&](loopback::stream accepted) { s.endpoint.adopt({std::move(accepted), "x"}); });
  auto outside = s.network.connect();
  outside.limit(3);
  s.executor.run();
  CHECK(!outside.ended());
  s.advance(5s);
  CHECK(outside.closed());
}

TEST_CASE("endpoint: what somebody has read already comes first, however it is split") {
  auto const whole =
      get("/engine.io/?EIO=4&transport=websocket", websocket_headers) + text_frame("4a") + frame(0x89, "?");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    scene s;
    auto one = s.connect("127.0.0.1", whole.substr(0, size));
    one.write(whole.substr(size));
    s.executor.run();
    inbox in;
    in.add(one.read());
    REQUIRE(in.take_response().status == 101);
    auto const frames = in.take_frames();
    CHECK(std::count(frames.begin(), frames.end(), "[pong:?]") == 1);
    CHECK(s.hub.size() == 1);
  }
}

TEST_CASE("endpoint: what somebody has read already may be the last there is") {
  scene s;
  auto refused = s.connect("127.0.0.1", "nonsense\r\n\r\n");
  CHECK(s.said_to(refused).status == 400);
  CHECK(refused.ended());
  auto asked = s.connect("127.0.0.1", get("/", "Connection: close\r\n"));
  CHECK(s.said_to(asked).status == 404);
  CHECK(asked.ended());
  auto several = s.connect("127.0.0.1", get("/") + get("/") + "GET ");
  inbox in;
  in.add(several.read());
  CHECK(in.take_response().status == 404);
  CHECK(in.take_response().status == 404);
  CHECK(in.rest().empty());
}

TEST_CASE("endpoint: what somebody has read already of a head has its time") {
  scene s;
  auto one = s.connect("127.0.0.1", "GET /");
  s.advance(10s);
  CHECK(s.said_to(one).status == 408);
  CHECK(s.hits == texts{"head_timeout 127.0.0.1"});
}

TEST_CASE("endpoint: whoever comes when the server closes is let in as long as there are sessions") {
  scene s;
  auto before = s.connect();
  before.write("GET /half");
  s.hub.close_all(reason::server_shutting_down);
  auto meanwhile = s.connect("127.0.0.1", get("/"));
  CHECK(s.said_to(meanwhile).has("Connection: close"));
  s.endpoint.wind_down();
  CHECK(s.connect().closed());
  CHECK(s.endpoint.size() == 2);
  CHECK(!before.closed());
}

TEST_CASE(
    "endpoint: closing in order ends those on which nothing is under way, and the others when nothing is") {
  scene s;
  auto idle = s.connect();
  auto kept = s.connect();
  auto half = s.connect();
  auto slow = s.connect();
  auto old = s.connect();
  kept.write(get("/"));
  half.write("GET / HTTP/1.1\r\n");
  slow.limit(10);
  slow.write(get("/"));
  old.write(get("/", "Connection: close\r\n"));
  s.executor.run();
  kept.read();
  s.hub.close_all(reason::server_shutting_down);
  s.endpoint.wind_down();
  CHECK(idle.closed());
  CHECK(kept.closed());
  CHECK(!half.closed());
  CHECK(!slow.closed());
  CHECK(!old.closed());

  half.write("Host: x\r\n\r\n");
  s.executor.run();
  auto const answer = s.said_to(half);
  CHECK(answer.status == 404);
  CHECK(answer.has("Connection: close"));
  CHECK(half.ended());
  for (auto bytes = slow.read(); !bytes.empty(); bytes = slow.read()) s.executor.run();
  s.endpoint.wind_down();
  CHECK(slow.closed());
  s.advance(5s);
  CHECK(s.endpoint.size() == 0);
}
