// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>

namespace sio = socketiopp;

namespace {

enum class color { red };
struct user {
  std::string name;
};
struct tree {
  int label;
  std::vector<tree> children;
  std::unique_ptr<tree> next;
};
struct holds_text {
  std::string_view name;
};
struct holds_pointer {
  int* raw;
};
struct derived : user {};
class opaque {
  [[maybe_unused]] int number_ = 0;
};
struct uuid {
  std::uint64_t high, low;
};

}  // namespace

template <> struct sio::fields<uuid> {
  using as = std::string;
  static std::string to(uuid const&) { return {}; }
  static bool from(std::string const&, uuid&) { return true; }
};

namespace {

using sio::json::payload;
using sio::json::shape;
using sio::json::shape_of;
using sio::json::writable;

static_assert(shape_of<uuid> == shape::converted);
static_assert(shape_of<std::nullptr_t> == shape::null && shape_of<std::monostate> == shape::null);
static_assert(shape_of<bool> == shape::boolean);
static_assert(shape_of<std::uint8_t> == shape::integer && shape_of<long long> == shape::integer);
static_assert(shape_of<float> == shape::real && shape_of<double> == shape::real);
static_assert(shape_of<color> == shape::enumeration);
static_assert(shape_of<std::string> == shape::string);
static_assert(shape_of<std::string_view> == shape::text && shape_of<char const*> == shape::text);
static_assert(shape_of<char[6]> == shape::text);
static_assert(shape_of<sio::binary> == shape::binary && shape_of<sio::json::value> == shape::dynamic);
static_assert(shape_of<std::optional<int>> == shape::optional);
static_assert(shape_of<std::unique_ptr<int>> == shape::pointer &&
              shape_of<std::shared_ptr<int>> == shape::pointer);
static_assert(shape_of<std::variant<int, bool>> == shape::variant);
static_assert(shape_of<std::tuple<int>> == shape::tuple && shape_of<std::pair<int, int>> == shape::tuple);
static_assert(shape_of<std::array<int, 3>> == shape::tuple && shape_of<int[3]> == shape::tuple);
static_assert(shape_of<std::vector<bool>> == shape::sequence && shape_of<std::deque<int>> == shape::sequence);
static_assert(shape_of<std::list<int>> == shape::sequence);
static_assert(shape_of<std::set<int>> == shape::set && shape_of<std::unordered_set<int>> == shape::set);
static_assert(shape_of<std::map<std::string, int>> == shape::map);
static_assert(shape_of<std::unordered_map<int, int>> == shape::map);
static_assert(shape_of<user> == shape::members);

static_assert(shape_of<char> == shape::unsupported && shape_of<char8_t> == shape::unsupported);
static_assert(shape_of<std::byte> == shape::unsupported && shape_of<long double> == shape::unsupported);
static_assert(shape_of<int*> == shape::unsupported && shape_of<opaque> == shape::unsupported);
static_assert(shape_of<derived> == shape::unsupported);
static_assert(shape_of<std::map<double, int>> == shape::unsupported);
static_assert(shape_of<std::multimap<std::string, int>> == shape::unsupported);

static_assert(payload<int> && payload<user> && payload<uuid> && payload<sio::json::value>);
static_assert(payload<std::vector<std::map<std::string, std::optional<user>>>>);
static_assert(payload<tree>, "a recursive type must not loop");
static_assert(!payload<std::string_view> && !payload<holds_text> && !payload<std::vector<char const*>>);
static_assert(!payload<holds_pointer> && !payload<std::vector<std::byte>> &&
              !payload<std::tuple<int, opaque>>);
static_assert(writable<holds_text> && writable<char const*> && writable<char const (&)[4]> &&
              writable<tree const&>);
static_assert(!writable<holds_pointer> && !writable<opaque>);

TEST_CASE("shape: told apart at compile time") { CHECK(shape_of<user> == shape::members); }

}  // namespace
