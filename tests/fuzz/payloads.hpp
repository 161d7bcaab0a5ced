// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/value.hpp>

/// What the targets that read payloads share: types, and when two values are the same.
namespace payloads {

using namespace socketiopp;

enum class color { red, green, blue = 7, none = -1 };

struct point {
  std::int8_t x = 0;
  float y = 0;
  bool operator==(point const&) const = default;
};

using choice =
    std::variant<std::monostate, bool, std::uint16_t, color, std::string, point, std::vector<point>, binary>;

inline bool is_number(json::kind is) {
  return is == json::kind::integer || is == json::kind::natural || is == json::kind::real;
}

/// A number is the same whether it is held as an integer or as a real: 1.0 is written as 1 in JSON text.
inline bool same(json::value const& a, json::value const& b) {
  if (is_number(a.kind()) && is_number(b.kind())) return a == b || a.real() == b.real();
  if (a.kind() != b.kind() || a.size() != b.size()) return false;
  if (a.size() == 0) return a == b;
  auto const equal = [](json::value const& x, json::value const& y) { return same(x, y); };
  auto const named = [](auto const& x, auto const& y) {
    return x.first == y.first && same(x.second, y.second);
  };
  return std::equal(a.elements().begin(), a.elements().end(), b.elements().begin(), equal) &&
         std::equal(a.members().begin(), a.members().end(), b.members().begin(), named);
}

}  // namespace payloads
