// SPDX-License-Identifier: MIT
#include <cstddef>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/payload_v3.hpp>

namespace protocol = socketiopp::protocol;
using protocol::payload_form;
using namespace std::string_literals;

namespace {

struct packet {
  bool binary;
  std::string data;
  bool operator==(packet const&) const = default;
};

struct decoded {
  bool whole;
  std::vector<packet> packets;
  bool operator==(decoded const&) const = default;
};

decoded decode(payload_form form, std::string_view payload) {
  std::vector<char> const exact(payload.begin(), payload.end());  // no spare capacity: an over-read is seen
  decoded result{};
  result.whole = protocol::for_each_packet_v3(form, {exact.data(), exact.size()},
                                              [&](bool binary, std::string_view data) {
                                                result.packets.push_back({binary, std::string(data)});
                                                return true;
                                              });
  return result;
}

decoded decode_text(std::string_view payload) { return decode(payload_form::text, payload); }
decoded decode_binary(std::string_view payload) { return decode(payload_form::binary, payload); }

decoded whole(std::vector<packet> packets) { return {true, std::move(packets)}; }
decoded broken_after(std::vector<packet> packets) { return {false, std::move(packets)}; }

packet text(std::string data) { return {false, std::move(data)}; }
packet binary(std::string data) { return {true, std::move(data)}; }

std::span<std::byte const> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string encode(payload_form form, std::vector<packet> const& packets) {
  std::string out;
  protocol::payload_writer_v3 writer(out, form);
  for (auto const& each : packets) each.binary ? writer.binary(bytes_of(each.data)) : writer.text(each.data);
  return out;
}

}  // namespace

TEST_CASE("payload_v3: packets of the text form are handed out in order (W-190)") {
  CHECK(decode_text("6:4hello2:40") == whole({text("4hello"), text("40")}));
  CHECK(decode_text("1:21:31:6") == whole({text("2"), text("3"), text("6")}));
  CHECK(decode_text("6:4hello10:b4AQIDBA==") == whole({text("4hello"), text("b4AQIDBA==")}));
  CHECK(decode_text("5:4:3:4") == whole({text("4:3:4")}));
}

TEST_CASE("payload_v3: lengths count UTF-16 code units (W-190)") {
  CHECK(decode_text("2:4\u20ac") == whole({text("4\u20ac")}));
  CHECK(decode_text("2:4\u00e92:4\u00fc") == whole({text("4\u00e9"), text("4\u00fc")}));
  CHECK(decode_text("3:4\U0001f6002:4a") == whole({text("4\U0001f600"), text("4a")}));
  CHECK(decode_text("5:4\U0010ffff\U000100001:2") == whole({text("4\U0010ffff\U00010000"), text("2")}));
}

TEST_CASE("payload_v3: a length that ends within a surrogate pair is a fault") {
  CHECK(decode_text("2:4\U0001f600") == broken_after({}));
  CHECK(decode_text("1:22:4\U0001f6001:2") == broken_after({text("2")}));
}

TEST_CASE("payload_v3: an empty payload is a fault in both forms (W-035)") {
  CHECK(decode_text("") == broken_after({}));
  CHECK(decode_binary("") == broken_after({}));
}

TEST_CASE("payload_v3: an empty packet is handed out, for the packet decoder to refuse") {
  CHECK(decode_text("0:1:2") == whole({text(""), text("2")}));
  CHECK(decode_binary("\0\0\xff"s) == whole({text("")}));
}

TEST_CASE("payload_v3: a length of the text form is digits and a colon") {
  for (std::string_view const payload :
       {":4a", "a:4a", "abc", "4a", "2", "2;4a", "-2:4a", "+2:4a", " 2:4a", "2 :4a", "2.0:4a", "2e0:4a",
        "0x2:4a", "2::4a", "\x1e", "NaN:4a", "Infinity:4a", "\xc2\xb2:4a"})
    CHECK_MESSAGE(!decode_text(payload).whole, std::string(payload));
  CHECK(decode_text("002:4a") == whole({text("4a")}));
}

TEST_CASE("payload_v3: what breaks off is a fault, and earlier packets are kept (W-042)") {
  CHECK(decode_text("2:4a2:4") == broken_after({text("4a")}));
  CHECK(decode_text("2:4a2:") == broken_after({text("4a")}));
  CHECK(decode_text("2:4a2") == broken_after({text("4a")}));
  CHECK(decode_text("2:4ab") == broken_after({text("4a")}));
  CHECK(decode_text("3:4\u20ac") == broken_after({}));  // as many bytes, but not as many characters
}

TEST_CASE("payload_v3: lengths beyond all numbers are faults") {
  CHECK(decode_text("18446744073709551615:4a") == broken_after({}));
  CHECK(decode_text("18446744073709551618:4a") == broken_after({}));  // 2 and 2^64
  CHECK(decode_text(std::string(100'000, '9') + ":4a") == broken_after({}));
  CHECK(decode_text(std::string(100'000, '0') + "2:4a") == whole({text("4a")}));
  CHECK(decode_binary("\0"s + std::string(100'000, '\x9') + "\xff" + "4a") == broken_after({}));
  CHECK(decode_binary("\0"s + std::string(100'000, '\0') + "\2\xff" + "4a") == whole({text("4a")}));
  // 18446744073709551618 again
  CHECK(decode_binary("\0\1\x8\4\4\6\7\4\4\0\7\3\7\0\x9\5\5\1\6\1\x8\xff"s + "4a") == broken_after({}));
}

TEST_CASE("payload_v3: packets that are no UTF-8 are faults in both forms") {
  for (std::string const bad :
       {"\xff", "\x80", "\xc3", "\xed\xa0\x80", "\xf0\x9f\x98", "\xf8\x88\x80\x80\x80"}) {
    CHECK(decode_text("1:22:4" + bad) == broken_after({text("2")}));
    CHECK(decode_text("1:23:4" + bad) == broken_after({text("2")}));
    auto const size = static_cast<char>(1 + bad.size());
    CHECK(decode_binary("\0\1\xff"s + "2" + "\0"s + size + "\xff" + "4" + bad) == broken_after({text("2")}));
  }
  CHECK(decode_text("1:2\xbf") == broken_after({}));  // belongs to the packet before it
}

TEST_CASE("payload_v3: packets of the binary form are handed out with their marks (W-193)") {
  CHECK(decode_binary("\0\6\xff"s + "4hello" + "\1\5\xff\4\1\2\3\4"s) ==
        whole({text("4hello"), binary("\4\1\2\3\4")}));
  CHECK(decode_binary("\0\4\xff"s + "4\u20ac") == whole({text("4\u20ac")}));  // bytes, not characters
  CHECK(decode_binary("\1\1\xff\4"s) == whole({binary("\4")}));
  CHECK(decode_binary("\1\3\xff\4\xff\0"s) == whole({binary("\4\xff\0"s)}));
  CHECK(decode_binary("\1\1\0\xff"s + std::string(10, '\4')) == whole({binary(std::string(10, '\4'))}));
}

TEST_CASE("payload_v3: what is wrong with the binary form") {
  CHECK(decode_binary("\2\1\xff"s + "2") == broken_after({}));  // neither text nor binary
  CHECK(decode_binary("1:2") == broken_after({}));              // the other form
  CHECK(decode_binary("\0\xff"s + "2") == broken_after({}));    // no digits
  CHECK(decode_binary("\0\xa\xff"s + "0123456789") == broken_after({}));
  CHECK(decode_binary("\0\x31\xff"s + "2") == broken_after({}));  // a digit's character
  CHECK(decode_binary("\0\1"s) == broken_after({}));
  CHECK(decode_binary("\0"s) == broken_after({}));
  CHECK(decode_binary("\0\1\xff"s) == broken_after({}));
  CHECK(decode_binary("\1\2\xff\4"s) == broken_after({}));
  CHECK(decode_binary("\0\1\xff"s + "2" + "\0"s) == broken_after({text("2")}));
  CHECK(decode_binary("\0\1\xff"s + "2" + "2") == broken_after({text("2")}));
}

TEST_CASE("payload_v3: a visitor that ends the visit may destroy the payload") {
  for (auto const form : {payload_form::text, payload_form::binary}) {
    auto payload = std::make_unique<std::string>(
        encode(form, {text("4 a packet that is longer than a short string"), text("4b")}));
    int visited = 0;
    CHECK_FALSE(protocol::for_each_packet_v3(form, *payload, [&](bool, std::string_view) {
      ++visited;
      payload.reset();
      return false;
    }));
    CHECK(visited == 1);
  }
}

TEST_CASE("payload_v3: a refused last packet is told too") {
  CHECK_FALSE(protocol::for_each_packet_v3(payload_form::text, "2:4a", [](bool, auto) { return false; }));
}

TEST_CASE("payload_v3: the examples of the protocol's document (W-190, W-193)") {
  CHECK(encode(payload_form::text, {text("4hello"), text("4\u20ac")}) == "6:4hello2:4\u20ac");
  CHECK(encode(payload_form::text, {text("4\u20ac"), binary("\1\2\3\4")}) == "2:4\u20ac10:b4AQIDBA==");
  CHECK(encode(payload_form::binary, {text("4\u20ac"), binary("\1\2\3\4")}) ==
        "\0\4\xff"s + "4\u20ac" + "\1\5\xff\4\1\2\3\4"s);
}

TEST_CASE("payload_v3: the writer counts characters outside the basic plane twice, and padding") {
  CHECK(encode(payload_form::text, {text("4\U0001f600")}) == "3:4\U0001f600");
  CHECK(encode(payload_form::text, {binary("")}) == "2:b4");
  CHECK(encode(payload_form::text, {binary("a")}) == "6:b4YQ==");
  CHECK(encode(payload_form::binary, {text(std::string(255, 'a'))}) ==
        "\0\2\5\5\xff"s + std::string(255, 'a'));
}

TEST_CASE("payload_v3: the writer leaves what was there before alone") {
  std::string out = "before";
  protocol::payload_writer_v3(out, payload_form::text).text("6");
  CHECK(out == "before1:6");
}

TEST_CASE("payload_v3: what the writer wrote is read back") {
  std::mt19937 random(8);
  constexpr std::string_view characters[] = {"a", ":", "0", "\u00e9", "\u20ac", "\U0001f600", "\x1e", "\""};
  for (int round = 0; round < 300; ++round) {
    std::vector<packet> sent;
    for (auto count = 1 + random() % 6; count > 0; --count) {
      packet next{random() % 2 == 0, {}};
      for (auto left = random() % 30; left > 0; --left)
        if (next.binary)
          next.data += static_cast<char>(random() & 0xff);
        else
          next.data += characters[random() % std::size(characters)];
      sent.push_back(next);
    }
    for (auto const form : {payload_form::text, payload_form::binary}) {
      auto received = decode(form, encode(form, sent));
      REQUIRE(received.whole);
      REQUIRE(received.packets.size() == sent.size());
      for (std::size_t i = 0; i < sent.size(); ++i) {
        auto expected = sent[i];
        if (expected.binary && form == payload_form::text) {
          std::string mark(protocol::base64_mark_v3);
          protocol::base64_encode(bytes_of(expected.data), mark);
          expected = text(mark);
        } else if (expected.binary) {
          expected.data.insert(0, protocol::binary_mark_v3);
        }
        CHECK(received.packets[i] == expected);
      }
    }
  }
}

TEST_CASE("payload_v3: any bytes are read to an end, and no packet is more than its part of them") {
  std::mt19937 random(9);
  constexpr std::string_view alphabet("0123:4b\0\1\2\3\4\xff\xc3\xa9\xf0", 16);
  for (int round = 0; round < 3000; ++round) {
    std::string payload(random() % 24, '\0');
    for (auto& byte : payload) byte = alphabet[random() % alphabet.size()];
    for (auto const form : {payload_form::text, payload_form::binary}) {
      auto const result = decode(form, payload);
      std::size_t carried = 0;
      for (auto const& each : result.packets) carried += each.data.size() + 2;  // of a length, two at least
      CHECK(carried <= payload.size());
    }
  }
}
