// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/recovery.hpp>
#include <socketiopp/core/rooms.hpp>
#include <socketiopp/core/sent_event.hpp>
#include <socketiopp/core/shard.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/outbox.hpp>
#include <socketiopp/engine/table_by_id.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/observer/events.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// The part of a namespace that lives on one shard: its sockets and their rooms.
namespace socketiopp::core {

/// Touched only from its shard.
template <class Policies> class slice final : public part<Policies> {
public:
  slice(core::namespace_<Policies>& of, core::shard<Policies>& on)
      : part<Policies>(of, on), namespace_of_(of), shard_(on) {
    auto const& heart = on.hub().options();
    if (auto const& kept = on.options().recovery)
      recovery_ =
          std::make_unique<core::recovery>(*kept, heart.ping_interval + heart.ping_timeout, on.turn());
  }

  core::shard<Policies>& on() const { return shard_; }
  std::size_t size() const { return all_.size(); }

  /// What is kept for clients that come back; null where they do not.
  core::recovery* recovery() { return recovery_.get(); }
  /// No client comes back.
  void forget() { recovery_.reset(); }
  /// The socket that will show this to be recognised, or null.
  socket<Policies>* find_by_pid(engine::id const& pid) const {
    auto const* const found = by_pid_.find(pid);
    return found ? found->value : nullptr;
  }

  void add(socket<Policies>& entering) {
    if (entering.pid() && !by_pid_.find(*entering.pid())) by_pid_.add(*entering.pid(), &entering);
    entering.place = all_.size();
    all_.push_back(&entering);
    if (!find(entering.id())) by_id_.add(&entering);
  }

  void remove(socket<Policies>& leaving) {
    leave_all(leaving);
    if (find(leaving.id()) == &leaving) by_id_.take(leaving.id());
    if (leaving.pid()) by_pid_.erase(*leaving.pid());
    all_[leaving.place] = all_.back();
    all_[leaving.place]->place = leaving.place;
    all_.pop_back();
  }

  void join(socket<Policies>& member, std::string_view room) {
    if (!rooms_.join(member, room)) return;
    shard_.observe(observer::room_joined{namespace_of_.name(), member.id().view(), room});
    if (rooms_.members(room)->size() == 1) namespace_of_.room_created(room);
  }
  void leave(socket<Policies>& member, std::string_view room) {
    if (!rooms_.leave(member, room)) return;
    shard_.observe(observer::room_left{namespace_of_.name(), member.id().view(), room});
    if (!rooms_.members(room)) namespace_of_.room_deleted(room);
  }
  void leave_all(socket<Policies>& member) {
    rooms_.leave_all(member, [&](std::string_view room, bool last) {
      shard_.observe(observer::room_left{namespace_of_.name(), member.id().view(), room});
      if (last) namespace_of_.room_deleted(room);
    });
  }

  socket<Policies>* find(engine::id const& wanted) const override {
    auto* const found = by_id_.find(wanted);
    return found ? *found : nullptr;
  }

  std::vector<std::shared_ptr<socket<Policies>>> all(targets const& of) override {
    std::vector<std::shared_ptr<socket<Policies>>> found;
    for_each(of, [&](socket<Policies>& target) {
      if (target.connected()) found.push_back(target.shared_from_this());
    });
    return found;
  }

  /// Sends the packet to each of the targets, once.
  void send(targets const& to, parser::outgoing const& packet) {
    keep(to, packet);
    if (namespace_of_.watches_outgoing()) tell_watchers(packet, all(to));
    std::vector<engine::id> dropped;
    std::size_t receivers = 0;
    for_each(to, [&](socket<Policies>& target) {
      auto const became = target.try_send(packet);
      if (became == engine::fate::queued) ++receivers;
      if (became == engine::fate::refused) dropped.push_back(target.id());
    });
    shard_.observe(observer::event_sent{namespace_of_.name(), packet.bytes(), receivers});
    for (auto const& id : dropped)  // the program is told when it can do what it likes again
      if (auto* const target = find(id)) target->tell_dropped();
  }

  /// Shows what is sent to some to those who watch; not what they send themselves meanwhile.
  void tell_watchers(parser::outgoing const& packet,
                     std::vector<std::shared_ptr<socket<Policies>>> const& receivers) {
    if (receivers.empty() || std::exchange(watching_, true)) return;
    if (auto const event = read_back<Policies>(packet))
      for (auto const& one : receivers)
        if (one->connected()) namespace_of_.on_outgoing(*one, event->name, event->values);
    watching_ = false;
  }

  /// Keeps a packet for those among the targets that are gone for a while.
  void keep(targets const& to, parser::outgoing const& packet) {
    if (recovery_ && packet.offset != 0) recovery_->log().add(to, packet, shard_.turn().now());
  }

  /// Runs `tell`, which tells the program of a dropped message; not again for what it sends meanwhile.
  template <class Tell> void tell_once(Tell tell) {
    if (std::exchange(telling_, true)) return;
    tell();
    telling_ = false;
  }

  /// Calls `visit` for each of the targets, once. It must not join, leave or disconnect anybody.
  template <class Visit> void for_each(targets const& to, Visit visit) {
    if (!to.some && to.except.empty() && !to.sender) {
      for (auto* const target : all_) visit(*target);
      return;
    }
    auto const seen = ++selections_;
    if (to.sender)
      if (auto* const sender = find(*to.sender)) sender->mark = seen;
    for (auto const& room : to.except)
      for_each_in(room, [&](socket<Policies>& member) { member.mark = seen; });
    auto const once = [&](socket<Policies>& target) {
      if (std::exchange(target.mark, seen) != seen && target.connected()) visit(target);
    };
    if (!to.some)
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

  core::namespace_<Policies>& namespace_of_;
  core::shard<Policies>& shard_;
  std::vector<socket<Policies>*> all_;
  engine::table_by_id<socket<Policies>*> by_id_;
  meta::table<engine::id, socket<Policies>*> by_pid_;  // where clients come back
  std::unique_ptr<core::recovery> recovery_;
  core::rooms<socket<Policies>> rooms_;
  std::uint64_t selections_ = 0;
  bool telling_ = false;
  bool watching_ = false;
};

}  // namespace socketiopp::core
