// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// Who is in which room, on one shard.
namespace socketiopp::core {

/// Lets a table with `std::string` keys be asked with a `std::string_view`.
struct string_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

/// Rooms and their members. `Member` gives a `memberships()`: a list of the rooms it is in, kept by this
/// class, so that leaving a room takes no search through its members. A room exists while it has members.
template <class Member> class rooms {
public:
  struct room {
    std::vector<Member*> members;
  };
  using entry = std::pair<std::string const, room>;

  /// One room of a member, and its place in that room's list.
  struct membership {
    entry* in;
    std::size_t place;
  };

  /// Says whether the member was not in the room yet.
  bool join(Member& member, std::string_view name) {
    for (auto const& joined : member.memberships())
      if (joined.in->first == name) return false;
    auto found = table_.find(name);
    if (found == table_.end()) found = table_.emplace(name, room{}).first;
    member.memberships().push_back({&*found, found->second.members.size()});
    found->second.members.push_back(&member);
    return true;
  }

  /// Says whether the member was in the room.
  bool leave(Member& member, std::string_view name) {
    for (auto& joined : member.memberships()) {
      if (joined.in->first != name) continue;
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
      visit(std::string_view(left.in->first), left.in->second.members.size() == 1);
      remove(left);
    }
  }

  /// The members of the room, or null if there is no such room. Valid until somebody joins or leaves.
  std::vector<Member*> const* members(std::string_view name) const {
    auto const found = table_.find(name);
    return found == table_.end() ? nullptr : &found->second.members;
  }

  std::size_t size() const { return table_.size(); }

private:
  /// The membership is out of its member's list already.
  void remove(membership const& left) {
    auto& members = left.in->second.members;
    auto* const moved = members[left.place] = members.back();
    members.pop_back();
    for (auto& joined : moved->memberships())
      if (joined.in == left.in) joined.place = left.place;
    if (members.empty()) table_.erase(table_.find(left.in->first));
  }

  std::unordered_map<std::string, room, string_hash, std::equal_to<>> table_;
};

}  // namespace socketiopp::core
