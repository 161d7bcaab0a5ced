// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/recovery.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/observer/concept.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/packet.hpp>
#include <socketiopp/protocol/query.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// A client's connection: the sockets that share one Engine.IO session.
namespace socketiopp::core {

/// Reads Socket.IO packets and hands them to the sockets they are for (tests/wire_rules.md).
template <class Policies> class connection final : public engine::session_user, private engine::timer {
public:
  connection(core::shard<Policies>& on, engine::session& over) : shard_(on), session_(over) {
    turn().schedule(*this, turn().now() + on.options().connect_timeout);
  }

  connection(connection const&) = delete;
  connection& operator=(connection const&) = delete;
  ~connection() override {
    for (auto const& kept : sockets_) kept->orphan();  // by a coroutine
  }

  core::shard<Policies>& on() const { return shard_; }
  engine::session& session() const { return session_; }
  engine::turn& turn() const { return shard_.turn(); }

  /// A client of v2 is in the main namespace from the beginning, unless that refuses it (W-190). Of one that
  /// there is not, it is told nothing: it would take that for the end of all that it joins.
  void welcome() {
    if (shard_.namespaces().find("/")) join("/", std::nullopt);
  }

  /// Queues a packet with its attachments: all or nothing.
  engine::fate send(parser::outgoing const& packet) {
    if (packet.attachments.empty()) return session_.send(packet.packet, packet.is_volatile);
    std::vector<engine::shared_packet> whole;
    whole.reserve(1 + packet.attachments.size());
    whole.push_back(packet.packet);
    for (auto const& attachment : packet.attachments) whole.push_back(attachment);
    return session_.send(whole, packet.is_volatile);
  }

  /// Lets a socket of this connection go. It lives on until the turn is over.
  void release(socket<Policies>& ended) {
    auto const found = std::find_if(sockets_.begin(), sockets_.end(),
                                    [&](auto const& candidate) { return candidate.get() == &ended; });
    turn().discard(std::make_unique<released>(std::move(*found)));
    sockets_.erase(found);
  }

  /// Disconnects every socket from the server's side, then ends the session (W-131).
  void disconnect_all() {
    for (auto* const socket : snapshot()) socket->disconnect(false);
    session_.close(reason::forced_server_close);
  }

  // -- engine::session_user ----------------------------------------------------------------------------

  void on_text(std::span<char> text) override {
    arriving_.add(text.size());
    auto const wrong = decoder_.on_text(text, shard_.document(), shard_.options().max_attachments,
                                        [this](received const& whole) { handle(whole); });
    if (wrong) fail(*wrong);
  }

  void on_binary(std::span<std::byte const> bytes) override {
    arriving_.add(bytes.size());
    auto const wrong =
        decoder_.on_binary(bytes, shard_.document(), [this](received const& whole) { handle(whole); });
    if (wrong) fail(*wrong);
  }

  void on_drain() override {
    for (auto* const socket : snapshot())
      if (socket->connected()) socket->in().of().on_drain(*socket);
  }

  void on_upgrade() override { shard_.observe(observer::session_upgraded{session_.id().view()}); }

  void on_close(reason why) override {
    timer::cancel();
    for (auto* const socket : snapshot()) socket->end(why);
    shard_.observe(observer::session_closed{session_.id().view(), why});
  }

private:
  using format = format_of<Policies>;
  using view = typename format::view;
  using received = parser::packet<view>;

  struct released final : engine::discardable {
    explicit released(std::shared_ptr<socket<Policies>> ended) : kept(std::move(ended)) {}
    std::shared_ptr<socket<Policies>> kept;
  };

  using observer_type = typename Policies::observer;

  /// How many bytes of a packet have come, where the observer asks.
  struct counted {
    void add(std::size_t more) { bytes += more; }
    std::size_t take() { return std::exchange(bytes, 0); }
    std::size_t bytes = 0;
  };
  struct uncounted {
    static void add(std::size_t) {}
    static std::size_t take() { return 0; }
  };
  static constexpr bool counts = observer::hears<observer_type, observer::event_received> ||
                                 observer::hears<observer_type, observer::ack_received>;

  static constexpr std::size_t longest_query = 16 * 1024;

  /// Whether the client is one of Socket.IO v2.
  bool is_v2() const { return session_.speaks().v3; }

  socket<Policies>* find(std::string_view nsp) const {
    for (auto const& candidate : sockets_)
      if (candidate->in().of().name() == nsp) return candidate.get();
    return nullptr;
  }

  socket<Policies>* find_connected(std::string_view nsp) const {
    auto* const found = find(nsp);
    return found && found->connected() ? found : nullptr;
  }

  std::vector<socket<Policies>*> snapshot() const {
    std::vector<socket<Policies>*> all;
    for (auto const& socket : sockets_) all.push_back(socket.get());
    return all;
  }

  void handle(received const& arrived) {
    auto const bytes = arriving_.take();
    switch (arrived.type) {
      case protocol::packet_type::connect:
        return is_v2() ? connect_v2(arrived.nsp) : join(arrived.nsp, arrived.data);
      case protocol::packet_type::disconnect:
        if (auto* const leaving = find_connected(arrived.nsp))
          return leaving->end(reason::client_namespace_disconnect);
        return session_.close(reason::forced_server_close);  // W-158
      case protocol::packet_type::connect_error: return fail({"a connect_error from a client"});
      default: return deliver(arrived, bytes);
    }
  }

  /// Clients of v2 have a query in place of a payload: `/custom?token=x` (W-192).
  void connect_v2(std::string_view target) {
    auto const nsp = target.substr(0, target.find('?'));
    auto const query = target.substr(std::min(nsp.size() + 1, target.size()));
    if (query.empty()) return join(nsp, std::nullopt);
    if (query.size() > longest_query) return fail({"the query is too long"});
    json::value::object fields;
    meta::table<std::string, std::size_t> places;  // of those with one name the last counts
    for (auto& [name, value] : protocol::parse_query(query)) {
      if (!meta::is_utf8(name) || !meta::is_utf8(value)) return fail({"the query is no UTF-8"});
      if (auto const* const known = places.find(name)) {
        fields[known->value].second = std::move(value);
      } else {
        places.add(name, fields.size());
        fields.emplace_back(std::move(name), std::move(value));
      }
    }
    std::sort(fields.begin(), fields.end(),
              [](auto const& one, auto const& other) { return one.first < other.first; });
    std::string payload;
    typename format::codec::template writer<std::string> writer(payload);
    json::write_context no_attachments;
    json::write(writer, json::value(std::move(fields)), no_attachments);
    if (!shard_.document().parse(payload.data(), payload.size())) return fail({"the query is no payload"});
    join(nsp, shard_.document().root());
  }

  void join(std::string_view nsp, std::optional<view> auth) {
    if (find(nsp)) return session_.close(reason::forced_server_close);  // W-157, W-159
    if (sockets_.size() >= shard_.options().max_namespaces) {
      session_.report(bound::max_namespaces);
      return refuse(nsp, socketiopp::refuse("Too many namespaces"));
    }
    auto place = shard_.namespaces().enter(nsp, auth);
    if (!place) return refuse(nsp, socketiopp::refuse("Invalid namespace"));  // W-155
    auto& wanted = place.of();
    auto candidate = wanted.make(*this, std::move(place), auth);
    if (!candidate.made) return refuse(nsp, socketiopp::refuse(candidate.refusal));
    auto& entering = *sockets_.emplace_back(std::move(candidate.made));
    auto* const recovery = entering.in().recovery();
    if (recovery && auth && !is_v2() && find_again(entering, *recovery, *auth) &&
        recovery->options().skip_middlewares)
      return enter(entering);  // F-173
    ask(entering.shared_from_this(), 0);
  }

  /// Whether it is a client that is back (F-192, W-184). What it shows may be anything (W-185).
  static bool find_again(socket<Policies>& entering, recovery& kept, view auth) {
    auto const shown = auth.kind() == json::kind::object ? auth.find("pid") : std::nullopt;
    if (!shown || shown->kind() != json::kind::string) return false;
    auto const pid = engine::id::from(shown->string());
    if (!pid) return false;
    std::optional<std::uint64_t> offset;
    if (auto const last = auth.find("offset"); last && last->kind() != json::kind::null) {
      if (last->kind() != json::kind::string) return false;
      auto const text = last->string();
      auto& number = offset.emplace();
      auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc{} || end != text.data() + text.size()) return false;
    }
    // It may be back before anybody has noticed that it was gone.
    if (auto* const old = entering.in().find_by_pid(*pid))
      old->client().session().abort(reason::transport_close);
    auto found = kept.find_again(*pid, offset);
    if (!found) return false;
    entering.restore(*pid, std::move(*found));
    return true;
  }

  /// Asks a middleware, and when it has let the socket in the next, until there is none left (F-170).
  void ask(std::shared_ptr<socket<Policies>> who, std::size_t middleware) {
    auto& of = who->in().of();
    if (middleware == of.middlewares()) return enter(*who);
    std::weak_ptr<socket<Policies>> const weak = who;
    of.ask(middleware, *who, decision([where = shard_.place().lasting(), weak, middleware](admission answer) {
             auto const waiting = weak.lock();
             if (!waiting) return;  // the client has gone (F-172)
             where->dispatch([waiting, middleware, answer = std::move(answer)] {
               decided(*waiting, middleware, answer);
             });
           }));
  }

  static void decided(socket<Policies>& about, std::size_t middleware, admission const& answer) {
    if (!about.entering()) return;
    auto& on = about.client();
    if (answer) return on.ask(about.shared_from_this(), middleware + 1);
    auto const nsp = about.in().of().name();
    about.end(reason::server_namespace_disconnect);
    on.refuse(nsp, answer);  // W-161
  }

  void enter(socket<Policies>& entering) {
    timer::cancel();
    auto& of = entering.in().of();
    auto const missed = entering.enter();
    if (is_v2() && of.name() != "/")  // what the client takes for its id
      entering.join(of.name() + '#' + std::string(entering.id().view()));
    session_.send_needed(
        is_v2() ? format::connected_v2(of.name())
                : format::connected(of.name(), entering.id().view(),
                                    entering.pid() ? entering.pid()->view() : std::string_view()));
    shard_.observe(observer::socket_connected{of.name(), entering.id().view(), entering.recovered()});
    for (auto const& packet : missed) entering.send_once(packet);
    of.on_connect(entering);
  }

  void refuse(std::string_view nsp, admission const& why) {
    shard_.observe(observer::socket_refused{nsp, why.message()});
    if (is_v2()) return session_.send_needed(format::connect_error_v2(nsp, why.message()));
    json::value data;
    auto const has_data = !why.data().empty();
    if (has_data) data = read_json(why.data());
    session_.send_needed(format::connect_error(nsp, why.message(), has_data ? &data : nullptr));
  }

  static json::value read_json(std::string text) {
    typename readers_of<Policies>::json::document document;
    json::value read;
    json::read_context context;
    if (document.parse(text.data(), text.size())) json::read(document.root(), read, context);
    return read;
  }

  void deliver(received const& arrived, std::size_t bytes) {
    auto* const receiver = find_connected(arrived.nsp);
    if (!receiver) return session_.close(reason::forced_server_close);  // W-158, W-159
    auto const is_ack = arrived.type == protocol::packet_type::ack;
    if (!arrived.data && is_ack) return;  // W-171
    if (!arrived.data || arrived.data->kind() != json::kind::array)
      return fail({"the arguments are no array"});
    incoming<Policies> event{
        .name = {}, .array = *arrived.data, .attachments = arrived.attachments, .ack_id = arrived.id};
    auto& of = receiver->in().of();
    if (is_ack) {
      shard_.observe(observer::ack_received{of.name(), receiver->id().view(), bytes});
      return receiver->acknowledged(event);
    }

    if (event.array.size() == 0) return fail({"an event without a name"});  // W-166
    std::string number;
    event.first = 1;
    if (auto const name = event.array[0]; name.kind() == json::kind::string)
      event.name = name.string();
    else if (write_number(number, name))  // W-168
      event.name = number;
    else
      return fail({"the name of an event is no string"});
    if (protocol::is_reserved_event(event.name)) return fail({"the name of the event is reserved"});  // W-167
    shard_.observe(observer::event_received{of.name(), receiver->id().view(), event.name, bytes});
    of.on_event(*receiver, event);
  }

  static bool write_number(std::string& out, view number) {
    json::text_writer<std::string> writer(out);
    switch (number.kind()) {
      case json::kind::integer: writer.integer(number.integer()); return true;
      case json::kind::natural: writer.natural(number.natural()); return true;
      case json::kind::real: writer.real(number.real()); return true;
      default: return false;
    }
  }

  /// The client broke the protocol: every socket is told, then the session ends (W-181).
  void fail(parser::fault const& wrong) {
    if (wrong.too_many_attachments) session_.report(bound::max_attachments);
    for (auto* const socket : snapshot()) {
      if (!socket->connected()) continue;  // another one's handler has disconnected it
      socket->in().of().report(*socket, {.event = {},
                                         .code = errc::malformed_packet,
                                         .path = {},
                                         .message = std::string(wrong.what),
                                         .exception = nullptr});
    }
    session_.close(reason::forced_close);
  }

  /// No namespace was joined in time (W-160).
  void expired() override { session_.close(reason::forced_server_close, bound::connect_timeout); }

  core::shard<Policies>& shard_;
  engine::session& session_;
  std::vector<std::shared_ptr<socket<Policies>>> sockets_;
  [[no_unique_address]] typename format::decoder decoder_;
  [[no_unique_address]] std::conditional_t<counts, counted, uncounted> arriving_;
};

}  // namespace socketiopp::core
