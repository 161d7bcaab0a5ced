// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/core/packet_log.hpp>

using namespace socketiopp;
using namespace std::chrono_literals;
using core::packet_log;
using texts = std::vector<std::string>;

namespace {

parser::outgoing packet(std::uint64_t offset, std::string const& text) {
  engine::packet_builder builder;
  builder.append(text);
  parser::outgoing made{std::move(builder).text(), {}};
  made.offset = offset;
  return made;
}

core::targets in_room(std::string room) {
  return {.some = true, .rooms = {std::move(room)}, .except = {}, .sender = {}};
}

struct scene {
  packet_log log;
  engine::time_point now{1h};

  explicit scene(packet_log::limits limits = {100, 1000, 10s}) : log(limits) {}

  void add(std::uint64_t offset, core::targets const& to = {}) {
    log.add(to, packet(offset, std::to_string(offset)), now);
  }
  texts after(std::uint64_t offset, texts const& rooms = {}) {
    texts found;
    log.for_each_after(offset, rooms,
                       [&](parser::outgoing const& one) { found.emplace_back(one.packet.payload()); });
    return found;
  }
};

}  // namespace

TEST_CASE("packet_log: what was sent after an offset, in order") {
  scene s;
  CHECK(s.log.reaches(packet_log::first_offset));
  CHECK(!s.log.reaches(2));
  for (auto const offset : {2u, 3u, 4u}) s.add(offset);
  CHECK(s.after(packet_log::first_offset) == texts{"2", "3", "4"});
  CHECK(s.after(3) == texts{"4"});
  CHECK(s.after(4).empty());
  CHECK(s.log.reaches(4));
  CHECK(!s.log.reaches(5));
  CHECK(!s.log.reaches(0));
}

TEST_CASE("packet_log: only what was meant for somebody in these rooms") {
  auto const sender = *engine::id::from("abcdefghij0123456789");
  scene s;
  s.add(2, in_room("a"));
  s.add(3, {.some = false, .rooms = {}, .except = {"a"}, .sender = {}});
  s.add(4, {.some = false, .rooms = {}, .except = {}, .sender = sender});
  s.add(5, {.some = true, .rooms = {}, .except = {}, .sender = {}});
  CHECK(s.after(1, {"a"}) == texts{"2", "4"});
  CHECK(s.after(1, {"b"}) == texts{"3", "4"});
  CHECK(s.after(1, {std::string(sender.view())}) == texts{"3"});
}

TEST_CASE("packet_log: bounded by number, and what is lost is known") {
  scene s({2, 1000, 10s});
  for (auto const offset : {2u, 3u, 4u, 5u}) s.add(offset);
  CHECK(s.log.size() == 2);
  CHECK(s.after(3) == texts{"4", "5"});
  CHECK(s.log.reaches(3));
  CHECK(!s.log.reaches(2));
  CHECK(!s.log.reaches(packet_log::first_offset));
}

TEST_CASE("packet_log: bounded by bytes; one that is too large leaves no way back") {
  scene s({100, 10, 10s});
  s.log.add({}, packet(2, "123456"), s.now);
  s.log.add({}, packet(3, "123456"), s.now);
  CHECK(s.log.size() == 1);
  CHECK(s.log.bytes() == 6);
  CHECK(s.log.reaches(2));
  s.log.add({}, packet(4, "12345678901"), s.now);
  CHECK(s.log.size() == 0);
  CHECK(s.log.bytes() == 0);
  CHECK(!s.log.reaches(3));
  CHECK(s.log.reaches(4));
  s.add(5);
  CHECK(s.after(4) == texts{"5"});
}

TEST_CASE("packet_log: bounded by age") {
  scene s;
  s.add(2);
  s.now += 6s;
  s.add(3);
  s.now += 6s;
  s.add(4);
  CHECK(s.after(2) == texts{"3", "4"});
  CHECK(!s.log.reaches(1));
}
