// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/room.hpp>
#include <socketiopp/meta/fixed_string.hpp>

/// Families of namespaces whose names have typed parts.
namespace socketiopp {

namespace detail {

/// What may stand in a pattern: integers and strings.
template <class T>
concept pattern_part =
    (std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>) || std::same_as<T, std::string>;

/// The texts between the parts of a pattern, cut at `{name}`; one more than there are parts.
template <meta::fixed_string Name> struct pattern_texts {
  static constexpr std::string_view whole = Name.view();
  static constexpr std::size_t parts = [] {
    std::size_t count = 0;
    for (auto const c : whole) count += c == '{';
    return count;
  }();
  static constexpr auto between = [] {
    std::array<std::string_view, parts + 1> texts{};
    std::size_t part = 0, start = 0, i = 0;  // by places: g++ 12 cannot search a template's string
    for (; i < whole.size(); ++i) {
      if (whole[i] != '{') continue;
      texts[part++] = whole.substr(start, i - start);
      while (i < whole.size() && whole[i] != '}') ++i;
      start = i + 1;
    }
    if (start < whole.size()) texts[part] = whole.substr(start);
    return texts;
  }();
};

inline bool take_part(std::string_view text, std::string& part) {
  part = text;
  return !text.empty();
}
// Not by <charconv>, for which every header with a contract would pay. Of a number that is too large another
// one is left, which gives another name.
template <std::integral T> bool take_part(std::string_view text, T& part) {
  auto const negative = std::is_signed_v<T> && text.starts_with('-');
  std::uintmax_t number = 0;
  for (char const c : text.substr(negative)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<std::uintmax_t>(c - '0');
  }
  part = static_cast<T>(negative ? 0 - number : number);
  return true;
}

}  // namespace detail

/// A family of namespaces: with `inline constexpr sio::pattern<"/orders-{id}", int> orders;`,
/// `io.of<C>(orders)` serves `/orders-1`, `/orders-2` and so on, `orders(1)` is a name, and
/// `orders.parts(s.nsp())` gives its parts. A part is an integer, or a string of at least one character and
/// without a slash, which ends where the text that follows it in the pattern is found first.
template <meta::fixed_string Name, class... Parts> struct pattern {
  using texts = detail::pattern_texts<Name>;
  static constexpr bool made_of_parts = (detail::pattern_part<Parts> && ...);
  static_assert(made_of_parts, "socketiopp: pattern: the parts of a name are integers and std::string");
  static_assert(texts::parts == sizeof...(Parts),
                "socketiopp: pattern: one type for each {part} of the name");
  static_assert(texts::whole.starts_with('/'), "socketiopp: pattern: a namespace's name starts with a slash");

  /// The name with these parts.
  std::string operator()(Parts const&... given) const {
    std::string name(texts::between[0]);
    std::size_t i = 0;
    ((detail::append_room_part<Parts>(name, given), name += texts::between[++i]), ...);
    return name;
  }

  /// The parts of a name; none if it is not of this family. One name has one form: `/orders-007` is nobody's.
  std::optional<std::tuple<Parts...>> parts(std::string_view name) const {
    std::tuple<Parts...> found;
    if (!name.starts_with(texts::between[0])) return std::nullopt;
    auto rest = name.substr(texts::between[0].size());
    std::size_t i = 0;
    auto const take = [&](auto& part) {
      auto const& next = texts::between[++i];
      auto const last = i == sizeof...(Parts);
      if (last && !rest.ends_with(next)) return false;
      auto const length = last ? rest.size() - next.size() : rest.find(next);
      if (length == std::string_view::npos) return false;
      auto const text = rest.substr(0, length);
      rest.remove_prefix(length + next.size());
      return text.find('/') == std::string_view::npos && detail::take_part(text, part);
    };
    auto const good = std::apply([&](auto&... part) { return (take(part) && ...); }, found);
    if (!good || !rest.empty() || std::apply(*this, found) != name) return std::nullopt;
    return found;
  }
};

}  // namespace socketiopp
