// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/value_writer.hpp>

namespace {

namespace json = socketiopp::json;
using json::to_value;
using json::value;

enum class color { red, green };
struct picture {
  std::string name;
  std::optional<int> width;
  socketiopp::binary data;
  std::vector<std::variant<color, double>> paints;
  bool operator==(picture const&) const = default;
};

TEST_CASE("value writer: scalars") {
  CHECK(to_value(nullptr) == value{});
  CHECK(to_value(true) == value{true});
  CHECK(to_value(INT64_MIN) == value{INT64_MIN});
  CHECK(to_value(UINT64_MAX) == value{UINT64_MAX});
  CHECK(to_value(7U) == value{7});
  CHECK(to_value(1.5F) == value{1.5});
  CHECK(to_value("text") == value{"text"});
  CHECK(to_value(color::green) == value{"green"});
  CHECK(to_value(value{value::array{1}}) == value{value::array{1}});
}

TEST_CASE("value writer: arrays and objects, empty ones too, inside of each other") {
  CHECK(to_value(std::vector<std::vector<int>>{{}, {1, 2}}) == json::array(json::array(), json::array(1, 2)));
  CHECK(to_value(std::map<std::string, std::map<int, std::vector<bool>>>{{"a", {{1, {true}}, {2, {}}}},
                                                                         {"b", {}}}) ==
        value::object{{"a", value::object{{"1", json::array(true)}, {"2", json::array()}}},
                      {"b", value::object{}}});
}

TEST_CASE("value writer: an aggregate and back, with its binary data inside") {
  picture const before{"p", {}, socketiopp::binary("bytes"), {color::red, 0.5}};
  value const made = to_value(before);
  CHECK(made == value::object{{"name", "p"},
                              {"data", socketiopp::binary("bytes")},
                              {"paints", value::array{"red", 0.5}}});
  picture after{"", 1, {}, {}};
  json::read_context context;
  REQUIRE(json::read(made.view(), after, context));
  CHECK((after == before));
}

TEST_CASE("value writer: what JSON cannot say throws") {
  CHECK_THROWS_AS(to_value(std::numeric_limits<double>::quiet_NaN()), std::system_error);
  CHECK_THROWS_AS(to_value(std::vector{-std::numeric_limits<double>::infinity()}), std::system_error);
  CHECK_THROWS_AS(to_value("\xff"), std::system_error);
  CHECK_THROWS_AS(to_value(std::map<std::string, int>{{"\x80", 1}}), std::system_error);
}

}  // namespace
