// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/reflect/named_members.hpp>

namespace sio = socketiopp;

namespace {

struct reflected {
  std::string name;
  int age = 0;
};

struct base {
  int id = 0;
};

class listed : public base {
public:
  std::string name;
  int secret = 1;
};

struct converted {
  int number = 0;
};

struct checked {
  int begin = 0;
  int end = 0;
};

enum class status : std::uint8_t { good = 200 };

}  // namespace

template <> struct sio::fields<listed> {
  static constexpr std::tuple members{sio::field{"user_name", &listed::name}, sio::field{"id", &listed::id}};
};

template <> struct sio::fields<converted> { using as = std::string; };

template <> struct sio::fields<checked> {
  static std::optional<std::string> validate(checked const& value) {
    if (value.begin <= value.end) return std::nullopt;
    return "it ends before it begins";
  }
};

template <> struct sio::fields<status> : sio::as_number<status> {};

namespace {

namespace reflect = sio::reflect;

static_assert(reflect::has_members<reflected> && reflect::has_members<listed>);
static_assert(!reflect::has_members<converted> && reflect::converted<converted>);
static_assert(reflect::has_members<checked> && reflect::field_names<checked>[1] == "end");
static_assert(reflect::validated<checked> && !reflect::validated<reflected> && !reflect::validated<status>);
static_assert(reflect::converted<status>);
static_assert(!reflect::has_members<int> && !reflect::has_members<std::string>);
static_assert(reflect::field_names<reflected>.size() == 2 && reflect::field_names<reflected>[1] == "age");
static_assert(reflect::field_names<listed>.size() == 2 && reflect::field_names<listed>[0] == "user_name");

TEST_CASE("named members: members found by reflection are visited with their names") {
  reflected value{"anna", 7};
  std::string seen;
  reflect::for_each_member(value, [&]<class Member>(std::string_view name, Member& member) {
    (seen += name) += ' ';
    member = Member{};
  });
  CHECK(seen == "name age ");
  CHECK(value.name.empty());
  CHECK(value.age == 0);
}

TEST_CASE("named members: listed members are renamed, left out and taken from a base") {
  listed value;
  value.id = 5;
  std::string seen;
  reflect::for_each_member(std::as_const(value),
                           [&](std::string_view name, auto const&) { (seen += name) += ' '; });
  CHECK(seen == "user_name id ");
  std::get<1>(reflect::field_references(value)) = 6;
  CHECK(value.id == 6);
}

}  // namespace
