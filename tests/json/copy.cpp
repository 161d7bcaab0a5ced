// SPDX-License-Identifier: MIT
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/copy.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/value_writer.hpp>
#include <socketiopp/json/write_context.hpp>

namespace {

namespace json = socketiopp::json;
using json::value;

TEST_CASE("copy: from a document to a value, and to text again") {
  std::string const text = R"({"a":[1,-0,1.5,18446744073709551615,"x",true,null,{}],"b":{},"a":[]})";
  std::string parsed = text;
  json::rapidjson::document document;
  REQUIRE(document.parse(parsed.data(), parsed.size()));
  json::write_context context;

  value made;
  json::value_writer to_value(made);
  json::copy(document.root(), to_value, context);
  CHECK(made.size() == 3);
  CHECK(made.members()[0].second[3].natural() == UINT64_MAX);
  CHECK(made["a"].size() == 0);

  std::string again;
  json::text_writer<std::string> to_text(again);
  json::copy(made.view(), to_text, context);
  CHECK(again == text);
}

TEST_CASE("copy: binary data becomes an attachment where the format has none (W-183)") {
  value const from = value::array{socketiopp::binary("ab"), value::object{{"c", socketiopp::binary("d")}}};
  json::write_context context;
  std::string text;
  json::text_writer<std::string> to_text(text);
  json::copy(from.view(), to_text, context);
  CHECK(text == R"([{"_placeholder":true,"num":0},{"c":{"_placeholder":true,"num":1}}])");
  REQUIRE(context.attachments.size() == 2);
  CHECK(context.attachments[0].data() == from[0].binary().bytes.data());

  json::write_context unused;
  value same;
  json::value_writer to_value(same);
  json::copy(from.view(), to_value, unused);
  CHECK(same == from);
  CHECK(unused.attachments.empty());
}

}  // namespace
