// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/engine_packet.hpp>
#include <socketiopp/protocol/payload.hpp>

namespace protocol = socketiopp::protocol;

namespace {

std::vector<std::string> packets_of(std::string_view payload) {
  std::vector<char> const exact(payload.begin(), payload.end());  // no spare capacity: an over-read is seen
  std::vector<std::string> packets;
  CHECK(protocol::for_each_packet({exact.data(), exact.size()}, [&](std::string_view packet) {
    packets.emplace_back(packet);
    return true;
  }));
  return packets;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("payload: packets are handed out in order (W-040)") {
  CHECK(packets_of("4a") == texts{"4a"});
  CHECK(packets_of("40\x1e"
                   "40/b,\x1e"
                   "2") == texts{"40", "40/b,", "2"});
  CHECK(packets_of("4hello\x1e"
                   "bAQIDBA==") == texts{"4hello", "bAQIDBA=="});
}

TEST_CASE("payload: an empty payload is one empty packet, which is refused (W-035)") {
  auto const packets = packets_of("");
  CHECK(packets == texts{""});
  CHECK_FALSE(protocol::decode_engine_packet(packets.front()));
}

TEST_CASE("payload: separators at the ends and in a row make empty packets") {
  CHECK(packets_of("\x1e") == texts{"", ""});
  CHECK(packets_of("4a\x1e") == texts{"4a", ""});
  CHECK(packets_of("\x1e"
                   "4a") == texts{"", "4a"});
  CHECK(packets_of("4a\x1e\x1e"
                   "4b") == texts{"4a", "", "4b"});
}

TEST_CASE("payload: a bad packet ends the decoding, earlier ones are kept (W-042)") {
  texts messages;
  bool const all = protocol::for_each_packet(
      "4a\x1e"
      "4b\x1e"
      "x\x1e"
      "4c",
      [&](std::string_view text) {
        auto const packet = protocol::decode_engine_packet(text);
        if (packet) messages.emplace_back(packet->data);
        return packet.has_value();
      });
  CHECK_FALSE(all);
  CHECK(messages == texts{"a", "b"});
}

TEST_CASE("payload: a refused last packet is told too") {
  CHECK_FALSE(protocol::for_each_packet("4a", [](std::string_view) { return false; }));
}

TEST_CASE("payload: a visitor that ends the visit may destroy the payload") {
  auto payload = std::make_unique<std::string>(
      "4 a packet that is longer than a short string\x1e"
      "4b");
  int visited = 0;
  CHECK_FALSE(protocol::for_each_packet(*payload, [&](std::string_view) {
    ++visited;
    payload.reset();
    return false;
  }));
  CHECK(visited == 1);
}

TEST_CASE("payload: a packet can be visited in a constant expression") {
  constexpr bool visited = protocol::for_each_packet("2", [](std::string_view text) { return text == "2"; });
  CHECK(visited);
}

TEST_CASE("payload: the writer puts separators between packets only (W-040)") {
  std::string out;
  protocol::payload_writer writer(out);
  CHECK(out.empty());
  writer.text("4hello");
  CHECK(out == "4hello");
  writer.binary(std::as_bytes(std::span("\x01\x02\x03\x04", 4)));
  writer.text("2");
  CHECK(out ==
        "4hello\x1e"
        "bAQIDBA==\x1e"
        "2");
}

TEST_CASE("payload: the writer leaves what was there before alone") {
  std::string out = "HTTP/1.1 200 OK\r\n\r\n";
  protocol::payload_writer writer(out);
  writer.binary({});
  writer.text("6");
  CHECK(out ==
        "HTTP/1.1 200 OK\r\n\r\nb\x1e"
        "6");
}

TEST_CASE("payload: what the writer wrote is read back") {
  std::mt19937 random(6);
  for (int round = 0; round < 300; ++round) {
    std::string out;
    protocol::payload_writer writer(out);
    texts sent;
    for (auto count = 1 + random() % 6; count > 0; --count) {
      std::string bytes(random() % 30, '\0');
      for (auto& byte : bytes) byte = static_cast<char>(random() & 0xff);
      if (random() % 2 == 0) {
        writer.binary(std::as_bytes(std::span(bytes)));
        sent.push_back("b" + bytes);
      } else {
        std::replace(bytes.begin(), bytes.end(), '\x1e', ' ');
        writer.text("4" + bytes);
        sent.push_back("4" + bytes);
      }
    }
    auto received = packets_of(out);
    for (auto& packet : received) {
      if (packet.front() != 'b') continue;
      std::string bytes = "b";
      protocol::base64_decode(std::string_view(packet).substr(1), bytes);
      packet = bytes;
    }
    CHECK(received == sent);
  }
}

TEST_CASE("payload: any bytes split so that joining them gives the bytes again") {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string payload(random() % 40, '\0');
    for (auto& byte : payload) byte = random() % 4 == 0 ? '\x1e' : static_cast<char>(random() & 0xff);
    auto const packets = packets_of(payload);
    std::string joined;
    protocol::payload_writer writer(joined);
    for (auto const& packet : packets) writer.text(packet);
    CHECK(joined == payload);
    CHECK(packets.size() == 1 + static_cast<std::size_t>(std::count(payload.begin(), payload.end(), '\x1e')));
  }
}
