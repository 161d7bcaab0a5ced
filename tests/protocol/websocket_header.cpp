// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <websocketpp/frame.hpp>

#include <socketiopp/protocol/websocket_header.hpp>

namespace protocol = socketiopp::protocol;
namespace frame = websocketpp::frame;

namespace {

std::string header(bool binary, std::uint64_t size) {
  std::array<char, protocol::longest_websocket_header> room;
  char* const payload = room.data() + room.size();
  auto const taken = protocol::put_websocket_header(payload, binary, size);
  return {payload - taken, payload};
}

std::string expected_header(bool binary, std::uint64_t size) {
  frame::basic_header const basic(binary ? frame::opcode::binary : frame::opcode::text, size, true, false);
  return frame::prepare_header(basic, frame::extended_header(size));
}

constexpr bool begins_with(char first, bool binary) {
  std::array<char, protocol::longest_websocket_header> room{};
  return protocol::put_websocket_header(room.data() + room.size(), binary, 5) == 2 && room[8] == first &&
         room[9] == 5;
}
static_assert(begins_with('\x81', false));
static_assert(begins_with('\x82', true));

}  // namespace

TEST_CASE("websocket_header: equal to websocketpp's for every form of length") {
  std::uint64_t const sizes[]{0,
                              1,
                              124,
                              125,
                              126,
                              127,
                              128,
                              255,
                              256,
                              65534,
                              65535,
                              65536,
                              65537,
                              0xffffffff,
                              0x100000000,
                              0x0102030405060708,
                              0x7fffffffffffffff};
  for (auto const size : sizes) {
    CAPTURE(size);
    CHECK(header(false, size) == expected_header(false, size));
    CHECK(header(true, size) == expected_header(true, size));
  }
}

TEST_CASE("websocket_header: equal to websocketpp's for sizes of every magnitude") {
  std::mt19937_64 random(8);
  for (int round = 0; round < 2000; ++round) {
    auto const size = random() >> (1 + random() % 63);
    CAPTURE(size);
    CHECK(header(round % 2 == 0, size) == expected_header(round % 2 == 0, size));
  }
}

TEST_CASE("websocket_header: the examples of RFC 6455 section 5.7") {
  CHECK(header(false, 5) == "\x81\x05");
  CHECK(header(true, 256) == std::string("\x82\x7e\x01\x00", 4));
  CHECK(header(true, 65536) == std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST_CASE("websocket_header: bytes in front of it are left alone") {
  for (std::uint64_t const size : {5u, 1000u, 100000u}) {
    std::array<char, protocol::longest_websocket_header + 1> room;
    room.fill('x');
    auto const taken = protocol::put_websocket_header(room.data() + room.size(), true, size);
    CAPTURE(size);
    CHECK(std::count(room.begin(), room.end() - taken, 'x') == static_cast<int>(room.size()) - taken);
  }
}
