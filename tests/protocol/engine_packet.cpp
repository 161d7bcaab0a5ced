// SPDX-License-Identifier: MIT
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/engine_packet.hpp>

namespace protocol = socketiopp::protocol;
using protocol::engine_type;

static_assert(protocol::decode_engine_packet("2probe")->data == "probe");

TEST_CASE("engine_packet: the seven types (W-060)") {
  struct {
    std::string_view text;
    engine_type type;
  } const types[]{{"0{}", engine_type::open}, {"1{}", engine_type::close},   {"2{}", engine_type::ping},
                  {"3{}", engine_type::pong}, {"4{}", engine_type::message}, {"5{}", engine_type::upgrade},
                  {"6{}", engine_type::noop}};
  for (auto const& [text, type] : types) {
    auto const packet = protocol::decode_engine_packet(text);
    REQUIRE(packet);
    CHECK(packet->type == type);
    CHECK(static_cast<char>(type) == text.front());
    CHECK_FALSE(packet->binary);
    CHECK(packet->data == "{}");
  }
}

TEST_CASE("engine_packet: the type alone has empty data") {
  auto const ping = protocol::decode_engine_packet("2");
  REQUIRE(ping);
  CHECK(ping->data.empty());
}

TEST_CASE("engine_packet: an empty text and unknown types are refused (W-060)") {
  CHECK_FALSE(protocol::decode_engine_packet(""));
  for (int byte = 0; byte < 256; ++byte) {
    auto const type = static_cast<char>(byte);
    bool const known = std::string_view("0123456b").find(type) != std::string_view::npos;
    CAPTURE(byte);
    CHECK(protocol::decode_engine_packet(std::string{type}).has_value() == known);
    CHECK(protocol::decode_engine_packet(std::string{type, '4'}).has_value() == known);
  }
}

TEST_CASE("engine_packet: b is a binary message, its data still base64 (W-066)") {
  auto const packet = protocol::decode_engine_packet("bAQIDBA==");
  REQUIRE(packet);
  CHECK(packet->type == engine_type::message);
  CHECK(packet->binary);
  CHECK(packet->data == "AQIDBA==");
  auto const empty = protocol::decode_engine_packet("b");
  REQUIRE(empty);
  CHECK(empty->binary);
  CHECK(empty->data.empty());
}

TEST_CASE("engine_packet: data is a view of all that follows the type, whatever it is") {
  std::mt19937 random(5);
  for (int round = 0; round < 1000; ++round) {
    std::vector<char> text(1 + random() % 20);
    for (auto& character : text) character = static_cast<char>(random() & 0xff);
    text[0] = "0123456b"[random() % 8];
    auto const packet = protocol::decode_engine_packet({text.data(), text.size()});
    REQUIRE(packet);
    CHECK(packet->data.data() == text.data() + 1);
    CHECK(packet->data.size() == text.size() - 1);
  }
}
