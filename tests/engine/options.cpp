// SPDX-License-Identifier: MIT
#include <chrono>

#include <doctest/doctest.h>

#include <socketiopp/engine/options.hpp>

using namespace std::chrono_literals;

TEST_CASE("options: the defaults are the reference's (F-001, F-005 to F-011)") {
  socketiopp::engine::options const defaults;
  CHECK(defaults.path == "/engine.io/");
  CHECK((defaults.ping_interval == 25s));
  CHECK((defaults.ping_timeout == 20s));
  CHECK((defaults.upgrade_timeout == 10s));
  CHECK(defaults.max_payload == 1'000'000);
  CHECK(defaults.polling);
  CHECK(defaults.websocket);
  CHECK(defaults.allow_upgrades);
  CHECK(defaults.initial_packet.empty());
}

TEST_CASE("options: a client that does not read is closed, and not for what one message may be") {
  socketiopp::engine::options const defaults;
  CHECK((defaults.on_overflow == socketiopp::overflow::close));
  CHECK(defaults.max_queued_bytes > 10 * defaults.max_payload);
}
