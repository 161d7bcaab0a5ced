// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/core/connection.hpp>
#include <socketiopp/core/directory.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/pending_acks.hpp>
#include <socketiopp/core/recovery.hpp>
#include <socketiopp/core/sent_event.hpp>
#include <socketiopp/core/shard.hpp>
#include <socketiopp/core/slice.hpp>
#include <socketiopp/core/socket.hpp>

/// The whole core, and those members of a socket that need to know all of it.
namespace socketiopp::core {

template <class Policies>
socket<Policies>::socket(core::connection<Policies>& on, core::presence<Policies> of)
    : connection_(on),
      place_(std::move(of)),
      slice_(place_.of().slice_on(on.on().index())),
      handshake_(on.session().shared_handshake()),
      id_(on.session().speaks().v3 ? on.session().id() : on.on().hub().next_id()) {}  // W-192

template <class Policies> void socket<Policies>::send(parser::outgoing const& packet) {
  if (packet.offset != 0) keep(packet);
  tell_watchers(packet);
  if (send_once(packet) == engine::fate::refused) tell_dropped();
}

template <class Policies> void socket<Policies>::request(std::uint64_t id, parser::outgoing const& packet,
                                                         engine::time_point deadline,
                                                         answer_callback<Policies> done) {
  if (!connected()) return done(errc::disconnected, nullptr);
  auto& pending = acks();
  if (pending.size() >= max_pending_acks()) {
    report(bound::max_pending_acks);
    return done(errc::too_large, nullptr);
  }
  tell_watchers(packet);
  if (send_once(packet) == engine::fate::refused) return done(errc::slow_consumer, nullptr);
  pending.add(id, std::move(done), deadline);
}

template <class Policies> void socket<Policies>::join(std::string_view room) {
  if ((connected() || entering()) && room != id_.view()) slice_.join(*this, room);
}

template <class Policies> void socket<Policies>::leave(std::string_view room) { slice_.leave(*this, room); }

template <class Policies> std::vector<std::string> socket<Policies>::rooms() const {
  std::vector<std::string> names;
  if (phase_ == phase::disconnected) return names;
  names.emplace_back(id_.view());
  for (auto const& joined : memberships_) names.push_back(joined.in->key);
  return names;
}

template <class Policies> engine::fate socket<Policies>::try_send(parser::outgoing const& packet) {
  if (!connected()) return engine::fate::dropped;
  auto const became = connection_.send(packet);
  if (became != engine::fate::queued)
    slice_.on().observe(
        observer::packet_dropped{slice_.of().name(), id_.view(), packet.bytes(), packet.is_volatile});
  return became;
}

template <class Policies> engine::fate socket<Policies>::send_once(parser::outgoing const& packet) {
  auto const became = try_send(packet);
  if (became == engine::fate::queued)
    slice_.on().observe(observer::event_sent{slice_.of().name(), packet.bytes(), 1});
  return became;
}

template <class Policies> void socket<Policies>::answer(parser::outgoing const& packet) {
  auto const became = try_send(packet);
  if (became == engine::fate::queued)
    slice_.on().observe(observer::ack_sent{slice_.of().name(), id_.view(), packet.bytes()});
  if (became == engine::fate::refused) tell_dropped();
}

template <class Policies> void socket<Policies>::tell_dropped() {
  if (!connected()) return;
  slice_.tell_once([this] {
    slice_.of().report(*this, {.event = {},
                               .code = errc::slow_consumer,
                               .path = {},
                               .message = "the client reads too slowly: a message for it has been dropped",
                               .exception = nullptr});
  });
}

template <class Policies> bool socket<Policies>::writable() const {
  return connected() && connection_.session().writable();
}

template <class Policies> std::size_t socket<Policies>::queued_bytes() const {
  return connected() ? connection_.session().queued_bytes() : 0;
}

template <class Policies> void socket<Policies>::report(bound which) const {
  connection_.session().report(which);
}

template <class Policies> void socket<Policies>::disconnect(bool close) {
  if (phase_ == phase::disconnected) return;
  if (close) return connection_.disconnect_all();
  if (!connected()) return;
  connection_.session().send_needed(format_of<Policies>::disconnected(slice_.of().name()));
  end(reason::server_namespace_disconnect);
}

template <class Policies> void socket<Policies>::keep(parser::outgoing const& packet) {
  if (connected())
    slice_.keep({.some = true, .rooms = {std::string(id_.view())}, .except = {}, .sender = {}}, packet);
}

template <class Policies> void socket<Policies>::tell_watchers(parser::outgoing const& packet) {
  if (connected() && slice_.of().watches_outgoing()) slice_.tell_watchers(packet, {this->shared_from_this()});
}

template <class Policies> void socket<Policies>::restore(engine::id const& pid, lost_session found) {
  id_ = found.sid;
  comeback_ = std::make_unique<comeback>(comeback{.pid = pid});
  comeback_->found.emplace(std::move(found));
}

template <class Policies> std::vector<parser::outgoing> socket<Policies>::enter() {
  auto* const recovery = connection_.session().speaks().v3 ? nullptr : slice_.recovery();
  auto const found = comeback_ ? std::exchange(comeback_->found, std::nullopt) : std::nullopt;
  // A middleware may have taken so long that more is missing by now than is kept.
  recovered_ = found && recovery->log().reaches(found->offset);
  if (!recovered_) comeback_.reset();
  if (recovery && !recovered_)
    comeback_ = std::make_unique<comeback>(comeback{.pid = connection_.on().hub().next_id()});
  phase_ = phase::connected;
  slice_.add(*this);
  if (comeback_) comeback_->since = recovered_ ? found->offset : slice_.of().offset(true);
  if (!recovered_) return {};
  for (auto const& room : found->rooms) join(room);
  slice_.of().give_data(*this, found->data);
  std::vector<parser::outgoing> missed;
  recovery->log().for_each_after(found->offset, found->rooms,
                                 [&](parser::outgoing const& packet) { missed.push_back(packet); });
  return missed;
}

template <class Policies> void socket<Policies>::end(reason why) {
  if (entering()) {
    phase_ = phase::disconnected;
    slice_.leave_all(*this);
    return connection_.release(*this);
  }
  if (phase_ != phase::connected) return;
  phase_ = phase::disconnecting;
  auto& of = slice_.of();
  of.on_disconnecting(*this, why);
  std::optional<lost_session> lost;
  if (comeback_ && recoverable(why)) lost = lost_session{id_, rooms(), comeback_->since, nullptr};
  slice_.remove(*this);
  phase_ = phase::disconnected;
  connection_.release(*this);
  if (acks_) acks_->fail_all(errc::disconnected);
  slice_.on().observe(observer::socket_disconnected{of.name(), id_.view(), why});
  of.on_disconnect(*this, why);
  if (!lost) return;
  lost->data = of.take_data(*this);
  slice_.recovery()->remember(comeback_->pid, std::move(*lost));
}

template <class Policies> pending_acks<Policies>& socket<Policies>::acks() {
  if (!acks_) acks_ = std::make_unique<pending_acks<Policies>>(connection_.turn());
  return *acks_;
}

template <class Policies> std::size_t socket<Policies>::max_pending_acks() const {
  return connection_.on().options().max_pending_acks;
}

}  // namespace socketiopp::core
