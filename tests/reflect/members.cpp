// SPDX-License-Identifier: MIT
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/reflect/members.hpp>

namespace {

namespace reflect = socketiopp::reflect;
using reflect::member_count;
using reflect::reflectable;

struct nothing {};
struct only_text {
  std::string text;
};
struct only_optional {
  std::optional<std::string> text;
};
struct only_nothing {
  nothing inner;
};
struct mixed {
  std::string text;
  int number;
  int row[3];
  std::optional<int> maybe;
  std::variant<int, std::string> either;
  std::array<int, 4> four;
  int grid[2][2];
  std::unique_ptr<int> owned;
  std::map<std::string, int> table;
};
struct nested {
  mixed inner;
  only_text text;
  bool flag;
};
struct tree {
  std::vector<tree> children;
  std::unique_ptr<tree> next;
  std::optional<std::vector<tree>> more;
};
struct wide_row {
  int numbers[200];
  char last;
};
struct most {
  int a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16;
  int b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16;
};
struct too_many {
  most inner_are_one;
  int a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16;
  int b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16;
};
struct derived : only_text {
  int more;
};
struct derived_from_nothing : nothing {
  int more;
};
struct no_default {
  explicit no_default(int);
};
struct holds_no_default {
  int first;
  no_default second;
};
struct with_callback {
  std::function<void()> call;
  int number = 7;
};
class hidden {
  [[maybe_unused]] int number_ = 0;
};

static_assert(member_count<nothing> == 0);
static_assert(member_count<only_text> == 1);
static_assert(member_count<only_optional> == 1);
static_assert(member_count<only_nothing> == 1);
static_assert(member_count<mixed> == 9);
static_assert(member_count<nested> == 3);
static_assert(member_count<tree> == 3);
static_assert(member_count<wide_row> == 2);
static_assert(member_count<most> == 32);
static_assert(member_count<with_callback> == 2);

static_assert(reflectable<nothing> && reflectable<mixed> && reflectable<most> && reflectable<tree>);
static_assert(!reflectable<too_many>);
static_assert(!reflectable<derived> && !reflectable<derived_from_nothing>);
static_assert(!reflectable<holds_no_default>);
static_assert(!reflectable<hidden> && !reflectable<int> && !reflectable<std::string>);

TEST_CASE("members: the references are those of the members, in order") {
  mixed value{};
  auto const members = reflect::members(value);
  static_assert(std::tuple_size_v<decltype(reflect::members(value))> == 9);
  CHECK(&std::get<0>(members) == &value.text);
  CHECK(&std::get<2>(members) == &value.row);
  CHECK(&std::get<8>(members) == &value.table);
  std::get<2>(members)[1] = 5;
  CHECK(value.row[1] == 5);
}

TEST_CASE("members: a constant has constant members") {
  only_text const value{"a"};
  auto const members = reflect::members(value);
  static_assert(std::is_same_v<decltype(std::get<0>(members)), std::string const&>);
  CHECK(std::get<0>(members) == "a");
}

TEST_CASE("members: as many as there may be") {
  most value{};
  value.b16 = 9;
  CHECK(std::get<31>(reflect::members(value)) == 9);
}

}  // namespace
