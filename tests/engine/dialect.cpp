// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/protocol/engine_packet.hpp>

using namespace engine_test;
using namespace std::string_view_literals;

namespace {

constexpr engine::dialect v4{};
constexpr engine::dialect v3{.v3 = true};
constexpr engine::dialect base64{.v3 = true, .base64 = true};
constexpr engine::dialect jsonp{.v3 = true, .jsonp = true};

constexpr std::string_view octets = "application/octet-stream";

engine::shared_packet bytes(std::string_view text) {
  return engine::binary_message(std::as_bytes(std::span(text)));
}

/// What a body holds, each packet changed as a user may; and `!` at the end if it breaks off.
texts read(engine::dialect const& how, std::string body, std::string_view type = "text/plain") {
  texts found;
  auto const all = how.read_body(type, body, [&](bool binary, std::span<char> packet) {
    found.push_back((binary ? "bin:" : "") + std::string(packet.data(), packet.size()));
    if (!packet.empty()) packet.front() = '\0';
    return true;
  });
  if (!all) found.emplace_back("!");
  return found;
}

/// What a packet in text form is.
std::string text_form(engine::dialect const& how, std::string_view packet) {
  auto const made = how.decode(packet);
  if (!made) return "none";
  return (made->binary ? "base64:" : std::string(1, static_cast<char>(made->type)) + ":") +
         std::string(made->data);
}

/// What a packet in binary form is.
std::optional<std::string> binary_form(engine::dialect const& how, std::string_view packet) {
  auto const made = how.decode(std::as_bytes(std::span(packet)));
  if (!made) return std::nullopt;
  return std::string(reinterpret_cast<char const*>(made->data()), made->size());
}

texts over_websocket(engine::dialect const& how, std::vector<engine::shared_packet> packets) {
  socket_link over;
  how.send(packets, over);
  CHECK(packets.empty());
  return over.sent;
}

}  // namespace

TEST_CASE("dialect: is what a request asks for (W-014, W-193, W-194)") {
  for (bool const allow : {false, true}) {
    auto const four = engine::dialect::of("EIO=4&b64=1&j=0", allow);
    REQUIRE(four);
    CHECK_FALSE(four->v3);
    CHECK_FALSE(four->base64);  // v4 has no such things
    CHECK_FALSE(four->jsonp);
    for (auto const* const none : {"EIO=", "EIO", "EIO=2", "EIO=34", "EIO=4x", "EIO=5&EIO=4"})
      CHECK_FALSE(engine::dialect::of(none, allow));
  }
  for (auto const* const three : {"", "EIO=3", "a=EIO", "EIO=3&EIO=4"}) {
    CHECK_FALSE(engine::dialect::of(three, false));
    REQUIRE(engine::dialect::of(three, true));
    CHECK(engine::dialect::of(three, true)->v3);
    CHECK_FALSE(engine::dialect::of(three, true)->base64);
    CHECK_FALSE(engine::dialect::of(three, true)->jsonp);
  }
  CHECK(engine::dialect::of("EIO=3&b64=1", true)->base64);
  CHECK_FALSE(engine::dialect::of("EIO=3&b64=", true)->base64);
  CHECK(engine::dialect::of("EIO=3&j=7", true)->jsonp);
  CHECK(engine::dialect::of("EIO=3&j", true)->jsonp);
  CHECK_FALSE(v4.client_pings());
  CHECK(v3.client_pings());
}

TEST_CASE("dialect: bodies of v4 are text with separators (W-030, W-032)") {
  CHECK(v4.takes("text/plain"));
  CHECK_FALSE(v4.takes(octets));
  CHECK(read(v4,
             "4a\x1e"
             "bAQI=") == texts{"4a", "bAQI="});
  CHECK(read(v4, "") == texts{""});
  CHECK(read(v4, "4\xff") == texts{"!"});
}

TEST_CASE("dialect: bodies of v3 are text, or bytes where they say so (W-190)") {
  CHECK(v3.takes(octets));
  CHECK(read(v3, "2:4a6:b4AQI=1:2") == texts{"4a", "b4AQI=", "2"});
  CHECK(read(v3,
             std::string("\0\2\xff"
                         "4a\1\3\xff\4\1\2"sv),
             octets) == texts{"4a", "bin:\4\1\2"});
  CHECK(read(v3, std::string("\0\2\xff"
                             "4a"sv)) == texts{"!"});
  CHECK(read(v3, "2:4a", octets) == texts{"!"});
  CHECK(read(v3, "") == texts{"!"});
  CHECK(read(v3, "2:4a3:4b") == texts{"4a", "!"});
  CHECK(read(v3, "2:4\xff") == texts{"!"});
}

TEST_CASE("dialect: bodies of JSONP are forms, whatever they are called (W-194)") {
  for (auto const type : {"application/x-www-form-urlencoded"sv, octets}) {
    CHECK(read(jsonp, "d=2%3A4a1:2", type) == texts{"4a", "2"});
    CHECK(read(jsonp, "x=1&d=3%3A4%C3%A4b", type) == texts{"4äb"});
    CHECK(read(jsonp, "2:4a", type) == texts{"!"});
    CHECK(read(jsonp, "d=", type) == texts{"!"});
    CHECK(read(jsonp, "", type) == texts{"!"});
  }
}

TEST_CASE("dialect: a reader that has had enough ends the reading") {
  for (auto const& [how, body] : {std::pair{v4,
                                            "4a\x1e"
                                            "4b"},
                                  std::pair{v3, "2:4a2:4b"}}) {
    int visits = 0;
    std::string text = body;
    CHECK_FALSE(how.read_body("", text, [&](bool, std::span<char>) { return ++visits < 1; }));
    CHECK(visits == 1);
  }
}

TEST_CASE("dialect: packets in text form (W-040, W-060, W-193)") {
  for (auto const& how : {v4, v3}) {
    CHECK(text_form(how, "4a") == "4:a");
    CHECK(text_form(how, "2probe") == "2:probe");
    for (auto const none : {"", "7", "a", "\4"}) CHECK(text_form(how, none) == "none");
  }
  CHECK(text_form(v4, "bAQI=") == "base64:AQI=");
  CHECK(text_form(v4, "b") == "base64:");
  CHECK(text_form(v3, "b4AQI=") == "base64:AQI=");
  CHECK(text_form(v3, "b4") == "base64:");
  for (auto const none : {"b", "bAQI=", "b9AQI=", "b2", "B4AQI="}) CHECK(text_form(v3, none) == "none");
}

TEST_CASE("dialect: packets in binary form (W-065, W-193)") {
  CHECK(binary_form(v4, "\4a") == "\4a");
  CHECK(binary_form(v4, "") == "");
  CHECK(binary_form(v3, "\4a") == "a");
  CHECK(binary_form(v3, "\4") == "");
  for (auto const none : {""sv, "4a"sv, "\2"sv, "\0\4"sv, "a"sv}) CHECK_FALSE(binary_form(v3, none));
}

TEST_CASE("dialect: answers to polls (W-040, W-190, W-193, W-194)") {
  std::vector const text = {engine::text_message("a"), engine::text_packet("6")};
  std::vector const mixed = {engine::text_message("a"), bytes("\1\2")};
  auto const check = [&](engine::dialect const& how, auto const& packets, std::string_view type,
                         std::string_view body) {
    auto const made = how.answer_poll(packets, "EIO=3&j=12&j=3");
    CHECK(made.status == 200);
    CHECK(made.content_type == type);
    CHECK(made.body == body);
    CHECK_FALSE(made.cacheable);
  };
  check(v4, text, "text/plain; charset=UTF-8",
        "4a\x1e"
        "6");
  check(v4, mixed, "text/plain; charset=UTF-8",
        "4a\x1e"
        "bAQI=");
  check(v3, text, "text/plain; charset=UTF-8", "2:4a1:6");
  check(v3, mixed, octets,
        "\0\2\xff"
        "4a\1\3\xff\4\1\2"sv);
  check(base64, mixed, "text/plain; charset=UTF-8", "2:4a6:b4AQI=");
  check(jsonp, text, "text/javascript; charset=UTF-8", R"(___eio[12]("2:4a1:6");)");
  check(jsonp, mixed, "text/javascript; charset=UTF-8", R"(___eio[12]("2:4a6:b4AQI=");)");
}

TEST_CASE("dialect: JSONP without a number, or with more than one, calls nothing else (W-194)") {
  std::vector const only = {engine::text_packet("6")};
  CHECK(jsonp.answer_poll(only, "j").body == R"(___eio[]("1:6");)");
  CHECK(jsonp.answer_poll(only, "j=0);alert(1").body == R"(___eio[01]("1:6");)");
}

TEST_CASE("dialect: what a WebSocket carries (W-065, W-193)") {
  std::vector const packets = {engine::text_message("a"), bytes("\1\2"), bytes("")};
  CHECK(over_websocket(v4, packets) == texts{"4a", "bin:\1\2", "bin:"});
  CHECK(over_websocket(v3, packets) == texts{"4a", "bin:\4\1\2", "bin:\4"});
  CHECK(over_websocket(jsonp, packets) == texts{"4a", "bin:\4\1\2", "bin:\4"});
  CHECK(over_websocket(base64, packets) == texts{"4a", "b4AQI=", "b4"});
  CHECK(packets[1].payload() == "\1\2");  // others have a share of it
}

TEST_CASE("dialect: a marked message is as compressible as it was") {
  for (bool const allowed : {false, true})
    for (auto const& how : {v3, base64}) {
      auto message = bytes("\1");
      message.compress(allowed);
      std::vector packets{message};
      struct : engine::link {
        std::vector<engine::shared_packet> kept;
        void respond(engine::answer const&) override {}
        void send(std::vector<engine::shared_packet>& all) override { kept.swap(all); }
        bool writable() const override { return true; }
        std::size_t queued_bytes() const override { return 0; }
        void close(std::uint16_t, std::string_view) override {}
        void cut() override {}
      } over;
      how.send(packets, over);
      REQUIRE(over.kept.size() == 1);
      CHECK(over.kept[0].compressible() == allowed);
    }
}
