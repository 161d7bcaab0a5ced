// SPDX-License-Identifier: MIT
#include <algorithm>
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
  auto const made = protocol::make_websocket_header(binary, size);
  return {made.bytes.begin(), made.bytes.begin() + made.size};
}

std::string expected_header(bool binary, std::uint64_t size) {
  frame::basic_header const basic(binary ? frame::opcode::binary : frame::opcode::text, size, true, false);
  return frame::prepare_header(basic, frame::extended_header(size));
}

static_assert(protocol::make_websocket_header(false, 5).size == 2);
static_assert(protocol::make_websocket_header(false, 5).bytes[0] == 0x81);
static_assert(protocol::make_websocket_header(true, 5).bytes[0] == 0x82);

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

TEST_CASE("websocket_header: bytes that do not belong to it are zero") {
  auto const small = protocol::make_websocket_header(true, 125);
  CHECK(std::all_of(small.bytes.begin() + 2, small.bytes.end(), [](auto byte) { return byte == 0; }));
}
