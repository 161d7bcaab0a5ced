// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <variant>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/reflect/enums.hpp>

/// The words of a fault: what was wanted, what was found, and where. Only a read that fails comes here.
namespace socketiopp::json::detail {

/// `text` in quotes, cut after 32 bytes and without control characters: it may come from an enemy.
inline std::string quoted(std::string_view text) {
  constexpr std::size_t most = 32;
  std::string shown = "\"";
  std::size_t end = text.size() < most ? text.size() : most;
  while (end > 0 && end < text.size() && meta::continues_utf8(text[end])) --end;
  for (char const c : text.substr(0, end))
    shown += static_cast<unsigned char>(c) < 0x20 || c == '"' ? '?' : c;
  return shown += end < text.size() ? "...\"" : "\"";
}

/// `2 elements`, `1 element`.
inline std::string count_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " element" : " elements");
}

/// What a value is, in a few words. Of a string only its kind is told: it may be a secret.
template <view View> std::string found(View from) {
  switch (from.kind()) {
    case kind::null: return "null";
    case kind::boolean: return from.boolean() ? "true" : "false";
    case kind::integer: return std::to_string(from.integer());
    case kind::natural: return std::to_string(from.natural());
    case kind::real: {
      char text[32];
      return {text, std::to_chars(text, text + sizeof text, from.real()).ptr};
    }
    case kind::string: return "a string";
    case kind::array: return "an array of " + count_of(from.size());
    case kind::object: return "an object";
    case kind::binary: return "binary data";
  }
  return "nothing";
}

/// What a `T` is read from, in a few words.
template <class T> std::string wanted() {
  constexpr shape s = shape_of<T>;
  if constexpr (s == shape::null) {
    return "null";
  } else if constexpr (s == shape::boolean) {
    return "true or false";
  } else if constexpr (s == shape::integer) {
    return "an integer from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
           std::to_string(std::numeric_limits<T>::max());
  } else if constexpr (s == shape::real) {
    return std::is_same_v<T, float> ? "a number that fits a float" : "a number";
  } else if constexpr (s == shape::enumeration) {
    std::string names;
    reflect::for_each_enumerator<T>(
        [&](std::string_view name) { (names += names.empty() ? "" : ", ") += name; });
    return "one of " + names;
  } else if constexpr (s == shape::string) {
    return "a string";
  } else if constexpr (s == shape::binary) {
    return "binary data";
  } else if constexpr (s == shape::optional || s == shape::pointer || s == shape::converted) {
    return []<class Part>(types<Part>) { return wanted<Part>(); }(parts_of<T>());
  } else if constexpr (s == shape::variant) {
    return "one of " + std::to_string(std::variant_size_v<T>) + " alternatives";
  } else if constexpr (std::is_bounded_array_v<T>) {
    return "an array of " + count_of(std::extent_v<T>);
  } else if constexpr (s == shape::tuple) {
    return "an array of " + count_of(std::tuple_size_v<T>);
  } else if constexpr (s == shape::sequence || s == shape::set) {
    return "an array";
  } else if constexpr (s == shape::dynamic) {
    return "a value";
  } else {
    return "an object";
  }
}

/// The step of a path to an element.
inline std::string step_to(std::size_t index) { return "[" + std::to_string(index) + "]"; }

/// The step of a path to a member; a name that is no identifier is quoted.
inline std::string step_to(std::string_view name) {
  bool plain = !name.empty() && name.size() <= 32 && !(name[0] >= '0' && name[0] <= '9');
  for (char const c : name) {
    plain = plain && (c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
  }
  return plain ? "." + std::string(name) : "[" + quoted(name) + "]";
}

}  // namespace socketiopp::json::detail
