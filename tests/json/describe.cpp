// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/describe.hpp>
#include <socketiopp/json/value.hpp>

namespace {

namespace detail = socketiopp::json::detail;
using socketiopp::json::value;

enum class color { red, green };
struct user {
  int age;
};

std::string found(value const& v) { return detail::found(v.view()); }

TEST_CASE("describe: what was found") {
  CHECK(found(nullptr) == "null");
  CHECK(found(false) == "false");
  CHECK(found(-3) == "-3");
  CHECK(found(UINT64_MAX) == "18446744073709551615");
  CHECK(found(1.5) == "1.5");
  CHECK(found("secret") == "a string");
  CHECK(found(value::array{1}) == "an array of 1 element");
  CHECK(found(value::array{}) == "an array of 0 elements");
  CHECK(found(value::object{}) == "an object");
  CHECK(found(socketiopp::binary("x")) == "binary data");
}

TEST_CASE("describe: what was wanted") {
  CHECK(detail::wanted<std::uint8_t>() == "an integer from 0 to 255");
  CHECK(detail::wanted<std::int64_t>() == "an integer from -9223372036854775808 to 9223372036854775807");
  CHECK(detail::wanted<float>() == "a number that fits a float");
  CHECK(detail::wanted<double>() == "a number");
  CHECK(detail::wanted<bool>() == "true or false");
  CHECK(detail::wanted<color>() == "one of red, green");
  CHECK(detail::wanted<std::optional<std::string>>() == "a string");
  CHECK(detail::wanted<std::variant<int, bool>>() == "one of 2 alternatives");
  CHECK(detail::wanted<std::tuple<int, int>>() == "an array of 2 elements");
  CHECK(detail::wanted<int[3]>() == "an array of 3 elements");
  CHECK(detail::wanted<std::vector<int>>() == "an array");
  CHECK(detail::wanted<user>() == "an object");
}

TEST_CASE("describe: text of the peer is cut and has no control characters") {
  CHECK(detail::quoted("a b") == "\"a b\"");
  CHECK(detail::quoted("a\"\n\x1b[31m") == "\"a???[31m\"");
  CHECK(detail::quoted(std::string(1000, 'a')) == '"' + std::string(32, 'a') + "...\"");
  CHECK(detail::quoted(std::string(31, 'a') + "\xc3\xa9") == '"' + std::string(31, 'a') + "...\"");
  CHECK(detail::quoted(std::string(100, '\x80')) == "\"...\"");
}

TEST_CASE("describe: steps of a path") {
  using namespace std::literals;
  CHECK(detail::step_to(std::size_t{3}) == "[3]");
  CHECK(detail::step_to("name"sv) == ".name");
  CHECK(detail::step_to("two words"sv) == "[\"two words\"]");
  CHECK(detail::step_to(""sv) == "[\"\"]");
}

}  // namespace
