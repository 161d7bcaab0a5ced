// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/session_user.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// What the tests of the engine put around a session: connections, a user and a shard with a manual clock.
namespace engine_test {

namespace engine = socketiopp::engine;
using socketiopp::reason;
using namespace std::chrono_literals;

/// Texts in order, as received or sent; a binary one starts with `bin:`.
using texts = std::vector<std::string>;

inline std::string text_of(engine::shared_packet const& packet) {
  return (packet.binary() ? "bin:" : "") + std::string(packet.payload());
}

/// A request that waits for its answer. Fails the test when it is used after its end.
struct request_link final : engine::link {
  void respond(engine::answer const& what) override {
    CHECK_FALSE(over());
    status = what.status;
    type = what.content_type;
    body = what.body;
    cacheable = what.cacheable;
  }
  void cut() override {
    CHECK_FALSE(over());
    was_cut = true;
  }
  void send(std::vector<engine::shared_packet>&) override { FAIL("send on a request"); }
  bool writable() const override {
    FAIL("writable on a request");
    return false;
  }
  std::size_t queued_bytes() const override {
    FAIL("queued_bytes on a request");
    return 0;
  }
  void close(std::uint16_t, std::string_view) override { FAIL("close on a request"); }

  bool answered() const { return status != 0; }
  bool over() const { return answered() || was_cut || lost; }

  int status = 0;
  std::string type, body;
  bool cacheable = false;
  bool was_cut = false;
  bool lost = false;  // set by the test when the peer has gone
};

/// An open WebSocket. Fails the test when it is used after its end. It writes what it is sent in the same
/// turn, if it knows its session; if it is `slow`, not before `catch_up`.
struct socket_link final : engine::link, private engine::flushable {
  void send(std::vector<engine::shared_packet>& packets) override {
    CHECK_FALSE(over());
    CHECK(open_for_more);
    for (auto const& packet : packets) {
      sent.push_back(text_of(packet));
      if (slow) waiting += packet.frame().size();
    }
    packets.clear();
    if (slow)
      open_for_more = false;
    else if (of)
      on->flush_later(*this);
  }
  bool writable() const override {
    CHECK_FALSE(over());
    return open_for_more;
  }
  std::size_t queued_bytes() const override {
    CHECK_FALSE(over());
    return waiting;
  }
  void close(std::uint16_t code, std::string_view reason) override {
    CHECK_FALSE(over());
    closed = true;
    close_code = code;
    close_reason = reason;
  }
  void cut() override {
    CHECK_FALSE(over());
    closed = was_cut = true;
  }
  void respond(engine::answer const&) override { FAIL("respond on a WebSocket"); }

  bool over() const { return closed || lost; }

  /// Whose it is from now on.
  void carry(engine::session& from, engine::turn& in) {
    of = &from;
    on = &in;
  }

  texts sent;
  bool slow = false;
  bool open_for_more = true;
  std::size_t waiting = 0;  // bytes that the peer has not taken
  std::uint16_t close_code = 0;
  std::string close_reason;
  bool closed = false;
  bool was_cut = false;
  bool lost = false;  // set by the test when the peer has gone

private:
  void flush() override {
    if (!over() && open_for_more) of->drained(*this);
  }

  engine::session* of = nullptr;
  engine::turn* on = nullptr;
};

/// What has become of a session. Outlives it.
struct record {
  texts received;
  std::vector<reason> closed;
  int drains = 0;
  bool destroyed = false;

  socketiopp::unique_function<void(engine::session&, std::string_view)> on_message;
  socketiopp::unique_function<void(engine::session&)> on_drain;
  socketiopp::unique_function<void(engine::session&)> on_close;
};

/// A user that writes down what its session tells it.
class recorder final : public engine::session_user {
public:
  recorder(engine::session& over, record& into) : session_(over), record_(into) {}
  ~recorder() override { record_.destroyed = true; }

  void on_text(std::span<char> text) override {
    auto const after = text.data()[text.size()];
    text.data()[text.size()] = '\0';  // as a parser may
    heard(std::string(text.data()));
    text.data()[text.size()] = after;
  }
  void on_binary(std::span<std::byte const> bytes) override {
    heard("bin:" + std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size()));
  }
  void on_drain() override {
    CHECK(session_.open());
    CHECK(record_.closed.empty());
    ++record_.drains;
    if (record_.on_drain) record_.on_drain(session_);
  }
  void on_close(reason why) override {
    CHECK_FALSE(session_.open());
    record_.closed.push_back(why);
    if (record_.on_close) record_.on_close(session_);
  }

private:
  void heard(std::string what) {
    CHECK(record_.closed.empty());
    record_.received.push_back(what);
    if (record_.on_message) record_.on_message(session_, what);
  }

  engine::session& session_;
  record& record_;
};

/// A shard whose time passes when the test says so.
class shard {
public:
  explicit shard(engine::options terms = {})
      : options(std::move(terms)),
        turn([this] { place.post([this] { end_turn(); }); }),
        hub(
            options, turn,
            [this](engine::session& opened) {
              auto& kept = records.emplace_back();
              if (on_accept) on_accept(opened, kept);
              return std::make_unique<recorder>(opened, kept);
            },
            [this](socketiopp::bound_hit const& hit) {
              bounds.push_back(std::string(to_string(hit.which)) + " " + std::string(hit.session));
              if (on_bound) on_bound();
            }) {
    place.on_wake([this] {
      turn.advance(place.now());
      end_turn();
    });
    turn.advance(place.now());
  }

  /// Ends the turn.
  void settle() { place.run(); }

  /// Lets time pass.
  void pass(std::chrono::milliseconds by) {
    place.advance(by);
    turn.advance(place.now());
    settle();
  }

  /// Whether no timer is left; time passes until the alarms that were set have rung.
  bool asleep() {
    pass(1h);
    return turn.end() == engine::time_point::max();
  }

  engine::session& open(engine::link& over, bool websocket, engine::dialect speaks = {},
                        std::string query = {}) {
    engine::handshake opening;
    opening.url = "/engine.io/?" + std::move(query);
    auto& opened = hub.open(hub.claim_next_id(), over, websocket, std::move(opening), speaks);
    if (auto* const socket = dynamic_cast<socket_link*>(&over)) socket->carry(opened, turn);
    settle();
    return opened;
  }

  engine::options options;
  socketiopp::executor::caller place;
  std::deque<record> records;  // one for each session, in the order that they opened
  texts bounds;                // that were exceeded, and by which session
  socketiopp::unique_function<void(engine::session&, record&)> on_accept;
  socketiopp::unique_function<void()> on_bound;
  engine::turn turn;
  engine::hub hub;

private:
  void end_turn() {
    if (auto const next = turn.end(); next < engine::time_point::max())
      place.wake_at(next);
    else
      place.sleep();
  }
};

/// A body or message, writable and with the character to spare that the session asks for.
inline void post(engine::session& to, request_link& over, std::string body,
                 std::string_view type = "text/plain") {
  if (to.post_begins(over)) to.post(over, type, body);
}
inline void say(engine::session& to, socket_link& over, std::string text) {
  to.receive_text(over, {text.data(), text.size()});
}

/// The client has read all that its WebSocket was sent.
inline void catch_up(engine::session& of, socket_link& slow) {
  slow.waiting = 0;
  slow.open_for_more = true;
  of.drained(slow);
}

/// Ends a connection from the client's side.
template <class Link> void lose(engine::session& of, Link& gone, reason why = reason::transport_close) {
  gone.lost = true;
  of.lost(gone, why);
}

}  // namespace engine_test
