// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/reflect/names.hpp>

// A type with external linkage: compilers print its address differently.
struct outer_person {
  std::string name;
  std::vector<int> ages;
  int row[3];
};

namespace {

using socketiopp::reflect::member_names;

struct person {
  std::string first_name;
  int age2;
  outer_person inner;
};

template <class T, int N> struct in_template {
  struct item {
    T value_;
  };
};

struct in_unicode {
  int \u00e9t\u00e9;
};

struct nothing {};

static_assert(member_names<outer_person>[0] == "name");
static_assert(member_names<outer_person>[1] == "ages");
static_assert(member_names<outer_person>[2] == "row");
static_assert(member_names<person>[0] == "first_name");
static_assert(member_names<person>[1] == "age2");
static_assert(member_names<person>[2] == "inner");
static_assert(member_names<in_template<std::optional<int>, 3>::item>[0] == "value_");
static_assert(member_names<in_unicode>[0] == "\u00e9t\u00e9");
static_assert(member_names<nothing>.empty());

TEST_CASE("names: a type inside a function") {
  struct local {
    int x;
    int yy;
  };
  CHECK(member_names<local>.size() == 2);
  CHECK(member_names<local>[0] == "x");
  CHECK(member_names<local>[1] == "yy");
}

}  // namespace
