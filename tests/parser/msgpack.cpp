// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/parser/concept.hpp>
#include <socketiopp/parser/msgpack.hpp>

using namespace socketiopp;
using format = parser::msgpack::format<json::rapidjson>;
static_assert(parser::policy<parser::msgpack, json::rapidjson>);

namespace {

/// A packet of values, as a client would send it.
std::string message(json::value const& whole) {
  std::string bytes;
  format::codec::writer<std::string> writer(bytes);
  json::write_context none;
  json::write(writer, whole, none);
  return bytes;
}

struct reader {
  format::decoder decoder;
  format::document memory;
  std::optional<json::value> data;
  std::string head;

  /// What is wrong with the message; empty if it is a packet.
  std::string read(std::string const& bytes) {
    data.reset();
    head.clear();
    auto const wrong = decoder.on_binary(std::as_bytes(std::span(bytes)), memory, [&](auto const& whole) {
      head = std::string(1, static_cast<char>(whole.type)) + std::string(whole.nsp);
      if (whole.id) head += " id " + std::to_string(*whole.id);
      json::read_context context;
      if (whole.data) json::read(*whole.data, data.emplace(), context);
    });
    return wrong ? std::string(wrong->what) : "";
  }
  std::string read(json::value const& whole) { return read(message(whole)); }
};

std::string bytes(engine::shared_packet const& packet) {
  CHECK(packet.binary());
  return std::string(packet.payload());
}

using object = json::value::object;

}  // namespace

TEST_CASE("parser msgpack: F-221: packets as the npm package sends them") {
  reader r;
  CHECK(r.read(object{{"type", 2}, {"data", json::array("a", 1)}, {"nsp", "/"}, {"id", 7}}).empty());
  CHECK(r.head == "2/ id 7");
  CHECK(r.data == json::array("a", 1));
  CHECK(r.read(object{{"type", 0}, {"nsp", "/custom"}}).empty());
  CHECK(r.head == "0/custom");
  CHECK(!r.data);
  CHECK(r.read(object{{"type", 1}, {"nsp", "/"}, {"options", object{{"compress", true}}}}).empty());
  auto const file = binary(std::string_view("\0\1", 2));
  CHECK(r.read(object{{"type", 3}, {"data", json::array(file)}, {"nsp", "/"}, {"id", 0}}).empty());
  REQUIRE(r.data);
  CHECK((*r.data)[0].binary() == file);
}

TEST_CASE("parser msgpack: what is no packet says why") {
  reader r;
  CHECK(r.read(std::string("\xc1")) == "the message is no MessagePack");
  CHECK(r.read(json::value(json::array(2))) == "the message is no map");
  for (auto const& type :
       {json::value(5), json::value(-1), json::value("2"), json::value(2.5), json::value()})
    CHECK(r.read(object{{"type", type}, {"data", json::array("a")}, {"nsp", "/"}}) ==
          "no packet of the protocol");
  CHECK(r.read(object{{"type", 2}, {"data", json::array("a")}}) == "a packet without a namespace");
  CHECK(r.read(object{{"type", 2}, {"data", json::array("a")}, {"nsp", 1}}) ==
        "a packet without a namespace");
  for (auto const& id : {json::value(-1), json::value("1"), json::value(std::int64_t{1} << 53)})
    CHECK(r.read(object{{"type", 2}, {"data", json::array("a")}, {"nsp", "/"}, {"id", id}}) ==
          "the id of an acknowledgement is no number");
  CHECK(!r.read(object{{"type", 2}, {"data", object{}}, {"nsp", "/"}}).empty());
  CHECK(!r.read(object{{"type", 2}, {"nsp", "/"}}).empty());
  CHECK(!r.read(object{{"type", 1}, {"data", 1}, {"nsp", "/"}}).empty());
  CHECK(!r.read(object{{"type", 0}, {"data", json::array()}, {"nsp", "/"}}).empty());
  std::string text = "40";
  CHECK(r.decoder.on_text(std::span(text.data(), 1), r.memory, 10, [](auto const&) {}));
}

TEST_CASE("parser msgpack: what is sent is read again as it was") {
  reader r;
  auto const event = parser::encode_event_at<format>("/n", 12, "up", binary(std::string_view("b")), 1.5);
  CHECK(event.attachments.empty());
  CHECK(r.read(bytes(event.packet)).empty());
  CHECK(r.head == "2/n");
  CHECK(r.data == json::array("up", binary(std::string_view("b")), 1.5, "12"));
  CHECK(r.read(bytes(parser::encode_ack<format>("/", 3, std::tuple(1, "x")).packet)).empty());
  CHECK(r.head == "3/ id 3");
  CHECK(r.data == json::array(1, "x"));
  CHECK(r.read(bytes(format::connected("/", "id", "pid"))).empty());
  CHECK(r.data == json::value(object{{"sid", "id"}, {"pid", "pid"}}));
  CHECK(r.read(bytes(format::disconnected("/n"))).empty());
  CHECK(r.head == "1/n");
}

TEST_CASE("parser msgpack: packets byte by byte") {
  CHECK(bytes(format::disconnected("/")) == "\x82\xa4type\x01\xa3nsp\xa1/");
  CHECK(bytes(format::connected("/", "x", "")) == std::string_view("\x83\xa4type\x00\xa4"
                                                                   "data\x81\xa3sid\xa1x\xa3nsp\xa1/",
                                                                   25));
  json::value const data(7);
  CHECK(bytes(format::connect_error("/", "no", &data)) ==
        "\x83\xa4type\x04\xa4"
        "data\x82\xa7message\xa2no\xa4"
        "data\x07\xa3nsp\xa1/");
}
