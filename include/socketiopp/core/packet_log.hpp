// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/timer_wheel.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// What was sent, for clients that come back.
namespace socketiopp::core {

/// The last packets of a namespace on one shard, in the order in which they were sent there. Bounded by
/// number, bytes and age.
class packet_log {
public:
  static constexpr auto first_offset = parser::first_offset;

  struct limits {
    std::size_t packets;
    std::size_t bytes;
    engine::time_point::duration age;
  };

  explicit packet_log(limits bounds) : limits_(bounds) {}

  /// Keeps a packet that carries an offset.
  void add(targets const& to, parser::outgoing const& packet, engine::time_point now) {
    forget_before(now - limits_.age);
    auto const size = size_of(packet);
    if (size > limits_.bytes) {  // what came before is of no use without it
      clear();
      floor_ = packet.offset;
      return;
    }
    while (entries_.size() >= limits_.packets || bytes_ + size > limits_.bytes) forget_first();
    if (!places_.find(packet.offset)) places_.add(packet.offset, first_ + entries_.size());
    entries_.push_back({to, packet, now});
    bytes_ += size;
  }

  /// Whether everything is still here that was sent after that offset.
  bool reaches(std::uint64_t offset) const { return offset == floor_ || places_.find(offset); }

  /// Calls `visit(parser::outgoing const&)` with what was sent after that offset to one who is in these
  /// rooms, of which its id is one.
  template <class Visit>
  void for_each_after(std::uint64_t offset, std::vector<std::string> const& rooms, Visit visit) const {
    std::size_t i = 0;
    if (offset != floor_) {
      auto const* const found = places_.find(offset);
      if (!found) return;
      i = found->value + 1 - first_;
    }
    for (; i < entries_.size(); ++i)
      if (meant(entries_[i].to, rooms)) visit(entries_[i].packet);
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

private:
  struct entry {
    targets to;
    parser::outgoing packet;
    engine::time_point sent;
  };

  static std::size_t size_of(parser::outgoing const& packet) {
    auto size = packet.packet.payload().size();
    for (auto const& attachment : packet.attachments) size += attachment.payload().size();
    return size;
  }

  static bool meant(targets const& to, std::vector<std::string> const& rooms) {
    auto const inside = [&](std::string_view room) {
      for (auto const& one : rooms)
        if (one == room) return true;
      return false;
    };
    bool in_one = false;
    for (auto const& room : to.rooms) in_one = in_one || inside(room);
    if (to.some && !in_one) return false;
    for (auto const& room : to.except)
      if (inside(room)) return false;
    return !to.sender || !inside(to.sender->view());
  }

  void forget_before(engine::time_point when) {
    while (!entries_.empty() && entries_.front().sent < when) forget_first();
  }
  void forget_first() {
    floor_ = entries_.front().packet.offset;
    places_.erase(floor_);
    bytes_ -= size_of(entries_.front().packet);
    entries_.pop_front();
    ++first_;
  }
  void clear() {
    while (!entries_.empty()) forget_first();
  }

  limits limits_;
  std::uint64_t floor_ = first_offset;  // of the last packet that was forgotten
  std::deque<entry> entries_;
  meta::table<std::uint64_t, std::size_t> places_;  // by offset, counted from the very first packet
  std::size_t first_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace socketiopp::core
