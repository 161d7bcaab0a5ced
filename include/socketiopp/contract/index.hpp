// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <socketiopp/contract/events.hpp>

/// From the name that came over the wire to the place of its event in the contract.
namespace socketiopp::detail {

/// The names of a list of events, in an order that makes them quick to find.
template <class Events> class event_index;

template <class... Events> class event_index<events<Events...>> {
  struct entry {
    std::string_view name;
    std::size_t place = 0;

    // Lengths differ more often than first characters, and are compared at once.
    friend constexpr bool operator<(entry const& left, entry const& right) {
      return left.name.size() != right.name.size() ? left.name.size() < right.name.size()
                                                   : left.name < right.name;
    }
  };

  static constexpr auto sorted = [] {
    std::array<entry, sizeof...(Events)> all{};
    std::size_t place = 0;
    ((all[place] = {Events::name, place}, ++place), ...);
    std::sort(all.begin(), all.end());
    return all;
  }();

public:
  static constexpr std::size_t size = sizeof...(Events);

  /// Whether no name is listed twice.
  static constexpr bool unique =
      std::adjacent_find(sorted.begin(), sorted.end(),
                         [](entry const& a, entry const& b) { return a.name == b.name; }) == sorted.end();

  /// The event's place in the list, or `size` if there is none of that name.
  static constexpr std::size_t find(std::string_view name) {
    auto const found = std::lower_bound(sorted.begin(), sorted.end(), entry{name});
    return found != sorted.end() && found->name == name ? found->place : size;
  }
};

}  // namespace socketiopp::detail
