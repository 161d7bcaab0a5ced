// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/parser/concept.hpp>
#include <socketiopp/parser/text.hpp>

using namespace socketiopp;

namespace {

struct no_format {
  template <class> struct format {};
};

}  // namespace

TEST_CASE("parser: F-220: what is one, and what is none") {
  CHECK(parser::policy<parser::text, json::rapidjson>);
  CHECK_FALSE(parser::policy<no_format, json::rapidjson>);
  CHECK_FALSE(parser::policy<int, json::rapidjson>);
}
