// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "load_crowd.hpp"
#include "load_message.hpp"
#include "process.hpp"

/// Clients that enter rooms.
namespace bench {

/// The call that has one enter a room, and waits for the answer of that number.
inline std::string entry_call() {
  return "42" + place_of(by_number) + R"(["join",{"id":")" + place_of(by_room) + "\"}]";
}
inline std::string entry_answer() { return "43" + place_of(by_number) + "[]"; }

/// Has each client from `first` on enter that many rooms, and waits until all are in.
/// `room_of(who, i)` is the number of the room.
template <class RoomOf>
void enter_rooms(load_crowd& crowd, std::size_t first, std::size_t rooms_each, RoomOf&& room_of) {
  frame_pattern const call(entry_call());
  pattern answer(entry_answer());
  std::vector<std::size_t> entered(crowd.size());
  auto waiting = (crowd.size() - first) * rooms_each;
  std::string out;
  for (auto who = first; who < crowd.size(); ++who) {
    out.clear();
    for (std::size_t i = 0; i < rooms_each; ++i)
      call.append_to(out, {digits_of(i), 0, digits_of(room_of(who, i))});
    crowd[who].send(out);
  }
  auto last = now();
  auto const check = [&](std::size_t who, std::string_view text, std::uint64_t time) {
    auto const expected = answer.with({digits_of(entered[who]), 0, 0});
    if (text != expected) crowd[who].fail("instead of " + quoted(expected) + " comes " + quoted(text));
    ++entered[who];
    --waiting;
    last = time;
  };
  while (waiting > 0) {
    crowd.turn(100, check, [](std::size_t, bool) {});
    if (now() > last + 10'000'000'000) throw failure("for 10 seconds nobody has entered a room");
  }
}

}  // namespace bench
