// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/outgoing.hpp>
#include <socketiopp/core/rooms.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/engine/id.hpp>

/// The part of a namespace that lives on one shard: its sockets and their rooms.
namespace socketiopp::core {

/// Whom a selection means: everybody, or those in any of some rooms, without those in any of others. A
/// socket's id counts as a room in which it is alone.
struct targets {
  std::vector<std::string> rooms;
  std::vector<std::string> except;
  std::optional<engine::id> sender;  ///< left out too
};

/// Touched only from its shard.
template <class Json> class slice {
public:
  slice(core::namespace_<Json>& of, core::shard<Json>& on) : namespace_of_(of), shard_(on) {}
  slice(slice const&) = delete;
  slice& operator=(slice const&) = delete;

  core::namespace_<Json>& of() const { return namespace_of_; }
  core::shard<Json>& on() const { return shard_; }
  std::size_t size() const { return all_.size(); }

  void add(socket<Json>& entering) {
    entering.place = all_.size();
    all_.push_back(&entering);
    by_id_.emplace(entering.id(), &entering);
  }

  void remove(socket<Json>& leaving) {
    rooms_.leave_all(leaving);
    by_id_.erase(leaving.id());
    all_[leaving.place] = all_.back();
    all_[leaving.place]->place = leaving.place;
    all_.pop_back();
  }

  void join(socket<Json>& member, std::string_view room) { rooms_.join(member, room); }
  void leave(socket<Json>& member, std::string_view room) { rooms_.leave(member, room); }

  /// The socket of that id, or null.
  socket<Json>* find(engine::id const& wanted) const {
    auto const found = by_id_.find(wanted);
    return found == by_id_.end() ? nullptr : found->second;
  }

  /// Sends the packet to each of the targets, once.
  void send(targets const& to, outgoing const& packet) {
    std::vector<engine::id> dropped;
    for_each(to, [&](socket<Json>& target) {
      if (!target.try_send(packet)) dropped.push_back(target.id());
    });
    for (auto const& id : dropped)  // the program is told when it can do what it likes again
      if (auto* const target = find(id)) target->tell_dropped();
  }

  /// Runs `tell`, which tells the program of a dropped message; not again for what it sends meanwhile.
  template <class Tell> void tell_once(Tell tell) {
    if (std::exchange(telling_, true)) return;
    tell();
    telling_ = false;
  }

  /// Calls `visit` for each of the targets, once. It must not join, leave or disconnect anybody.
  template <class Visit> void for_each(targets const& to, Visit visit) {
    if (to.rooms.empty() && to.except.empty() && !to.sender) {
      for (auto* const target : all_) visit(*target);
      return;
    }
    auto const seen = ++selections_;
    if (to.sender)
      if (auto* const sender = find(*to.sender)) sender->mark = seen;
    for (auto const& room : to.except) for_each_in(room, [&](socket<Json>& member) { member.mark = seen; });
    auto const once = [&](socket<Json>& target) {
      if (std::exchange(target.mark, seen) != seen) visit(target);
    };
    if (to.rooms.empty())
      for (auto* const target : all_) once(*target);
    for (auto const& room : to.rooms) for_each_in(room, once);
  }

private:
  template <class Visit> void for_each_in(std::string_view room, Visit visit) {
    if (auto const* const members = rooms_.members(room))
      for (auto* const member : *members) visit(*member);
    if (auto const id = engine::id::from(room))
      if (auto* const one = find(*id)) visit(*one);
  }

  core::namespace_<Json>& namespace_of_;
  core::shard<Json>& shard_;
  std::vector<socket<Json>*> all_;
  std::unordered_map<engine::id, socket<Json>*> by_id_;
  core::rooms<socket<Json>> rooms_;
  std::uint64_t selections_ = 0;
  bool telling_ = false;
};

}  // namespace socketiopp::core
