// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/transport/endpoint.hpp>
#include <socketiopp/transport/loopback.hpp>

using namespace fakes;

namespace {

// An endpoint with nothing around it.
struct scene {
  executor::caller executor;
  engine::options options;
  transport::service served = echo::plain_service();
  engine::turn turn{[this] { executor.post([this] { turn.end(); }); }};
  engine::hub hub{options, turn, [](engine::session&) -> std::unique_ptr<engine::session_user> {
                    return std::make_unique<nobody>();
                  }};
  loopback::network network;
  loopback::listener door{executor, network};
  transport::endpoint<loopback, executor::caller> endpoint{hub, served, executor};

  struct nobody final : engine::session_user {
    void on_text(std::span<char>) override {}
    void on_binary(std::span<std::byte const>) override {}
    void on_close(reason) override {}
  };

  loopback::client connect() {
    door.accept([this](loopback::stream accepted) { endpoint.adopt(std::move(accepted)); });
    return network.connect();
  }
};

}  // namespace

TEST_CASE("endpoint: keeps connections as long as they last") {
  scene s;
  auto one = s.connect();
  auto two = s.connect();
  CHECK(s.endpoint.size() == 2);
  one.write(get("/"));
  s.executor.run();
  CHECK(one.read().starts_with("HTTP/1.1 404 "));
  one.close();
  s.executor.run();
  CHECK(s.endpoint.size() == 1);
  s.endpoint.close_all();
  CHECK(s.endpoint.size() == 0);
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
