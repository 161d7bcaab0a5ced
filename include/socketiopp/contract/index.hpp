// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <socketiopp/contract/events.hpp>

/// From the name that came over the wire to the place of its event in the contract.
namespace socketiopp::detail {

// The work on names is no template: a file with a contract compiles it once, whatever lists there are.

struct named_place {
  std::string_view name;
  std::size_t place = 0;
};

// Lengths differ more often than first characters, and are compared at once.
constexpr bool stands_before(std::string_view left, std::string_view right) {
  return left.size() != right.size() ? left.size() < right.size() : left < right;
}

// Shell's: short, and done before a compiler's bound on steps for lists of hundreds of events.
constexpr void sort_by_name(named_place* all, std::size_t count) {
  for (auto gap = count / 2; gap > 0; gap /= 2)
    for (std::size_t i = gap; i < count; ++i)
      for (auto j = i; j >= gap && stands_before(all[j].name, all[j - gap].name); j -= gap)
        std::swap(all[j], all[j - gap]);
}

constexpr bool all_differ(named_place const* sorted, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i)
    if (sorted[i - 1].name == sorted[i].name) return false;
  return true;
}

/// The place of that name, or `count`.
constexpr std::size_t find_place(named_place const* sorted, std::size_t count, std::string_view name) {
  std::size_t first = 0;
  for (auto left = count; left > 0;) {
    auto const half = left / 2;
    if (stands_before(sorted[first + half].name, name)) {
      first += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return first != count && sorted[first].name == name ? sorted[first].place : count;
}

/// The names of a list of events, in an order that makes them quick to find.
template <class Events> class event_index;

template <class... Events> class event_index<events<Events...>> {
  static constexpr auto sorted = [] {
    std::array<named_place, sizeof...(Events)> all{};
    std::size_t place = 0;
    ((all[place] = {Events::name, place}, ++place), ...);
    sort_by_name(all.data(), all.size());
    return all;
  }();

public:
  static constexpr std::size_t size = sizeof...(Events);

  /// Whether no name is listed twice.
  static constexpr bool unique = all_differ(sorted.data(), size);

  /// The event's place in the list, or `size` if there is none of that name.
  static constexpr std::size_t find(std::string_view name) { return find_place(sorted.data(), size, name); }
};

}  // namespace socketiopp::detail
