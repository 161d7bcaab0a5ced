// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/rapidjson.hpp>

// What holds for every codec stands in codec.cpp.

namespace {

namespace json = socketiopp::json;

static_assert(json::codec<json::rapidjson>);

TEST_CASE("rapidjson: the byte behind the text is left as it was") {
  for (std::string_view const text : {"[1]", "\"ab\"", "12", "[1", "\"ab"}) {
    std::string buffer(text);
    buffer += "3]";
    json::rapidjson::document d;
    (void)d.parse(buffer.data(), text.size());
    CHECK(buffer.substr(text.size()) == "3]");
  }
}

TEST_CASE("rapidjson: strings stay in the text") {
  std::string text = R"(["a\u0041b"])";
  json::rapidjson::document d;
  REQUIRE(d.parse(text.data(), text.size()));
  CHECK(d.root()[0].string() == "aAb");
  CHECK(d.root()[0].string().data() == text.data() + 2);
}

}  // namespace
