// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#if __has_include(<nlohmann/json.hpp>)
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/copy.hpp>
#include <socketiopp/json/nlohmann.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/write_context.hpp>

// What holds for every codec stands in codec.cpp.

namespace {

namespace json = socketiopp::json;

static_assert(json::codec<json::nlohmann>);

TEST_CASE("nlohmann: strings stand in the text, one behind the other") {
  std::string text = R"({"a\u00e9":["\n",1,"","c"]})";
  json::nlohmann::document d;
  REQUIRE(d.parse(text.data(), text.size()));
  auto const found = d.root().find("a\xc3\xa9");
  REQUIRE(found);
  CHECK((*found)[0].string() == "\n");
  CHECK((*found)[2].string().empty());
  CHECK((*found)[3].string() == "c");
  CHECK(std::string_view(text).starts_with("a\xc3\xa9\nc"));
}

TEST_CASE("nlohmann: strings that end where the text ends overwrite nothing that is still read") {
  for (std::string_view const text :
       {R"("a")", R"(["a","b"])", R"({"":""})", R"([[["abc"],"d"],{"e":"f"}])"}) {
    std::string copy(text);
    json::nlohmann::document d;
    CHECK(d.parse(copy.data(), copy.size()));
  }
}

// What a codec makes of a text, written again; "refused" where it makes nothing of it.
template <class Codec> std::string made_of(std::string text) {
  typename Codec::document d;
  if (!d.parse(text.data(), text.size())) return "refused";
  std::string again;
  json::text_writer<std::string> to(again);
  json::write_context context;
  json::copy(d.root(), to, context);
  return again;
}

TEST_CASE("nlohmann: takes, refuses and understands the same as RapidJSON") {
  std::string const whole = R"(["m\u00e9\n\ud83d\ude00",-0,1.25e2,-7E-3,{"a":[12,true,null,false],"a":"caf)"
                            "\xc3\xa9 \xf0\x9f\x98\x80\"}]";
  REQUIRE(made_of<json::nlohmann>(whole) != "refused");
  std::size_t different = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[i] = static_cast<char>(byte);
      bool const same = made_of<json::nlohmann>(changed) == made_of<json::rapidjson>(changed);
      if (!same && ++different < 5) CHECK_MESSAGE(same, changed);
    }
    std::string const cut = whole.substr(i);
    CHECK(made_of<json::nlohmann>(cut) == made_of<json::rapidjson>(cut));
  }
  CHECK(different == 0);
}

}  // namespace
#endif
