// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <socketiopp/engine/reason.hpp>

using socketiopp::reason;

TEST_CASE("reason: in the words of the reference (F-180 to F-188)") {
  CHECK(to_string(reason::transport_error) == "transport error");
  CHECK(to_string(reason::transport_close) == "transport close");
  CHECK(to_string(reason::forced_close) == "forced close");
  CHECK(to_string(reason::ping_timeout) == "ping timeout");
  CHECK(to_string(reason::parse_error) == "parse error");
  CHECK(to_string(reason::server_shutting_down) == "server shutting down");
  CHECK(to_string(reason::forced_server_close) == "forced server close");
  CHECK(to_string(reason::client_namespace_disconnect) == "client namespace disconnect");
  CHECK(to_string(reason::server_namespace_disconnect) == "server namespace disconnect");
  CHECK(to_string(static_cast<reason>(200)) == "unknown");
}

TEST_CASE("reason: one that the reference does not have") {
  CHECK(to_string(reason::slow_consumer) == "slow consumer");
}
