// SPDX-License-Identifier: MIT
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/rapidjson.hpp>

namespace {

namespace json = socketiopp::json;
using socketiopp::arguments;

struct user {
  std::string name;
  int age;
};

arguments const some({1, "a", json::value::object{{"name", "anna"}, {"age", 7}}, socketiopp::binary("b")});

template <class T> socketiopp::fault fault_of(std::size_t i) {
  try {
    (void)some.get<T>(i);
  } catch (socketiopp::payload_error const& error) {
    return error.fault();
  }
  return {};
}

TEST_CASE("arguments: size, index and iteration") {
  CHECK(some.size() == 4);
  CHECK(some[1].string() == "a");
  CHECK(some[9].is_null());
  std::size_t count = 0;
  for (json::value const& one : some) count += one.is_null() ? 0U : 1U;
  CHECK(count == 4);
  CHECK(arguments().empty());
}

TEST_CASE("arguments: each as a typed value") {
  CHECK(some.get<int>(0) == 1);
  CHECK(some.get<std::string>(1) == "a");
  CHECK(some.get<user>(2).age == 7);
  CHECK(some.get<socketiopp::binary>(3).text() == "b");
  CHECK(some.get<std::optional<int>>(4) == std::nullopt);
  CHECK(some.get<json::value>(0).integer() == 1);
}

TEST_CASE("arguments: a misfit throws, with its path") {
  CHECK(fault_of<bool>(0) == socketiopp::fault{"[0]", "true or false is wanted, found 1"});
  CHECK(fault_of<std::vector<bool>>(2) == socketiopp::fault{"[2]", "an array is wanted, found an object"});
  CHECK(fault_of<bool>(4) == socketiopp::fault{"[4]", "true or false is wanted, found nothing"});
}

TEST_CASE("arguments: read from the array of an event") {
  std::string text = R"(["event",1,{"a":{"_placeholder":true,"num":0}}])";
  json::rapidjson::document document;
  REQUIRE(document.parse(text.data(), text.size()));
  std::byte const bytes[] = {std::byte{'x'}};
  std::span<std::byte const> const attachments[] = {bytes};
  json::read_context context{attachments};
  arguments read;
  REQUIRE(json::read_arguments(document.root(), 1, read, context));
  CHECK(read.size() == 2);
  CHECK(read[1]["a"].binary().text() == "x");
  REQUIRE(json::read_arguments(document.root(), 3, read, context));
  CHECK(read.empty());

  std::string bad = R"(["event",[{"_placeholder":true,"num":1}]])";
  REQUIRE(document.parse(bad.data(), bad.size()));
  CHECK_FALSE(json::read_arguments(document.root(), 1, read, context));
  CHECK(context.fault.path == "[0][0]");
}

}  // namespace
