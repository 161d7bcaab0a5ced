// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/outgoing.hpp>
#include <socketiopp/core/partial_packet.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/protocol/query.hpp>
#include <socketiopp/protocol/socket_packet.hpp>
#include <socketiopp/protocol/utf8.hpp>

/// A client's connection: the sockets that share one Engine.IO session.
namespace socketiopp::core {

/// Reads Socket.IO packets and hands them to the sockets they are for (tests/wire_rules.md).
template <class Json> class connection final : public engine::session_user, private engine::timer {
public:
  connection(core::shard<Json>& on, engine::session& over) : shard_(on), session_(over) {
    turn().schedule(*this, turn().now() + on.options().connect_timeout);
  }

  core::shard<Json>& on() const { return shard_; }
  engine::session& session() const { return session_; }
  engine::turn& turn() const { return shard_.turn(); }

  /// A client of v2 is in the main namespace from the beginning, unless that refuses it (W-190). Of one that
  /// there is not, it is told nothing: it would take that for the end of all that it joins.
  void welcome() {
    if (shard_.find("/")) join("/", std::nullopt);
  }

  /// Queues a packet with its attachments: all or nothing.
  engine::fate send(outgoing const& packet) {
    if (packet.attachments.empty()) return session_.send(packet.packet, packet.is_volatile);
    std::vector<engine::shared_packet> whole{packet.packet};
    whole.insert(whole.end(), packet.attachments.begin(), packet.attachments.end());
    return session_.send(whole, packet.is_volatile);
  }

  /// Lets a socket of this connection go. It lives on until the turn is over.
  void release(socket<Json>& ended) {
    auto const found = std::find_if(sockets_.begin(), sockets_.end(),
                                    [&](auto const& candidate) { return candidate.get() == &ended; });
    turn().discard(std::move(*found));
    sockets_.erase(found);
  }

  /// Disconnects every socket from the server's side, then ends the session (W-131).
  void disconnect_all() {
    for (auto* const socket : snapshot()) socket->disconnect(false);
    session_.close(reason::forced_server_close);
  }

  // -- engine::session_user ----------------------------------------------------------------------------

  void on_text(std::span<char> text) override {
    if (partial_) return fail("a text packet came where an attachment was announced");  // W-180
    auto const packet = protocol::decode_packet({text.data(), text.size()}, shard_.options().max_attachments);
    if (!packet) {
      constexpr auto any = std::numeric_limits<std::uint32_t>::max();
      auto const too_many = protocol::decode_packet({text.data(), text.size()}, any).has_value();
      if (too_many) session_.report(bound::max_attachments);
      return fail(too_many ? "too many attachments" : "no packet of the protocol");  // W-176
    }
    auto const data = text.subspan(text.size() - packet->data.size());
    switch (packet->type) {
      case protocol::packet_type::connect:
        return is_v2() ? connect_v2(packet->nsp) : connect(packet->nsp, data);
      case protocol::packet_type::disconnect:
        if (auto* const leaving = find(packet->nsp)) return leaving->end(reason::client_namespace_disconnect);
        return session_.close(reason::forced_server_close);  // W-158
      case protocol::packet_type::binary_event:
      case protocol::packet_type::binary_ack: partial_ = std::make_unique<partial_packet>(*packet); return;
      case protocol::packet_type::event:
      case protocol::packet_type::ack: return deliver(*packet, data, {});
      case protocol::packet_type::connect_error: return fail("a connect_error from a client");
    }
  }

  void on_binary(std::span<std::byte const> bytes) override {
    if (!partial_) return fail("an attachment that no packet announced");  // W-180
    if (!partial_->add(bytes)) return;
    auto const whole = std::move(partial_);  // the event may bring the next one
    deliver(whole->head(), whole->data(), whole->attachments());
  }

  void on_drain() override {
    for (auto* const socket : snapshot())
      if (socket->connected()) socket->in().of().on_drain(*socket);
  }

  void on_close(reason why) override {
    timer::cancel();
    for (auto* const socket : snapshot()) socket->end(why);
  }

private:
  static constexpr std::size_t longest_query = 16 * 1024;

  /// Whether the client is one of Socket.IO v2.
  bool is_v2() const { return session_.speaks().v3; }

  socket<Json>* find(std::string_view nsp) const {
    for (auto const& candidate : sockets_)
      if (candidate->in().of().name() == nsp) return candidate.get();
    return nullptr;
  }

  std::vector<socket<Json>*> snapshot() const {
    std::vector<socket<Json>*> all;
    for (auto const& socket : sockets_) all.push_back(socket.get());
    return all;
  }

  void connect(std::string_view nsp, std::span<char> data) {
    std::optional<typename Json::view> auth;
    if (!data.empty()) {
      if (!shard_.document().parse(data.data(), data.size())) return fail("CONNECT carries no JSON");
      auth = shard_.document().root();
    }
    join(nsp, auth);
  }

  /// Clients of v2 have a query in place of a payload: `/custom?token=x` (W-192).
  void connect_v2(std::string_view target) {
    auto const nsp = target.substr(0, target.find('?'));
    auto const query = target.substr(std::min(nsp.size() + 1, target.size()));
    if (query.empty()) return join(nsp, std::nullopt);
    if (query.size() > longest_query) return fail("the query is too long");
    std::map<std::string, std::string> fields;  // of those with one name the last counts
    for (auto& [name, value] : protocol::parse_query(query)) fields[name] = std::move(value);
    std::string text;
    typename Json::template writer<std::string> writer(text);
    writer.begin_object();
    for (auto const& [name, value] : fields) {
      if (!protocol::is_utf8(name) || !protocol::is_utf8(value)) return fail("the query is no UTF-8");
      writer.key(name);
      writer.string(value);
    }
    writer.end_object();
    if (!shard_.document().parse(text.data(), text.size())) return fail("the query is no JSON");
    join(nsp, shard_.document().root());
  }

  void join(std::string_view nsp, std::optional<typename Json::view> auth) {
    if (find(nsp)) return session_.close(reason::forced_server_close);  // W-157
    if (sockets_.size() >= shard_.options().max_namespaces) {
      session_.report(bound::max_namespaces);
      return refuse(nsp, "Too many namespaces");
    }
    auto* const wanted = shard_.find(nsp);
    if (!wanted) return refuse(nsp, "Invalid namespace");  // W-155

    auto answer = wanted->admit(*this, wanted->on(shard_.index()), auth);
    if (!answer.admitted) return refuse(nsp, answer.refusal);  // W-161
    timer::cancel();
    auto& entering = *answer.admitted;
    sockets_.push_back(std::move(answer.admitted));
    entering.in().add(entering);
    if (is_v2() && wanted->name() != "/")  // what the client takes for its id
      entering.join(wanted->name() + '#' + std::string(entering.id().view()));
    session_.send_needed(is_v2() ? connected_packet_v2(wanted->name())
                                 : connected_packet(wanted->name(), entering.id().view()));
    wanted->on_connect(entering);
  }

  void refuse(std::string_view nsp, std::string_view message) {
    session_.send_needed(is_v2() ? connect_error_packet_v2<Json>(nsp, message)
                                 : connect_error_packet<Json>(nsp, message));
  }

  void deliver(protocol::packet const& packet, std::span<char> data,
               std::span<std::span<std::byte const> const> attachments) {
    auto* const receiver = find(packet.nsp);
    if (!receiver) return session_.close(reason::forced_server_close);  // W-158
    auto const is_ack =
        packet.type == protocol::packet_type::ack || packet.type == protocol::packet_type::binary_ack;
    if (is_ack && data.empty()) return;  // W-171

    auto& document = shard_.document();
    if (!document.parse(data.data(), data.size())) return fail("the arguments are no JSON");
    auto const array = document.root();
    if (array.kind() != json::kind::array) return fail("the arguments are no array");
    if (!attachments.empty() && !json::placeholders_fit(array, attachments.size()))
      return fail("a placeholder names no attachment");  // W-177
    incoming<Json> arrived{.name = {}, .array = array, .attachments = attachments, .ack_id = packet.id};
    if (is_ack) return receiver->acknowledged(arrived);

    if (array.size() == 0) return fail("an event without a name");  // W-166
    std::string number;
    arrived.first = 1;
    if (auto const name = array[0]; name.kind() == json::kind::string)
      arrived.name = name.string();
    else if (write_number(number, name))  // W-168
      arrived.name = number;
    else
      return fail("the name of an event is no string");
    if (protocol::is_reserved_event(arrived.name)) return fail("the name of the event is reserved");  // W-167
    receiver->in().of().on_event(*receiver, arrived);
  }

  static bool write_number(std::string& out, typename Json::view number) {
    typename Json::template writer<std::string> writer(out);
    switch (number.kind()) {
      case json::kind::integer: writer.integer(number.integer()); return true;
      case json::kind::natural: writer.natural(number.natural()); return true;
      case json::kind::real: writer.real(number.real()); return true;
      default: return false;
    }
  }

  /// The client broke the protocol: every socket is told, then the session ends (W-181).
  void fail(std::string_view what) {
    for (auto* const socket : snapshot()) {
      if (!socket->connected()) continue;  // another one's handler has disconnected it
      socket->in().of().on_error(*socket, {.event = {},
                                           .code = errc::malformed_packet,
                                           .path = {},
                                           .message = std::string(what),
                                           .exception = nullptr});
    }
    session_.close(reason::forced_close);
  }

  /// No namespace was joined in time (W-160).
  void expired() override { session_.close(reason::forced_server_close, bound::connect_timeout); }

  core::shard<Json>& shard_;
  engine::session& session_;
  std::vector<std::unique_ptr<socket<Json>>> sockets_;
  std::unique_ptr<partial_packet> partial_;  // rarely there
};

}  // namespace socketiopp::core
