// SPDX-License-Identifier: MIT
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/parser/partial_packet.hpp>

namespace parser = socketiopp::parser;
namespace protocol = socketiopp::protocol;

namespace {

std::span<std::byte const> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("partial_packet: keeps what came, which is gone by then") {
  auto text = std::make_unique<std::string>(R"(52-/custom,7["a",1])");
  auto first = std::make_unique<std::string>("one");
  auto const head = protocol::decode_packet(*text, 10);
  REQUIRE(head);
  parser::partial_packet kept(*head);
  text.reset();
  CHECK(!kept.add(bytes(*first)));
  first.reset();
  CHECK(kept.add(bytes("")));

  auto const packet = kept.head();
  CHECK(packet.type == protocol::packet_type::binary_event);
  CHECK(packet.attachments == 2);
  CHECK(packet.nsp == "/custom");
  CHECK(packet.id == 7);
  CHECK(packet.data == R"(["a",1])");
  auto const attachments = kept.attachments();
  REQUIRE(attachments.size() == 2);
  CHECK(std::string_view(reinterpret_cast<char const*>(attachments[0].data()), attachments[0].size()) ==
        "one");
  CHECK(attachments[1].empty());
}

TEST_CASE("partial_packet: the text may be parsed in place") {
  auto const head = protocol::decode_packet("61-[]", 10);
  REQUIRE(head);
  parser::partial_packet kept(*head);
  CHECK(kept.add(bytes("x")));
  auto const data = kept.data();
  REQUIRE(data.size() == 2);
  data.data()[data.size()] = '\0';  // what a parser may do
  data[0] = ' ';
  CHECK(kept.head().data == " ]");
  CHECK(!kept.head().id);
  CHECK(kept.head().nsp == "/");
}
