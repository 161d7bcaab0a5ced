// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/membership.hpp>
#include <socketiopp/meta/table.hpp>

/// Who is in which room, on one shard.
namespace socketiopp::core {

/// Rooms and their members. `Member` gives a `memberships()`: a list of the rooms it is in, kept by this
/// class, so that leaving a room takes no search through its members. A room exists while it has members.
template <class Member> class rooms {
public:
  using room = core::room<Member>;
  using membership = core::membership<Member>;

  /// Says whether the member was not in the room yet.
  bool join(Member& member, std::string_view name) {
    for (auto const& joined : member.memberships())
      if (joined.in->key == name) return false;
    auto* found = table_.find(name);
    if (!found) found = &table_.add(name, room{});
    member.memberships().push_back({found, found->value.members.size()});
    found->value.members.push_back(&member);
    return true;
  }

  /// Says whether the member was in the room.
  bool leave(Member& member, std::string_view name) {
    for (auto& joined : member.memberships()) {
      if (joined.in->key != name) continue;
      auto const left = std::exchange(joined, member.memberships().back());
      member.memberships().pop_back();
      remove(left);
      return true;
    }
    return false;
  }

  /// Calls `visit(name, last)` with each room before it is left; with the last member the room goes.
  template <class Visit> void leave_all(Member& member, Visit visit) {
    for (auto const& left : std::exchange(member.memberships(), {})) {
      visit(std::string_view(left.in->key), left.in->value.members.size() == 1);
      remove(left);
    }
  }

  /// The members of the room, or null if there is no such room. Valid until somebody joins or leaves.
  std::vector<Member*> const* members(std::string_view name) const {
    auto const* const found = table_.find(name);
    return found ? &found->value.members : nullptr;
  }

  std::size_t size() const { return table_.size(); }

private:
  /// The membership is out of its member's list already.
  void remove(membership const& left) {
    auto& members = left.in->value.members;
    auto* const moved = members[left.place] = members.back();
    members.pop_back();
    for (auto& joined : moved->memberships())
      if (joined.in == left.in) joined.place = left.place;
    if (members.empty()) table_.erase(*left.in);
  }

  meta::table<std::string, room> table_;
};

}  // namespace socketiopp::core
