// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/encode.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/heartbeat.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/outbox.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/session_user.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/engine/upgrade.hpp>
#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/engine_packet.hpp>

/// An Engine.IO session: the state machine between the connections that carry it and its user.
namespace socketiopp::engine {

/// One client's session. Lives on one shard; made, found and ended through its `hub`.
class session final : public flushable, private timer {
public:
  session(engine::id id, engine::handshake opening, dialect speaks, engine::options const& options,
          engine::turn& turn, session_owner& owner)
      : id_(id),
        dialect_(speaks),
        handshake_(std::make_shared<engine::handshake const>(std::move(opening))),
        options_(options),
        turn_(turn),
        owner_(owner),
        outbox_(options, turn),
        heartbeat_(options, speaks.client_pings()) {}

  engine::id const& id() const { return id_; }
  engine::handshake const& handshake() const { return *handshake_; }
  /// The same for those who may outlive it.
  std::shared_ptr<engine::handshake const> const& shared_handshake() const { return handshake_; }
  dialect speaks() const { return dialect_; }
  std::string_view transport() const { return websocket_ ? "websocket" : "polling"; }
  bool open() const { return phase_ == phase::open; }
  bool over_websocket() const { return websocket_ != nullptr; }

  // -- for its user ------------------------------------------------------------------------------------

  /// Queues packets that belong together: all of them or none. They leave at the end of the turn, in order,
  /// on whichever transport there is then. Volatile ones are dropped where they would have to wait (F-143).
  fate send(std::span<shared_packet const> packets, bool is_volatile = false) {
    if (phase_ != phase::open) return fate::dropped;
    auto const waits = !writable();
    if (waits && is_volatile) return fate::dropped;
    if (waits) outbox_.has_to_wait();
    turn_.flush_later(*this);
    return outbox_.offer(packets, queued_bytes(), is_volatile);
  }
  fate send(shared_packet const& packet, bool is_volatile = false) {
    return send(std::span(&packet, 1), is_volatile);
  }
  /// Queues a packet that the client cannot do without: if too much waits, the session ends in any case.
  void send_needed(shared_packet const& packet) {
    if (send(packet) == fate::refused) outbox_.need_refused();
  }

  /// Whether what is sent now leaves at the end of the turn.
  bool writable() const { return websocket_ ? websocket_->writable() : poll_ != nullptr; }

  /// How many bytes wait for the client: those of the last packets, and what its connection has not taken.
  std::size_t queued_bytes() const { return outbox_.bytes() + (websocket_ ? websocket_->queued_bytes() : 0); }

  /// Calls `done` when everything sent so far has left, at the end of the turn at the earliest; never, if the
  /// session ends first (W-113). What it throws is dropped.
  void when_sent(unique_function<void()> done) {
    if (phase_ != phase::open) return;
    outbox_.when_left(std::move(done));
    turn_.flush_later(*this);
  }

  /// Tells that the client has exceeded a bound.
  void report(bound which) { owner_.exceeded(*this, which); }

  /// Ends the session because of that. A WebSocket is closed with 1008 and the name of the bound.
  void close(reason why, bound exceeded) {
    if (phase_ != phase::open) return;
    report(exceeded);
    exceeded_ = exceeded;
    finish(why, true);
  }

  /// Ends the session after what is queued has been sent (W-134). `on_close` is called before this returns.
  void close(reason why) { finish(why, true); }

  /// Ends the session and drops what is queued (W-132). While its user is being made this is `close`: whoever
  /// opens the session has to get it first.
  void abort(reason why) { finish(why, user_ == nullptr); }

  // -- for its hub and its connections -----------------------------------------------------------------

  /// Starts the session over the link that its opening request came on: a poll, or a WebSocket.
  void start(link& over, bool websocket) {
    outbox_.push(open_packet(id_, options_, !websocket && options_.websocket && options_.allow_upgrades));
    if (!options_.initial_packet.empty()) outbox_.push(text_message(options_.initial_packet));
    (websocket ? websocket_ : poll_) = &over;
    heartbeat_.start(turn_.now());
    arm();
    turn_.flush_later(*this);
  }

  /// Sets the user. What it sent while it was made follows the open packet (W-044). If it ended the session
  /// already, its `on_close` is called when the last packet has left.
  void attach(std::unique_ptr<session_user> user) { user_ = std::move(user); }

  /// A GET: waits until there is something to send (W-036, W-041).
  void poll(link& get) {
    if (websocket_) return get.respond(refuse(refusal::transport_mismatch));
    if (poll_) return abort_over(get);
    poll_ = &get;
    if (!outbox_.empty() || phase_ == phase::closing)
      turn_.flush_later(*this);
    else
      upgrade_.poll_waits(turn_.now());
    arm();
  }

  /// The head of a POST has arrived. False: it has been answered, or cut, and its body is of no interest.
  bool post_begins(link& request) {
    if (websocket_) return request.respond(refuse(refusal::transport_mismatch)), false;
    if (post_) {  // W-037
      std::exchange(post_, nullptr)->cut();
      return abort_over(request), false;
    }
    post_ = &request;
    return true;
  }

  /// The whole POST has arrived (W-030 to W-035). `body` must have a character to spare after its end.
  void post(link& request, std::string_view content_type, std::string& body) {
    assert(post_ == &request);
    post_ = nullptr;
    if (!dialect_.takes(content_type)) return abort_over(request);
    request.respond({200, "text/html", "ok", false});
    auto const understood = dialect_.read_body(content_type, body, [&](bool binary, std::span<char> packet) {
      if (phase_ == phase::closing && !binary && std::string_view(packet.data(), packet.size()) == "1")
        finish_closing();  // it will not poll any more (W-049)
      return phase_ != phase::open || (binary ? receive(std::as_bytes(packet)) : receive(packet));
    });
    if (!understood) abort(reason::parse_error);
  }

  /// The POST was too long, and has been answered so (W-034). The session lives on.
  void post_refused(link& request) {
    if (post_ == &request) post_ = nullptr;
  }

  /// A WebSocket has opened with this session's id. False: there is no place for it (W-105, W-110).
  bool probe(link& socket, dialect speaks = {}) {
    if (websocket_ || upgrade_.under_way() || phase_ != phase::open || !options_.allow_upgrades) return false;
    upgrade_.begin(socket, turn_.now() + options_.upgrade_timeout, speaks);
    arm();
    return true;
  }

  /// A text message on one of the session's WebSockets. `text[text.size()]` must be writable.
  void receive_text(link& from, std::span<char> text) {
    if (upgrade_.is(from)) return receive_probe({text.data(), text.size()});
    if (&from == websocket_ && phase_ == phase::open && !receive(text)) abort(reason::parse_error);
  }

  /// A binary message on one of the session's WebSockets (W-065).
  void receive_binary(link& from, std::span<std::byte const> bytes) {
    if (upgrade_.is(from)) return upgrade_.give_up();
    if (&from == websocket_ && phase_ == phase::open && !receive(bytes)) abort(reason::parse_error);
  }

  /// Everything handed to the WebSocket has left.
  void drained(link& socket) {
    if (&socket != websocket_) return;
    if (!outbox_.empty()) turn_.flush_later(*this);
    left();
  }

  /// A link's connection has ended, for the reason `why`.
  void lost(link& gone, reason why) {
    if (upgrade_.is(gone)) {  // W-106
      upgrade_.end();
    } else if (&gone == websocket_) {
      websocket_ = nullptr;
      abort(why);
    } else if (&gone == poll_ || &gone == post_) {  // W-038, W-039
      (&gone == poll_ ? poll_ : post_) = nullptr;
      abort(reason::transport_error);
    }
  }

private:
  enum class phase : std::uint8_t { open, closing, closed };

  static constexpr auto linger = std::chrono::seconds(30);  // W-049
  static constexpr std::uint16_t policy_violation = 1008;   // RFC 6455, 7.4.1

  /// Ends the session for a request that it should not have got.
  void abort_over(link& request) {
    request.respond({400, "", ""});
    abort(reason::transport_error);
  }

  /// Reads one packet in text form. False: it is none.
  bool receive(std::span<char> text) {
    auto const packet = dialect_.decode(std::string_view(text.data(), text.size()));
    if (!packet) return false;
    refresh();
    if (packet->binary) {  // W-040, W-066
      std::string bytes;
      protocol::base64_decode(packet->data, bytes);
      user_->on_binary(std::as_bytes(std::span(bytes)));
      return true;
    }
    using enum protocol::engine_type;
    switch (packet->type) {
      case message: user_->on_text(text.subspan(1)); break;
      case ping: receive_ping(); break;
      case pong: receive_pong(); break;
      case close:  // W-063, W-064
        if (poll_) respond_to_poll("6");
        abort(reason::transport_close);
        break;
      case protocol::engine_type::open:
      case upgrade:
      case noop: break;  // W-062
    }
    return true;
  }

  /// Reads one packet in binary form. False: it is none.
  bool receive(std::span<std::byte const> packet) {
    auto const message = dialect_.decode(packet);
    if (!message) return false;
    refresh();
    user_->on_binary(*message);
    return true;
  }

  void receive_ping() {
    if (!dialect_.client_pings()) return abort(reason::transport_error);  // W-061
    outbox_.push_pong();
    turn_.flush_later(*this);
  }

  void receive_pong() {
    if (dialect_.client_pings()) return abort(reason::transport_error);  // W-191
    heartbeat_.pong(turn_.now());
    arm();
  }

  /// The client is there. The timer is not moved: should it ring too early, it is set again.
  void refresh() { heartbeat_.other(turn_.now()); }

  void receive_probe(std::string_view text) {
    if (text == "2probe") {
      upgrade_.answer_probe();
      if (poll_ && outbox_.empty()) respond_to_poll("6");
    } else if (text == "5" && upgrade_.probed()) {  // W-104
      if (poll_) respond_to_poll("6");
      dialect_ = upgrade_.speaks();
      websocket_ = upgrade_.end();
      user_->on_upgrade();
      turn_.flush_later(*this);
    } else {
      upgrade_.give_up();  // W-108
    }
  }

  void respond_to_poll(std::span<shared_packet const> packets) {
    upgrade_.poll_ended();
    std::exchange(poll_, nullptr)->respond(dialect_.answer_poll(packets, handshake_->query()));
  }
  void respond_to_poll(std::string_view packet) {
    auto const only = text_packet(packet);
    respond_to_poll(std::span(&only, 1));
  }

  void flush() override {
    if (outbox_.overflowed()) handle_overflow();
    auto const closing = phase_ == phase::closing;
    if (websocket_) {
      if (!outbox_.empty() && websocket_->writable()) dialect_.send(outbox_.hand_over(), *websocket_);
      if (queued_bytes() == 0) left();
      if (outbox_.empty() && closing) finish_closing();
    } else if (poll_ && (closing || !outbox_.empty())) {
      if (closing && !polled_) outbox_.push(text_packet("6"));  // W-048
      if (closing) outbox_.push(text_packet("1"));
      respond_to_poll(std::exchange(outbox_.hand_over(), {}));
      left();
      if (closing) finish_closing();
    } else if (outbox_.empty()) {
      left();
    }
  }

  /// Everything handed over has left.
  void left() {
    if (phase_ == phase::open && outbox_.left() && phase_ == phase::open) user_->on_drain();
  }

  /// Too much waits for the client. What comes of it comes at the end of the turn: whoever sends may be in
  /// the middle of sending to many.
  void handle_overflow() {
    if (outbox_.tell_overflow()) report(bound::max_queued_bytes);
    if (!outbox_.ends_session()) return outbox_.forget_overflow();
    if (websocket_)
      std::exchange(websocket_, nullptr)->cut();  // a close frame would stand behind all the rest
    abort(reason::slow_consumer);
  }

  void expired() override {
    auto const now = turn_.now();
    if (phase_ != phase::open) return finish_closing();
    if (upgrade_.wants_noop(now) && poll_) respond_to_poll("6");
    if (upgrade_.too_late(now)) upgrade_.give_up();
    if (heartbeat_.due() <= now) {
      if (heartbeat_.expired(now) == heartbeat::step::give_up) return abort(reason::ping_timeout);
      outbox_.push(text_packet("2"));
      turn_.flush_later(*this);
    }
    arm();
  }

  void arm() {
    if (phase_ == phase::open) turn_.schedule(*this, std::min(heartbeat_.due(), upgrade_.due()));
  }

  /// Leaves the open phase. What is still to be said goes out before the links are let go.
  void finish(reason why, bool gracefully) {
    if (phase_ != phase::open) {
      if (!gracefully) finish_closing();
      return;
    }
    phase_ = phase::closing;
    polled_ = poll_ != nullptr;
    upgrade_.give_up();  // W-112
    outbox_.forget_waiting();
    if (gracefully) {
      turn_.schedule(*this, turn_.now() + linger);
      turn_.flush_later(*this);
    } else {
      outbox_.clear();
      if (poll_) respond_to_poll("1");
    }
    user_ ? user_->on_close(why) : void(untold_ = why);
    if (!gracefully) finish_closing();
  }

  void finish_closing() {
    if (std::exchange(phase_, phase::closed) == phase::closed) return;
    timer::cancel();
    outbox_.clear();
    if (websocket_)
      std::exchange(websocket_, nullptr)
          ->close(exceeded_ ? policy_violation : no_status, exceeded_ ? to_string(*exceeded_) : "");
    if (poll_) respond_to_poll("1");
    if (untold_) user_->on_close(*untold_);
    owner_.release(*this);
  }

  engine::id id_;
  dialect dialect_;
  phase phase_ = phase::open;
  std::shared_ptr<engine::handshake const> handshake_;
  engine::options const& options_;
  engine::turn& turn_;
  session_owner& owner_;
  std::unique_ptr<session_user> user_;

  link* websocket_ = nullptr;  // the transport, once it is a WebSocket
  link* poll_ = nullptr;       // the GET that waits
  link* post_ = nullptr;       // the POST whose body is arriving
  outbox outbox_;

  heartbeat heartbeat_;
  upgrade upgrade_;
  bool polled_ = false;            // a poll was waiting when the session began to close (W-048)
  std::optional<bound> exceeded_;  // why its WebSocket is closed
  std::optional<reason> untold_;   // why it ended before there was a user to tell
};

}  // namespace socketiopp::engine
