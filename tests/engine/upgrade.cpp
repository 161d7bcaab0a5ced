// SPDX-License-Identifier: MIT
#include <chrono>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/upgrade.hpp>

using namespace engine_test;

namespace {

constexpr engine::time_point start{1h};
constexpr auto never = engine::time_point::max();

struct fixture {
  engine::upgrade upgrade;
  socket_link socket, other;
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "upgrade: nothing is to be done where there is none") {
  CHECK_FALSE(upgrade.under_way());
  CHECK_FALSE(upgrade.is(socket));
  CHECK_FALSE(upgrade.probed());
  upgrade.poll_waits(start);
  upgrade.give_up();
  CHECK(upgrade.end() == nullptr);
  CHECK(upgrade.due() == never);
  CHECK_FALSE(upgrade.wants_noop(start + 24h));
  CHECK_FALSE(upgrade.too_late(start + 24h));
}

TEST_CASE_FIXTURE(fixture, "upgrade: from the probe to the new transport (W-100, W-104)") {
  upgrade.begin(socket, start + 10s);
  CHECK(upgrade.under_way());
  CHECK(upgrade.is(socket));
  CHECK_FALSE(upgrade.is(other));
  upgrade.poll_waits(start);  // not before the probe is answered
  CHECK(upgrade.due() == start + 10s);

  upgrade.answer_probe();
  CHECK(socket.sent == texts{"3probe"});
  CHECK(upgrade.probed());
  upgrade.poll_waits(start + 1s);
  CHECK(upgrade.due() == start + 1100ms);
  CHECK_FALSE(upgrade.wants_noop(start + 1099ms));
  CHECK(upgrade.wants_noop(start + 1100ms));
  upgrade.poll_ended();
  CHECK_FALSE(upgrade.wants_noop(start + 9s));
  CHECK(upgrade.due() == start + 10s);

  upgrade.poll_waits(start + 2s);
  CHECK(upgrade.end() == &socket);
  CHECK_FALSE(socket.over());
  CHECK_FALSE(upgrade.under_way());
  CHECK_FALSE(upgrade.probed());
  CHECK(upgrade.due() == never);
}

TEST_CASE_FIXTURE(fixture, "upgrade: takes too long (W-107)") {
  upgrade.begin(socket, start + 10s);
  CHECK_FALSE(upgrade.too_late(start + 9999ms));
  CHECK(upgrade.too_late(start + 10s));
}

TEST_CASE_FIXTURE(fixture, "upgrade: closes the WebSocket when it is given up, and another one may come") {
  upgrade.begin(socket, start + 10s);
  upgrade.answer_probe();
  upgrade.poll_waits(start);
  upgrade.give_up();
  CHECK(socket.closed);
  CHECK(socket.close_code == engine::no_status);
  CHECK(upgrade.due() == never);
  upgrade.give_up();

  upgrade.begin(other, start + 20s);
  CHECK(upgrade.is(other));
  CHECK_FALSE(upgrade.is(socket));
  CHECK_FALSE(upgrade.probed());
  CHECK(upgrade.due() == start + 20s);
}

TEST_CASE_FIXTURE(fixture, "upgrade: knows how its WebSocket speaks") {
  upgrade.begin(socket, start + 10s, {.v3 = true, .base64 = true});
  CHECK(upgrade.speaks().v3);
  CHECK(upgrade.speaks().base64);
  upgrade.answer_probe();
  CHECK(upgrade.speaks().base64);
  CHECK(upgrade.end() == &socket);
  upgrade.begin(other, start + 20s);
  CHECK_FALSE(upgrade.speaks().v3);
}
