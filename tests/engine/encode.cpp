// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/encode.hpp>
#include <socketiopp/protocol/payload_v3.hpp>

namespace engine = socketiopp::engine;
using namespace std::chrono_literals;

TEST_CASE("encode: the open packet names the session and its terms (W-001, W-002)") {
  engine::id const session = *engine::id::from("abcdefghij0123456-_Z");
  engine::options terms;
  CHECK(engine::open_packet(session, terms, true).payload() ==
        R"(0{"sid":"abcdefghij0123456-_Z","upgrades":["websocket"],"pingInterval":25000,)"
        R"("pingTimeout":20000,"maxPayload":1000000})");
  terms.ping_interval = 300ms;
  terms.ping_timeout = 200ms;
  terms.max_payload = 5;
  CHECK(
      engine::open_packet(session, terms, false).payload() ==
      R"(0{"sid":"abcdefghij0123456-_Z","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":5})");
}

TEST_CASE("encode: packets of a poll are joined, bytes as base64 (W-040)") {
  std::array const bytes = {std::byte{0}, std::byte{255}, std::byte{0x1e}};
  std::vector const packets = {engine::text_message("a"), engine::binary_message(bytes),
                               engine::binary_message({}), engine::text_packet("2")};
  CHECK(engine::encode_payload(packets) ==
        "4a\x1e"
        "bAP8e\x1e"
        "b\x1e"
        "2");
  CHECK(engine::encode_payload({}).empty());
}

TEST_CASE("encode: packets of a poll in the forms of v3 (W-190, W-193)") {
  std::array const bytes = {std::byte{1}, std::byte{2}};
  std::vector const packets = {engine::text_message("\U0001F600"), engine::binary_message(bytes)};
  using writer = socketiopp::protocol::payload_writer_v3;
  using enum socketiopp::protocol::payload_form;
  CHECK(engine::encode_payload<writer>(packets, text) == "3:4\U0001F6006:b4AQI=");
  CHECK(engine::encode_payload<writer>(packets, binary) ==
        std::string("\0\5\xff", 3) + "4\U0001F600" + "\1\3\xff\4\1\2");
}
