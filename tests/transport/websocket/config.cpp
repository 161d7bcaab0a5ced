// SPDX-License-Identifier: MIT
#include <socketiopp/transport/websocket/config.hpp>

#ifdef BOOST_CONFIG_HPP
#error "websocketpp is to use the standard library, not Boost"
#endif

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include "../toy_compressor.hpp"

using socketiopp::transport::websocket::processor;
using namespace std::literals;

namespace {

// Reads until a message is complete, a fault is found or nothing is left. The mask of all frames here is 0.
std::uint16_t read(processor& reader, std::string_view text, std::string* message = nullptr) {
  std::string copy(text);
  std::span<char> bytes(copy);
  while (!bytes.empty()) {
    if (auto const fault = reader.read(bytes)) return fault;
    if (auto const found = reader.get_message(); found && message) *message = found->get_payload();
  }
  return 0;
}

}  // namespace

TEST_CASE("processor: a step takes two bytes, then the rest of the header, then payload") {
  processor reader(100);
  auto stream = "\x81\x83\0\0\0\0abc\x81\x80"s;
  std::span<char> bytes(stream);
  for (auto const left : {std::size_t{9}, std::size_t{5}, std::size_t{2}}) {
    CHECK_FALSE(reader.get_message());
    CHECK(reader.read(bytes) == 0);
    CHECK(bytes.size() == left);
  }
  auto const message = reader.get_message();
  REQUIRE(message);
  CHECK(message->get_payload() == "abc");
}

TEST_CASE("processor: idle between two messages only") {
  processor reader(100);
  CHECK(reader.idle());
  CHECK(read(reader, "\x81"sv) == 0);
  CHECK_FALSE(reader.idle());
  CHECK(read(reader, "\x80\0\0\0\0"sv) == 0);
  CHECK(reader.idle());
  CHECK(read(reader, "\x01\x80\0\0\0\0"sv) == 0);
  CHECK_FALSE(reader.idle());
  CHECK(read(reader, "\x89\x80\0\0\0\0"sv) == 0);  // a ping within the fragments
  CHECK_FALSE(reader.idle());
  CHECK(read(reader, "\x80\x80\0\0\0\0"sv) == 0);
  CHECK(reader.idle());
}

TEST_CASE("processor: text may not end within a character in its last fragment") {
  processor reader(100);
  CHECK(read(reader, "\x01\x81\0\0\0\0\xc3"sv) == 0);
  SUBCASE("complete") {
    std::string message;
    CHECK(read(reader, "\x80\x81\0\0\0\0\xa9"sv, &message) == 0);
    CHECK(message == "\xc3\xa9");
  }
  SUBCASE("cut off") { CHECK(read(reader, "\x80\x80\0\0\0\0"sv) == 1007); }
}

TEST_CASE("processor: a length of 2^63 or more is a fault of the protocol, whatever it adds up to") {
  processor reader(100);
  SUBCASE("first frame") { CHECK(read(reader, "\x82\xff\x80\0\0\0\0\0\0\0\0\0\0\0"sv) == 1002); }
  SUBCASE("first byte of the length") { CHECK(read(reader, "\x82\xff\x80"sv) == 1002); }
  SUBCASE("a continuation that wraps the sum of the fragments around to 0") {
    CHECK(read(reader, "\x02\x82\0\0\0\0ab"sv) == 0);
    CHECK(read(reader, "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xfe\0\0\0\0more"sv) == 1002);
  }
}

TEST_CASE("processor: the bound is for the message") {
  processor reader(4);
  SUBCASE("one frame") { CHECK(read(reader, "\x82\x85\0\0\0\0"sv) == 1009); }
  SUBCASE("fragments") {
    CHECK(read(reader, "\x02\x83\0\0\0\0abc"sv) == 0);
    CHECK(read(reader, "\x80\x82\0\0\0\0"sv) == 1009);
  }
  SUBCASE("just within") { CHECK(read(reader, "\x02\x83\0\0\0\0abc\x80\x81\0\0\0\0d"sv) == 0); }
}

TEST_CASE("processor: a length that is not minimal is the client's fault") {
  processor reader(100'000);
  CHECK(read(reader, "\x82\xfe\0\x7d\0\0\0\0"sv) == 1002);
}

TEST_CASE("processor: a compressed message is inflated when it is complete") {
  toy_compressor with;
  processor reader(100, &with);
  std::string message;
  CHECK(read(reader, "\x41\x82\0\0\0\0\x02\xc3"sv) == 0);  // no UTF-8, but no text yet either
  CHECK_FALSE(reader.idle());
  CHECK(read(reader, "\x00\x81\0\0\0\0\x02"sv, &message) == 0);
  CHECK(message.empty());
  SUBCASE("to text") { CHECK(read(reader, "\x80\x81\0\0\0\0\xa9"sv, &message) == 1007); }
  SUBCASE("to too much") { CHECK(read(reader, "\x80\x83\0\0\0\0\xa9\x7fx"sv, &message) == 1009); }
  SUBCASE("to nothing") { CHECK(read(reader, "\x80\x80\0\0\0\0"sv, &message) == 1007); }
}

TEST_CASE("processor: the kind of a message is that of its first frame, compressed or not") {
  toy_compressor with;
  processor reader(100, &with);
  for (auto const& [stream, opcode] :
       {std::pair{"\xc1\x82\0\0\0\0\x02x"s, 1}, std::pair{"\xc2\x82\0\0\0\0\x02x"s, 2},
        std::pair{"\x81\x82\0\0\0\0xx"s, 1}, std::pair{"\x82\x82\0\0\0\0xx"s, 2},
        std::pair{"\xc1\x80\0\0\0\0"s, 1}}) {
    auto copy = stream;
    std::span<char> bytes(copy);
    while (!bytes.empty()) CHECK(reader.read(bytes) == 0);
    auto const message = reader.get_message();
    REQUIRE(message);
    CHECK(message->get_opcode() == opcode);
    CHECK(message->get_payload() == (stream.size() > 6 ? "xx" : ""));
    CHECK(reader.idle());
  }
}

TEST_CASE("processor: the bit of compressed messages is a fault where they are not agreed on") {
  toy_compressor with;
  for (auto const* const frame : {"\x40", "\xc0"}) {
    processor reader(100, &with);
    CHECK(read(reader, frame) == 1002);  // known from its first byte
  }
  processor reader(100);
  CHECK(read(reader, "\xc1\x82\0\0\0\0\x02x"sv) == 1002);
}
