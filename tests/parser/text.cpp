// SPDX-License-Identifier: MIT
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/parser/text.hpp>

namespace parser = socketiopp::parser;
namespace json = socketiopp::json;
namespace protocol = socketiopp::protocol;
using format = parser::text::format<json::rapidjson>;
using socketiopp::arguments;
using socketiopp::binary;

namespace {

// The Engine.IO packets, attachments as `<bytes>`.
std::string text(parser::outgoing const& made) {
  std::string all(made.packet.payload());
  CHECK(!made.packet.binary());
  for (auto const& each : made.attachments) {
    CHECK(each.binary());
    all.append("<").append(each.payload()).append(">");
  }
  return all;
}

template <class... Values> std::string event(Values const&... values) {
  return text(parser::encode_event<format>("/", std::nullopt, "x", values...));
}

}  // namespace

TEST_CASE("text: W-186: an event, on the main namespace and elsewhere") {
  CHECK(event() == R"(42["x"])");
  CHECK(event(1, "a\"b", true, nullptr) == R"(42["x",1,"a\"b",true,null])");
  CHECK(text(parser::encode_event<format>("/custom", std::nullopt, "x", 1)) == R"(42/custom,["x",1])");
  CHECK(text(parser::encode_event<format>("/", 12, "x")) == R"(4212["x"])");
  CHECK(text(parser::encode_event<format>("/custom", 0, "x")) == R"(42/custom,0["x"])");
}

TEST_CASE("text: W-172, W-182: an acknowledgement; a tuple is several values") {
  CHECK(text(parser::encode_ack<format>("/", 7, 1)) == "437[1]");
  CHECK(text(parser::encode_ack<format>("/custom", 12, std::string("a"))) == R"(43/custom,12["a"])");
  CHECK(text(parser::encode_ack<format>("/", 7, std::tuple(1, "a"))) == R"(437[1,"a"])");
  CHECK(text(parser::encode_ack<format>("/", 7, std::tuple())) == "437[]");
  CHECK(text(parser::encode_ack<format>("/", 7, std::vector{1, 2})) == "437[[1,2]]");
  CHECK(text(parser::encode_ack<format>("/", 7, arguments({json::value(1), json::value("a")}))) ==
        R"(437[1,"a"])");
}

TEST_CASE("text: W-183: binary data becomes attachments, in the order of the arguments") {
  CHECK(event(binary("b")) == R"(451-["x",{"_placeholder":true,"num":0}]<b>)");
  CHECK(event(std::vector{binary("1"), binary("")}, 5, binary("3")) ==
        R"(453-["x",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}],5,)"
        R"({"_placeholder":true,"num":2}]<1><><3>)");
  CHECK(text(parser::encode_ack<format>("/n", 7, binary("b"))) ==
        R"(461-/n,7[{"_placeholder":true,"num":0}]<b>)");
}

TEST_CASE("text: what could hold binary data and does not is no binary packet") {
  CHECK(event(json::value(json::value::object{{"a", 1}})) == R"(42["x",{"a":1}])");
  CHECK(event(std::vector<binary>{}) == R"(42["x",[]])");
  CHECK(event(arguments({json::value(1), json::value(binary("b")), json::value("c")})) ==
        R"(451-["x",1,{"_placeholder":true,"num":0},"c"]<b>)");
}

TEST_CASE("text: what has no JSON form throws") {
  auto const infinity = std::numeric_limits<double>::infinity();
  CHECK_THROWS_AS(event(infinity), std::system_error);
  CHECK_THROWS_AS(event(binary("b"), infinity), std::system_error);
  CHECK_THROWS_AS(event(std::string("\xff")), std::system_error);
}

TEST_CASE("text: packets longer than a builder begins with") {
  std::string const longest(100'000, 'a');
  CHECK(event(longest) == "42[\"x\",\"" + longest + "\"]");
  CHECK(event(binary(longest)).ends_with(longest + ">"));
}

TEST_CASE("text: W-130, W-150, W-155: packets about the socket itself") {
  CHECK(format::connected("/", "id", {}).payload() == R"(40{"sid":"id"})");
  CHECK(format::connected("/n", "id", {}).payload() == R"(40/n,{"sid":"id"})");
  CHECK(format::connect_error("/n", "no \"x\"\n", nullptr).payload() == R"(44/n,{"message":"no \"x\"\n"})");
  CHECK(format::disconnected("/").payload() == "41");
  CHECK(format::disconnected("/n").payload() == "41/n,");
}

TEST_CASE("text: a packet and its attachments are sent in one way") {
  auto const made = [](parser::delivery how) {
    return parser::encode_event<format>("/", std::nullopt, "x", binary("b")).with(how);
  };
  auto const usual = made({});
  CHECK_FALSE(usual.is_volatile);
  CHECK(usual.packet.compressible());
  CHECK(usual.attachments[0].compressible());
  auto const special = made({.is_volatile = true, .compress = false});
  CHECK(special.is_volatile);
  CHECK_FALSE(special.packet.compressible());
  CHECK_FALSE(special.attachments[0].compressible());
  CHECK(text(special) == text(usual));
  CHECK_FALSE(parser::encode_event<format>("/", std::nullopt, "x").is_volatile);
}

TEST_CASE("text: W-192: packets about the socket itself, for clients of v2") {
  CHECK(format::connected_v2("/").payload() == "40");
  CHECK(format::connected_v2("/n").payload() == "40/n,");
  CHECK(format::connect_error_v2("/", "no \"x\"\n").payload() == R"(44"no \"x\"\n")");
  CHECK(format::connect_error_v2("/n", "").payload() == R"(44/n,"")");
}
