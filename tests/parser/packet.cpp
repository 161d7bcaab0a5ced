// SPDX-License-Identifier: MIT
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/parser/packet.hpp>
#include <socketiopp/parser/text.hpp>

using namespace socketiopp;
using format = parser::text::format<json::rapidjson>;

namespace {

struct reader {
  format::decoder decoder;
  format::document memory;
  std::vector<std::string> seen;

  std::string text(std::string message) {
    message += '\0';  // the character to spare
    return outcome(decoder.on_text(std::span(message.data(), message.size() - 1), memory, 2, note()));
  }
  std::string binary(std::string_view bytes) {
    return outcome(decoder.on_binary(std::as_bytes(std::span(bytes)), memory, note()));
  }
  unique_function<void(parser::packet<format::view> const&)> note() {
    return [this](parser::packet<format::view> const& whole) {
      auto line = std::string(1, static_cast<char>(whole.type)) + std::string(whole.nsp);
      if (whole.id) line += " id " + std::to_string(*whole.id);
      if (whole.data) line += " data " + std::to_string(whole.data->size());
      if (!whole.attachments.empty()) line += " attachments " + std::to_string(whole.attachments.size());
      seen.push_back(line);
    };
  }
  static std::string outcome(std::optional<parser::fault> const& wrong) {
    return wrong ? std::string(wrong->what) + (wrong->too_many_attachments ? "!" : "") : "";
  }
};

}  // namespace

TEST_CASE("packet: what arrives is a packet at once, or when its attachments are there") {
  reader r;
  CHECK(r.text(R"(0/custom,{"token":1})").empty());
  CHECK(r.text(R"(212["a",1])").empty());
  CHECK(r.text("1").empty());
  CHECK(r.text("3/n,7").empty());
  CHECK(r.text(R"(52-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])").empty());
  CHECK(r.binary("1").empty());
  CHECK(r.seen.size() == 4);
  CHECK(r.binary("2").empty());
  CHECK(r.seen == std::vector<std::string>{"0/custom data 1", "2/ id 12 data 2", "1/", "3/n id 7",
                                           "2/ data 3 attachments 2"});
}

TEST_CASE("packet: W-176, W-177, W-180: what is none says why") {
  reader r;
  CHECK(r.text("7") == "no packet of the protocol");
  CHECK(r.text("2[") == "the data is no JSON");
  CHECK(r.text(R"(53-["a"])") == "too many attachments!");
  CHECK(r.binary("1") == "an attachment that no packet announced");
  CHECK(r.text(R"(51-["a",{"_placeholder":true,"num":1}])").empty());
  CHECK(r.text("1") == "a text packet came where an attachment was announced");
  CHECK(r.binary("1") == "a placeholder names no attachment");
  CHECK(r.seen.empty());
}
