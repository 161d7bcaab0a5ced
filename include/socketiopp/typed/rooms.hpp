// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// What can name rooms.
namespace socketiopp::detail {

template <class T>
concept room_name = std::convertible_to<T const&, std::string_view>;

template <class T>
concept room_range = !room_name<T> && requires(T const& range) {
  { *std::begin(range) } -> std::convertible_to<std::string_view>;
  std::end(range);
};

/// Calls `visit(std::string_view)` with each room: names, and ranges of them.
template <class Visit, class... Rooms> void for_each_room(Visit visit, Rooms const&... rooms) {
  constexpr bool are_rooms = ((room_name<Rooms> || room_range<Rooms>)&&...);
  static_assert(are_rooms, "socketiopp: a room is named by a string, or by a range of strings");
  [[maybe_unused]] auto const one = [&]<class T>(T const& given) {
    if constexpr (room_name<T>)
      visit(std::string_view(given));
    else if constexpr (room_range<T>)
      for (auto const& name : given) visit(std::string_view(name));
  };
  (one(rooms), ...);
}

/// The names of all of them, to be kept.
template <class... Rooms> std::vector<std::string> room_names(Rooms const&... rooms) {
  std::vector<std::string> names;
  for_each_room([&](std::string_view room) { names.emplace_back(room); }, rooms...);
  return names;
}

}  // namespace socketiopp::detail
