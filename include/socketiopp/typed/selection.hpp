// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/outgoing.hpp>
#include <socketiopp/core/slice.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/fwd.hpp>

/// Some of a namespace's sockets, to emit to.
namespace socketiopp {

/// Immutable: each call gives a new selection, so that one can be kept and narrowed several times. Rooms add
/// up, exceptions win, and nobody gets a packet twice (F-140 to F-142). A socket's id is a room in which it
/// is alone. May be used from any thread, while the server lives.
template <contract C, class Policies> class selection : public detail::emitter<C, selection<C, Policies>> {
public:
  using json = typename Policies::json;

  selection(core::namespace_<json>& of, core::targets chosen) : of_(&of), targets_(std::move(chosen)) {}

  /// Adds a room to send to.
  selection to(std::string_view room) const& { return selection(*this).to(room); }
  selection to(std::string_view room) && {
    targets_.rooms.emplace_back(room);
    return std::move(*this);
  }
  /// The same as `to`.
  selection in(std::string_view room) const& { return to(room); }
  selection in(std::string_view room) && { return std::move(*this).to(room); }
  /// Leaves out those in a room.
  selection except(std::string_view room) const& { return selection(*this).except(room); }
  selection except(std::string_view room) && {
    targets_.except.emplace_back(room);
    return std::move(*this);
  }

  /// Drops what is emitted for those for whom it would have to wait: positions, not news (F-143).
  selection volatile_() const& { return selection(*this).volatile_(); }
  selection volatile_() && {
    how_.is_volatile = true;
    return std::move(*this);
  }
  /// Whether what is emitted may be compressed, where that is agreed on (F-144). It may unless told.
  selection compress(bool allowed) const& { return selection(*this).compress(allowed); }
  selection compress(bool allowed) && {
    how_.compress = allowed;
    return std::move(*this);
  }

private:
  friend detail::emitter<C, selection>;

  std::string_view nsp() const { return of_->name(); }
  void deliver(core::outgoing packet) { of_->send(targets_, std::move(packet).with(how_)); }

  core::namespace_<json>* of_;
  core::targets targets_;
  core::delivery how_;
};

}  // namespace socketiopp
