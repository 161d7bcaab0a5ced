// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/value.hpp>

namespace sio = socketiopp;

namespace {

struct picture {
  std::string name;
  sio::binary data;
};
struct tree {
  std::vector<tree> children;
  std::unique_ptr<tree> next;
};
struct forest {
  std::vector<forest> trees;
  std::optional<sio::binary> data;
};
struct blob {
  int number;
};

}  // namespace

template <> struct sio::fields<blob> { using as = sio::binary; };

namespace {

using sio::json::can_hold_binary;

static_assert(can_hold_binary<sio::binary>() && can_hold_binary<sio::binary const&>());
static_assert(can_hold_binary<sio::json::value>() && can_hold_binary<sio::arguments>());
static_assert(can_hold_binary<picture>() && can_hold_binary<forest>() && can_hold_binary<blob>());
static_assert(can_hold_binary<std::vector<std::pair<int, picture>>>());
static_assert(can_hold_binary<std::map<std::string, std::variant<int, std::shared_ptr<picture>>>>());
static_assert(can_hold_binary<std::tuple<int, std::array<sio::binary, 2>>>() &&
              can_hold_binary<picture[2]>());
static_assert(!can_hold_binary<int>() && !can_hold_binary<std::string>() && !can_hold_binary<tree>());
static_assert(!can_hold_binary<std::variant<int, std::vector<tree>>>());

TEST_CASE("binary: made from bytes and from text, and compared") {
  std::byte const bytes[] = {std::byte{'a'}, std::byte{0}};
  sio::binary const data(std::span<std::byte const>{bytes});
  CHECK(data.bytes.size() == 2);
  CHECK(data == sio::binary(std::string_view("a\0", 2)));
  CHECK(data.text() == std::string_view("a\0", 2));
  CHECK(data != sio::binary("a"));
  CHECK(sio::binary().text().empty());
}

}  // namespace
