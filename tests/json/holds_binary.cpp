// SPDX-License-Identifier: MIT
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/holds_binary.hpp>
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

}  // namespace
