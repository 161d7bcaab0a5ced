// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/core/connection.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/shard.hpp>
#include <socketiopp/core/slice.hpp>
#include <socketiopp/core/socket.hpp>

/// The whole core, and those members of a socket that need to know all of it.
namespace socketiopp::core {

template <class Json> socket<Json>::socket(core::connection<Json>& on, core::slice<Json>& in)
    : connection_(on),
      slice_(in),
      id_(on.session().speaks().v3 ? on.session().id() : on.on().hub().next_id()) {}  // W-192

template <class Json> engine::handshake const& socket<Json>::handshake() const {
  return connection_.session().handshake();
}

template <class Json> void socket<Json>::join(std::string_view room) {
  if (connected() && room != id_.view()) slice_.join(*this, room);
}

template <class Json> void socket<Json>::leave(std::string_view room) { slice_.leave(*this, room); }

template <class Json> std::vector<std::string> socket<Json>::rooms() const {
  std::vector<std::string> names;
  if (phase_ == phase::disconnected) return names;
  names.emplace_back(id_.view());
  for (auto const& joined : memberships_) names.push_back(joined.in->first);
  return names;
}

template <class Json> bool socket<Json>::try_send(outgoing const& packet) {
  return !connected() || connection_.send(packet) != engine::fate::refused;
}

template <class Json> void socket<Json>::tell_dropped() {
  if (!connected()) return;
  slice_.tell_once([this] {
    slice_.of().on_error(*this, {.event = {},
                                 .code = errc::slow_consumer,
                                 .path = {},
                                 .message = "the client reads too slowly: a message for it has been dropped",
                                 .exception = nullptr});
  });
}

template <class Json> bool socket<Json>::writable() const {
  return connected() && connection_.session().writable();
}

template <class Json> std::size_t socket<Json>::queued_bytes() const {
  return connected() ? connection_.session().queued_bytes() : 0;
}

template <class Json> void socket<Json>::report(bound which) const { connection_.session().report(which); }

template <class Json> void socket<Json>::disconnect(bool close) {
  if (close) return connection_.disconnect_all();
  if (!connected()) return;
  connection_.session().send_needed(disconnect_packet(slice_.of().name()));
  end(reason::server_namespace_disconnect);
}

template <class Json> void socket<Json>::end(reason why) {
  if (phase_ != phase::connected) return;
  phase_ = phase::disconnecting;
  auto& of = slice_.of();
  of.on_disconnecting(*this, why);
  slice_.remove(*this);
  phase_ = phase::disconnected;
  connection_.release(*this);
  if (acks_) acks_->fail_all(errc::disconnected);
  of.on_disconnect(*this, why);
}

template <class Json> pending_acks<Json>& socket<Json>::acks() {
  if (!acks_) acks_ = std::make_unique<pending_acks<Json>>(connection_.turn());
  return *acks_;
}

template <class Json> std::size_t socket<Json>::max_pending_acks() const {
  return connection_.on().options().max_pending_acks;
}

}  // namespace socketiopp::core
