// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/socket_packet.hpp>

namespace protocol = socketiopp::protocol;
using protocol::decode_packet;
using protocol::packet;
using protocol::packet_type;

namespace {

constexpr std::uint32_t max_attachments = 10;

bool accepted(std::string_view text) {
  std::vector<char> const exact(text.begin(), text.end());  // no spare capacity: an over-read is seen
  return decode_packet({exact.data(), exact.size()}, max_attachments).has_value();
}

packet decoded(std::string_view text) {
  auto const result = decode_packet(text, max_attachments);
  CAPTURE(text);
  REQUIRE(result);
  return *result;
}

std::string head(packet const& written) {
  std::string out;
  protocol::write_head(out, written.type, written.attachments, written.nsp, written.id);
  return out;
}

bool same(packet const& a, packet const& b) {
  return a.type == b.type && a.attachments == b.attachments && a.nsp == b.nsp && a.id == b.id &&
         a.data == b.data;
}

static_assert(protocol::is_reserved_event("connect"));
static_assert(!protocol::is_reserved_event("message"));

}  // namespace

TEST_CASE("socket_packet: CONNECT without and with an object (W-150, W-153)") {
  CHECK(same(decoded("0"), {.type = packet_type::connect}));
  CHECK(same(decoded("0{}"), {.type = packet_type::connect, .data = "{}"}));
  CHECK(same(decoded("0{\"token\":1}"), {.type = packet_type::connect, .data = "{\"token\":1}"}));
  for (auto const text : {"0[]", "0\"x\"", "0null", "0custom,", "0 ", "0 {}", "0,", "0-", "0true"}) {
    CAPTURE(text);
    CHECK_FALSE(accepted(text));
  }
}

TEST_CASE("socket_packet: CONNECT to a namespace (W-151, W-152)") {
  CHECK(same(decoded("0/custom,"), {.type = packet_type::connect, .nsp = "/custom"}));
  CHECK(same(decoded("0/custom"), {.type = packet_type::connect, .nsp = "/custom"}));
  CHECK(same(decoded("0/custom,{\"a\":1}"),
             {.type = packet_type::connect, .nsp = "/custom", .data = "{\"a\":1}"}));
  CHECK(same(decoded("0/,"), {.type = packet_type::connect}));
  CHECK(same(decoded("0/"), {.type = packet_type::connect}));
  CHECK(same(decoded("0/,{}"), {.type = packet_type::connect, .data = "{}"}));
}

TEST_CASE("socket_packet: a query is part of the namespace (W-156)") {
  CHECK(decoded("0/custom?a=1,").nsp == "/custom?a=1");
  CHECK(decoded("0/custom?a=1,{}").data == "{}");
}

TEST_CASE("socket_packet: the namespace ends at the first comma") {
  CHECK(same(decoded("2/a/b,[\"x\",1]"), {.type = packet_type::event, .nsp = "/a/b", .data = "[\"x\",1]"}));
  CHECK_FALSE(accepted("2/a,/b,[\"x\"]"));
  CHECK_FALSE(accepted("2/a,,[\"x\"]"));
  CHECK_FALSE(accepted("2/custom[\"x\"]"));  // all of it is the namespace, and an event needs data
  CHECK_FALSE(accepted("2custom,[\"x\"]"));
}

TEST_CASE("socket_packet: an id on CONNECT and DISCONNECT does no harm (W-154)") {
  CHECK(decoded("012").id == 12u);
  CHECK(decoded("0/custom,12{}").id == 12u);
  CHECK(decoded("112").id == 12u);
}

TEST_CASE("socket_packet: DISCONNECT carries nothing (W-163, W-164)") {
  CHECK(same(decoded("1"), {.type = packet_type::disconnect}));
  CHECK(same(decoded("1/custom,"), {.type = packet_type::disconnect, .nsp = "/custom"}));
  CHECK(same(decoded("1/custom"), {.type = packet_type::disconnect, .nsp = "/custom"}));
  for (auto const text : {"1{}", "1[]", "1null", "1 ", "1/custom,{}", "1,"}) CHECK_FALSE(accepted(text));
}

TEST_CASE("socket_packet: EVENT (W-165)") {
  CHECK(same(decoded("2[\"a\",1]"), {.type = packet_type::event, .data = "[\"a\",1]"}));
  CHECK(same(decoded("2/custom,[\"a\"]"), {.type = packet_type::event, .nsp = "/custom", .data = "[\"a\"]"}));
  CHECK(same(decoded("212[\"a\"]"), {.type = packet_type::event, .id = 12, .data = "[\"a\"]"}));
  CHECK(same(decoded("2/custom,12[\"a\"]"),
             {.type = packet_type::event, .nsp = "/custom", .id = 12, .data = "[\"a\"]"}));
}

TEST_CASE("socket_packet: EVENT needs an array (W-166, W-169)") {
  for (auto const text :
       {"2", "212", "2/custom,", "2/custom,12", "2{}", "2\"a\"", "2null", "2 [\"a\"]", "2,[]"}) {
    CAPTURE(text);
    CHECK_FALSE(accepted(text));
  }
  CHECK(accepted("2["));  // whether it is JSON is not asked here
}

TEST_CASE("socket_packet: ids are digits, at most 2^53 - 1 (W-170)") {
  CHECK(decoded("20[]").id == 0u);
  CHECK(decoded("2007[]").id == 7u);
  CHECK(decoded("2" + std::string(100, '0') + "7[]").id == 7u);
  CHECK(decoded("29007199254740991[]").id == protocol::max_ack_id);
  CHECK_FALSE(decoded("2[]").id);
  for (auto const text : {"29007199254740992[]", "218446744073709551615[]", "218446744073709551616[]",
                          "299999999999999999999999[]", "2-1[]", "2+1[]", "21.5[]", "2abc[]", "2 1[]",
                          "21 []", "21e3[]", "20x1[]", "2\xd9\xa1[]"}) {
    CAPTURE(text);
    CHECK_FALSE(accepted(text));
  }
}

TEST_CASE("socket_packet: ACK, with an array or nothing (W-171)") {
  CHECK(same(decoded("312[\"x\"]"), {.type = packet_type::ack, .id = 12, .data = "[\"x\"]"}));
  CHECK(same(decoded("3/custom,12[]"), {.type = packet_type::ack, .nsp = "/custom", .id = 12, .data = "[]"}));
  CHECK(same(decoded("31"), {.type = packet_type::ack, .id = 1}));
  CHECK(same(decoded("3[]"), {.type = packet_type::ack, .data = "[]"}));
  CHECK_FALSE(accepted("31{}"));
  CHECK_FALSE(accepted("31null"));
}

TEST_CASE("socket_packet: a client does not send CONNECT_ERROR (W-158)") {
  for (auto const text : {"4", "4{}", "4\"no\"", "4{\"message\":\"no\"}", "4/custom,{}"})
    CHECK_FALSE(accepted(text));
}

TEST_CASE("socket_packet: unknown types (W-173)") {
  CHECK_FALSE(accepted(""));
  for (int byte = 0; byte < 256; ++byte) {
    auto const type = static_cast<char>(byte);
    if (type >= '0' && type <= '6') continue;
    CAPTURE(byte);
    CHECK_FALSE(accepted(std::string{type}));
    CHECK_FALSE(accepted(std::string{type, '[', ']'}));
    CHECK_FALSE(accepted(std::string{type, '1', '-', '[', ']'}));
  }
}

TEST_CASE("socket_packet: binary packets announce their attachments (W-174, W-175)") {
  CHECK(
      same(decoded("52-[\"m\"]"), {.type = packet_type::binary_event, .attachments = 2, .data = "[\"m\"]"}));
  CHECK(same(decoded("51-/custom,[\"m\"]"),
             {.type = packet_type::binary_event, .attachments = 1, .nsp = "/custom", .data = "[\"m\"]"}));
  CHECK(same(decoded("61-7[]"), {.type = packet_type::binary_ack, .attachments = 1, .id = 7, .data = "[]"}));
  CHECK(same(decoded("610-/custom,7[]"),
             {.type = packet_type::binary_ack, .attachments = 10, .nsp = "/custom", .id = 7, .data = "[]"}));
  CHECK(decoded("501-[]").attachments == 1);
}

TEST_CASE("socket_packet: illegal attachment counts (W-176)") {
  for (std::string const type : {"5", "6"})
    for (auto const rest : {"",
                            "-",
                            "-[]",
                            "[]",
                            "1",
                            "1[]",
                            "1.5-[]",
                            "0-[]",
                            "00-[]",
                            "11-[]",
                            "1e1-[]",
                            "0x1-[]",
                            "-1-[]",
                            "+1-[]",
                            " 1-[]",
                            "1 -[]",
                            "4294967297-[]",
                            "18446744073709551617-[]",
                            "99999999999999999999999999-[]",
                            "/a,1-[]",
                            "a-[]"}) {
      CAPTURE(rest);
      CHECK_FALSE(accepted(type + rest));
    }
  CHECK_FALSE(decode_packet("51-[]", 0));
  CHECK(decode_packet("54294967295-[]", 0xffffffff)->attachments == 0xffffffff);
  CHECK_FALSE(decode_packet("54294967296-[]", 0xffffffff));
}

TEST_CASE("socket_packet: binary packets need an array") {
  for (auto const text : {"51-", "51-{}", "51-7", "51-/custom,", "61-", "61-7", "61-7{}"}) {
    CAPTURE(text);
    CHECK_FALSE(accepted(text));
  }
}

TEST_CASE("socket_packet: only binary packets have a count") {
  CHECK_FALSE(accepted("21-[\"a\"]"));
  CHECK_FALSE(accepted("31-[]"));
  CHECK_FALSE(accepted("01-"));
}

TEST_CASE("socket_packet: the written head (W-172, W-182, W-186)") {
  CHECK(head({.type = packet_type::connect}) == "0");
  CHECK(head({.type = packet_type::connect, .nsp = "/custom"}) == "0/custom,");
  CHECK(head({.type = packet_type::disconnect}) == "1");
  CHECK(head({.type = packet_type::event}) == "2");
  CHECK(head({.type = packet_type::event, .nsp = "/custom", .id = 0}) == "2/custom,0");
  CHECK(head({.type = packet_type::ack, .id = 12}) == "312");
  CHECK(head({.type = packet_type::ack, .nsp = "/custom", .id = 12}) == "3/custom,12");
  CHECK(head({.type = packet_type::connect_error, .nsp = "/random"}) == "4/random,");
  CHECK(head({.type = packet_type::binary_event, .attachments = 2}) == "52-");
  CHECK(head({.type = packet_type::binary_ack, .attachments = 0xffffffff, .nsp = "/custom", .id = ~0ull}) ==
        "64294967295-/custom,18446744073709551615");
}

TEST_CASE("socket_packet: the head is appended, to anything with append and push_back") {
  struct {
    std::vector<char> bytes{'4'};
    void append(char const* text, std::size_t size) { bytes.insert(bytes.end(), text, text + size); }
    void push_back(char character) { bytes.push_back(character); }
  } out;
  protocol::write_head(out, packet_type::binary_event, 1, "/a", 23);
  CHECK(std::string(out.bytes.begin(), out.bytes.end()) == "451-/a,23");
}

TEST_CASE("socket_packet: what is written is decoded again") {
  std::mt19937_64 random(11);
  std::array<std::string_view, 5> const namespaces{"/", "/custom", "/a/b", "/q?x=1", "/\xc3\xa9"};
  std::array<packet_type, 6> const types{packet_type::connect,      packet_type::disconnect,
                                         packet_type::event,        packet_type::ack,
                                         packet_type::binary_event, packet_type::binary_ack};
  for (int round = 0; round < 2000; ++round) {
    packet sent{.type = types[random() % types.size()], .nsp = namespaces[random() % namespaces.size()]};
    if (protocol::is_binary(sent.type))
      sent.attachments = static_cast<std::uint32_t>(1 + random() % max_attachments);
    if (random() % 2 == 0) sent.id = random() >> (11 + random() % 53);
    if (sent.type == packet_type::connect) sent.data = "{\"token\":\"a,b\"}";
    if (sent.type != packet_type::connect && sent.type != packet_type::disconnect)
      sent.data = "[\"a,b-c/d\",12]";
    auto const text = head(sent).append(sent.data);
    CHECK(same(decoded(text), sent));
  }
}

TEST_CASE("socket_packet: the event names that are reserved (W-167)") {
  for (auto const name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    CHECK(protocol::is_reserved_event(name));
  for (auto const name : {"", "Connect", "connect ", "connec", "connected", "connection", "reconnect",
                          "error", "newlistener", "message"})
    CHECK_FALSE(protocol::is_reserved_event(name));
}

TEST_CASE("socket_packet: mutated packets are refused or decoded within their text and bounds") {
  std::mt19937 random(12);
  std::array<std::string_view, 12> const seeds{"0",          "0/custom,{\"a\":1}", "1/custom,",
                                               "2[\"a\",1]", "2/custom,12[\"a\"]", "29007199254740991[]",
                                               "312[\"x\"]", "3/custom,12[]",      "4{\"message\":\"no\"}",
                                               "52-[\"m\"]", "510-/custom,7[]",    "61-7[]"};
  std::string_view const letters = "0123456789-/,[]{}\" .e+x\n\x80";
  int decoded_count = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string mutated(seeds[random() % seeds.size()]);
    for (auto edits = 1 + random() % 4; edits > 0; --edits) {
      auto const place = random() % (mutated.size() + 1);
      auto const letter = letters[random() % letters.size()];
      switch (random() % 4) {
        case 0: mutated.insert(place, 1, letter); break;
        case 1: mutated.erase(place, 1); break;
        case 2: mutated.resize(place); break;
        case 3:
          if (place < mutated.size()) mutated[place] = letter;
          break;
      }
    }
    std::vector<char> const exact(mutated.begin(), mutated.end());
    std::string_view const text(exact.data(), exact.size());
    auto const result = decode_packet(text, max_attachments);
    if (!result) continue;
    ++decoded_count;
    CAPTURE(mutated);
    CHECK(static_cast<char>(result->type) == text.front());
    CHECK(result->type != packet_type::connect_error);
    CHECK(protocol::is_binary(result->type) == (result->attachments > 0));
    CHECK(result->attachments <= max_attachments);
    CHECK(result->id.value_or(0) <= protocol::max_ack_id);
    CHECK(result->nsp.starts_with('/'));
    CHECK(result->nsp.find(',') == std::string_view::npos);
    CHECK(result->data.data() + result->data.size() == text.data() + text.size());
    auto const again = head(*result).append(result->data);
    auto const second = decode_packet(again, max_attachments);
    REQUIRE(second);
    CHECK(same(*second, *result));
  }
  CHECK(decoded_count > 1000);
}
