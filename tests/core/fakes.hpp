// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/core.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/policies.hpp>

/// A shard of the core with a clock that is set by hand, clients without a transport, and a namespace that
/// writes down what is asked of it.
namespace fakes {

using namespace socketiopp;
using namespace std::chrono_literals;
using policies = default_policies;
using codec = policies::json;
using core_socket = core::socket<policies>;
using texts = std::vector<std::string>;

/// The arguments as JSON text, attachments as `<bytes>`.
inline std::string describe(core::incoming<policies> const& arrived) {
  std::string text;
  json::read_context context{.attachments = arrived.attachments};
  json::value all;
  json::read(arrived.array, all, context);
  json::write_context written;
  codec::writer<std::string> out(text);
  json::write(out, all, written);
  for (auto const bytes : written.attachments)
    text.append("<").append(reinterpret_cast<char const*>(bytes.data()), bytes.size()).append(">");
  return text;
}

/// A namespace that keeps a log, and does in each callback what the test wants.
class recorder final : public core::namespace_<policies> {
public:
  using core::namespace_<policies>::namespace_;

  texts log;
  texts log_of(core_socket const& who) const {
    texts found;
    for (auto const& line : log)
      if (line.ends_with(who.id().view())) found.push_back(line.substr(0, line.size() - who.id().size - 1));
    return found;
  }
  std::string refusal;
  std::vector<unique_function<void(core_socket&, decision)>> gates;
  std::vector<core_socket*> sockets;  // in the order of their connects
  unique_function<void(core_socket&)> then_connect = [](auto&) {};
  unique_function<void(core_socket&, core::incoming<policies> const&)> then_event = [](auto&, auto&) {};
  unique_function<void(core_socket&, reason)> then_disconnecting = [](auto&, reason) {};
  unique_function<void(core_socket&, reason)> then_disconnect = [](auto&, reason) {};
  unique_function<void(core_socket&)> then_drain = [](auto&) {};
  unique_function<void(core_socket&)> then_error = [](auto&) {};

  core::candidate<policies> make(core::connection<policies>& client, core::presence<policies> place,
                                 std::optional<codec::view> auth) override {
    std::string carried = "nothing";
    if (auth) carried = describe({.name = {}, .array = *auth});
    log.push_back("admit " + carried);
    if (!refusal.empty()) return {nullptr, refusal};
    return {std::make_shared<core_socket>(client, std::move(place)), {}};
  }
  void const* contract() const override { return nullptr; }
  void const* family() const override { return nullptr; }
  std::size_t middlewares() const override { return gates.size(); }
  void ask(std::size_t middleware, core_socket& who, decision answer) override {
    gates[middleware](who, std::move(answer));
  }
  std::shared_ptr<void> take_data(core_socket&) override { return nullptr; }
  void give_data(core_socket&, std::shared_ptr<void>) override {}
  bool watches_outgoing() const override { return watching; }
  void on_outgoing(core_socket& who, std::string_view name, arguments const& values) override {
    write("outgoing: " + std::string(name) + " " + std::to_string(values.size()), who);
  }
  bool watching = false;
  json::value describe_data(core_socket&) override { return {}; }
  void on_server_event(core::server_event<policies>&) override {}
  void on_server_error(event_error const&) override {}
  void on_connect(core_socket& who) override {
    sockets.push_back(&who);
    write("connect", who);
    then_connect(who);
  }
  void on_event(core_socket& who, core::incoming<policies> const& event) override {
    auto line = std::string(event.name) + " " + describe(event);
    if (event.ack_id) line += " ack " + std::to_string(*event.ack_id);
    write(line, who);
    then_event(who, event);
  }
  void on_disconnecting(core_socket& who, reason why) override {
    write("disconnecting: " + std::string(to_string(why)), who);
    then_disconnecting(who, why);
  }
  void on_disconnect(core_socket& who, reason why) override {
    write("disconnect: " + std::string(to_string(why)), who);
    then_disconnect(who, why);
  }
  void on_drain(core_socket& who) override {
    write("drain", who);
    then_drain(who);
  }
  void on_error(core_socket& who, event_error const& what) override {
    write("error: " + what.code.message(), who);
    then_error(who);
  }

private:
  void write(std::string line, core_socket const& who) {
    log.push_back(std::move(line) + " " + std::string(who.id().view()));
  }
};

/// A WebSocket that keeps what it is told: texts as they are, binary messages as `<bytes>`. One that is
/// `slow` takes what it is sent, and then nothing more.
class link final : public engine::link {
public:
  texts heard;
  bool slow = false;
  std::size_t waiting = 0;  // bytes that a slow one has not taken
  bool closed = false;
  std::string close_reason;

  void respond(engine::answer const&) override {}
  void send(std::vector<engine::shared_packet>& packets) override {
    for (auto const& packet : packets) {
      auto const text = std::string(packet.payload());
      heard.push_back(packet.binary() ? "<" + text + ">" : text);
      if (slow) waiting += packet.frame().size();
    }
    packets.clear();
  }
  bool writable() const override { return waiting == 0; }
  std::size_t queued_bytes() const override { return waiting; }
  void close(std::uint16_t, std::string_view reason) override {
    closed = true;
    close_reason = reason;
  }
  void cut() override { closed = true; }
};

/// One shard.
class world final : public engine::place {
public:
  explicit world(core::options of_core = {}) : options(of_core) {
    shards.push_back(std::make_unique<core::shard<policies>>(0, options, namespaces, hub, *this));
    turn.advance(now);
  }

  recorder& of(std::string const& name) {
    auto made = std::make_shared<recorder>(name, shards);
    namespaces.add(made);
    return *made;
  }

  /// Ends the turn, after what was posted.
  void end() {
    for (auto const& work : std::exchange(posted, {})) work();
    turn.end();
  }
  void advance(std::chrono::milliseconds by) {
    turn.advance(now += by);
    end();
  }

  core::options options;
  engine::options engine_options{.ping_interval = 24h, .ping_timeout = 24h};
  engine::time_point now{1h};
  engine::turn turn{[] {}};
  engine::hub hub{engine_options, turn, [this](engine::session& opened) { return shards[0]->accept(opened); },
                  [this](bound_hit const& hit) {
                    bounds.emplace_back(to_string(hit.which));
                    then_bound();
                  }};
  core::directory<policies> namespaces;
  std::vector<std::unique_ptr<core::shard<policies>>> shards;
  std::vector<unique_function<void()>> posted;
  texts bounds;  // that were exceeded
  unique_function<void()> then_bound = [] {};
  bool is_here = true;

  bool here() const override { return is_here; }
  void post(unique_function<void()> work) override { posted.push_back(std::move(work)); }
};

/// A client with a WebSocket.
class client {
public:
  explicit client(world& in) : client(in, {}) { hear(); }
  /// One that speaks otherwise; what it is told first is still to be heard.
  client(world& in, engine::dialect speaks) : world_(in), id_(open(speaks)) {}
  client(client const&) = delete;
  client& operator=(client const&) = delete;

  /// Sends Socket.IO packets, all in one turn.
  template <class... Texts> void say(Texts const&... packets) {
    (receive(packets), ...);
    world_.end();
  }
  /// Sends an attachment.
  void attach(std::string_view bytes) {
    session()->receive_binary(link_, std::as_bytes(std::span(bytes)));
    world_.end();
  }
  /// Sends an Engine.IO packet.
  void say_engine(std::string packet) {
    session()->receive_text(link_, packet);
    world_.end();
  }
  /// Connects to a namespace of the test's; the socket lives until it is disconnected.
  core_socket& join(recorder& nsp) {
    say(nsp.name() == "/" ? "0" : "0" + nsp.name() + ",");
    hear();
    return *nsp.sockets.back();
  }
  /// From now on it takes what it is sent, and then nothing more until it catches up.
  void slow_down() { link_.slow = true; }
  void catch_up() {
    link_.waiting = 0;
    if (auto* const to = session()) to->drained(link_);
    world_.end();
  }
  /// The connection breaks.
  void drop() {
    session()->lost(link_, reason::transport_close);
    world_.end();
  }

  /// The Socket.IO packets that came since the last call.
  texts hear() {
    texts packets;
    for (auto& packet : std::exchange(link_.heard, {}))
      if (packet.starts_with('4') || packet.starts_with('<'))
        packets.push_back(packet.starts_with('4') ? packet.substr(1) : packet);
    return packets;
  }
  bool closed() const { return link_.closed; }
  std::string const& close_reason() const { return link_.close_reason; }
  engine::session* session() { return world_.hub.find(id_); }

private:
  engine::id open(engine::dialect speaks) {
    auto const id = world_.hub.open(world_.hub.claim_next_id(), link_, true, {}, speaks).id();
    world_.end();
    return id;
  }
  void receive(std::string_view packet) {
    auto text = "4" + std::string(packet);
    if (auto* const to = session()) to->receive_text(link_, text);
  }

  world& world_;
  link link_;
  engine::id id_;
};

/// Asks a client `packet(id)`.
template <class MakePacket> void request(core_socket& to, MakePacket packet, engine::time_point deadline,
                                         core::pending_acks<policies>::callback done) {
  auto const id = to.next_ack_id();
  to.request(id, packet(id), deadline, std::move(done));
}

/// Its id, as text.
inline std::string name(core_socket const& of) { return std::string(of.id().view()); }

}  // namespace fakes
