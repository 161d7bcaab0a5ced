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
#include <vector>

#include <socketiopp/engine/encode.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/heartbeat.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/session_user.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/protocol/engine_packet.hpp>
#include <socketiopp/protocol/payload.hpp>
#include <socketiopp/protocol/utf8.hpp>

/// An Engine.IO v4 session: the state machine between the connections that carry it and its user.
namespace socketiopp::engine {

/// One client's session. Lives on one shard; made, found and ended through its `hub`.
class session final : public flushable, private timer {
public:
  session(engine::id id, engine::handshake opening, engine::options const& options, engine::turn& turn,
          session_owner& owner)
      : id_(id),
        handshake_(std::move(opening)),
        options_(options),
        turn_(turn),
        owner_(owner),
        heartbeat_(options.ping_interval, options.ping_timeout) {}

  engine::id const& id() const { return id_; }
  engine::handshake const& handshake() const { return handshake_; }
  std::string_view transport() const { return websocket_ ? "websocket" : "polling"; }
  bool open() const { return phase_ == phase::open; }
  bool over_websocket() const { return websocket_ != nullptr; }

  // -- for its user ------------------------------------------------------------------------------------

  /// Queues a packet. It leaves at the end of the turn, in order, on whichever transport there is then.
  /// Does nothing once the session is closing.
  void send(shared_packet packet) {
    if (phase_ != phase::open) return;
    queue_.push_back(std::move(packet));
    turn_.flush_later(*this);
  }

  /// Ends the session after what is queued has been sent (W-134). `on_close` is called before this returns.
  void close(reason why) { finish(why, true); }

  /// Ends the session and drops what is queued (W-132). While its user is being made this is `close`: whoever
  /// opens the session has to get it first.
  void abort(reason why) { finish(why, user_ == nullptr); }

  // -- for its hub and its connections -----------------------------------------------------------------

  /// Starts the session over the link that its opening request came on: a poll, or a WebSocket.
  void start(link& over, bool websocket) {
    queue_.push_back(open_packet(id_, options_, !websocket && options_.websocket && options_.allow_upgrades));
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
    if (poll_ || websocket_) {
      get.respond(websocket_ ? refuse(refusal::bad_request) : answer{400, "", ""});
      if (!websocket_) abort(reason::transport_error);
      return;
    }
    poll_ = &get;
    if (!queue_.empty() || phase_ == phase::closing)
      turn_.flush_later(*this);
    else if (probe_answered_)
      set(noop_at_, turn_.now() + noop_delay);
  }

  /// The head of a POST has arrived. False: it has been answered, or cut, and its body is of no interest.
  bool post_begins(link& request) {
    if (websocket_) {
      request.respond(refuse(refusal::bad_request));
      return false;
    }
    if (post_) {  // W-037
      request.respond({400, "", ""});
      std::exchange(post_, nullptr)->cut();
      abort(reason::transport_error);
      return false;
    }
    post_ = &request;
    return true;
  }

  /// The whole POST has arrived (W-030 to W-035). `body` must have a character to spare after its end.
  void post(link& request, std::string_view content_type, std::string& body) {
    assert(post_ == &request);
    post_ = nullptr;
    if (content_type == "application/octet-stream") {
      request.respond({400, "", ""});
      return abort(reason::transport_error);
    }
    request.respond({200, "text/html", "ok", false});
    std::string bytes;
    auto const understood =
        protocol::is_utf8(body) && protocol::for_each_packet(body, [&](std::string_view packet) {
          if (phase_ != phase::open) return true;
          if (!packet.starts_with('b')) return receive(writable_view(body, packet));
          bytes.clear();
          protocol::base64_decode(packet.substr(1), bytes);
          receive_bytes(std::as_bytes(std::span(bytes)));
          return true;
        });
    if (!understood) abort(reason::parse_error);
  }

  /// The POST was too long, and has been answered so (W-034). The session lives on.
  void post_refused(link& request) {
    if (post_ == &request) post_ = nullptr;
  }

  /// A WebSocket has opened with this session's id. False: there is no place for it (W-105, W-110).
  bool probe(link& socket) {
    if (websocket_ || probe_ || phase_ != phase::open || !options_.allow_upgrades) return false;
    probe_ = &socket;
    set(upgrade_until_, turn_.now() + options_.upgrade_timeout);
    return true;
  }

  /// A text message on one of the session's WebSockets. `text[text.size()]` must be writable.
  void receive_text(link& from, std::span<char> text) {
    if (&from == probe_) return receive_probe({text.data(), text.size()});
    if (&from != websocket_ || phase_ != phase::open) return;
    if (!text.empty() && text[0] == 'b') {  // W-066
      std::string bytes;
      protocol::base64_decode({text.data() + 1, text.size() - 1}, bytes);
      return receive_bytes(std::as_bytes(std::span(bytes)));
    }
    if (!receive(text)) abort(reason::parse_error);
  }

  /// A binary message on one of the session's WebSockets (W-065).
  void receive_binary(link& from, std::span<std::byte const> bytes) {
    if (&from == probe_) return end_probe();
    if (&from == websocket_ && phase_ == phase::open) receive_bytes(bytes);
  }

  /// Everything handed to the WebSocket has left.
  void writable(link& socket) {
    if (&socket == websocket_ && !queue_.empty()) turn_.flush_later(*this);
  }

  /// A link's connection has ended, for the reason `why`.
  void lost(link& gone, reason why) {
    if (&gone == probe_) {  // W-106
      probe_ = nullptr;
      forget_upgrade();
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

  static constexpr auto never = time_point::max();
  static constexpr auto noop_delay = std::chrono::milliseconds(100);  // W-100
  static constexpr auto linger = std::chrono::seconds(30);            // W-049

  static std::span<char> writable_view(std::string& whole, std::string_view part) {
    return {whole.data() + (part.data() - whole.data()), part.size()};
  }

  /// Reads one text packet. False: it is no packet.
  bool receive(std::span<char> text) {
    auto const packet = protocol::decode_engine_packet({text.data(), text.size()});
    if (!packet) return false;
    using enum protocol::engine_type;
    switch (packet->type) {
      case message:
        refresh();
        user_->on_text(text.subspan(1));
        break;
      case pong:
        heartbeat_.pong(turn_.now());
        arm();
        break;
      case ping: abort(reason::transport_error); break;  // W-061
      case close:                                        // W-063, W-064
        if (poll_) respond_to_poll("6");
        abort(reason::transport_close);
        break;
      case protocol::engine_type::open:
      case upgrade:
      case noop: refresh(); break;  // W-062
    }
    return true;
  }

  void receive_bytes(std::span<std::byte const> bytes) {
    refresh();
    user_->on_binary(bytes);
  }

  /// The client is there. The timer is not moved: should it ring too early, it is set again.
  void refresh() { heartbeat_.other(turn_.now()); }

  void receive_probe(std::string_view text) {
    if (text == "2probe") {
      std::vector<shared_packet> reply{text_packet("3probe")};
      probe_->send(reply);
      probe_answered_ = true;
      if (poll_ && queue_.empty()) respond_to_poll("6");
    } else if (text == "5" && probe_answered_) {  // W-104
      websocket_ = std::exchange(probe_, nullptr);
      forget_upgrade();
      if (poll_) respond_to_poll("6");
      turn_.flush_later(*this);
    } else {
      end_probe();  // W-108
    }
  }

  /// Gives the upgrade up; long-polling goes on.
  void end_probe() {
    if (auto* const socket = std::exchange(probe_, nullptr)) socket->close();
    forget_upgrade();
  }

  void forget_upgrade() {
    probe_answered_ = false;
    upgrade_until_ = noop_at_ = never;
    arm();
  }

  void respond_to_poll(std::string body) {
    noop_at_ = never;
    std::exchange(poll_, nullptr)->respond({200, "text/plain; charset=UTF-8", std::move(body), false});
  }

  void flush() override {
    if (websocket_) {
      if (!queue_.empty() && websocket_->writable()) websocket_->send(queue_);
      if (queue_.empty() && phase_ == phase::closing) finish_closing();
    } else if (poll_) {
      auto const closing = phase_ == phase::closing;
      if (closing && !polled_) queue_.push_back(text_packet("6"));  // W-048
      if (closing) queue_.push_back(text_packet("1"));
      if (!queue_.empty()) respond_to_poll(encode_payload(std::exchange(queue_, {})));
      if (closing) finish_closing();
    }
  }

  void expired() override {
    auto const now = turn_.now();
    if (phase_ != phase::open) return finish_closing();
    if (noop_at_ <= now) {
      noop_at_ = never;
      if (poll_) respond_to_poll("6");
    }
    if (upgrade_until_ <= now) end_probe();  // W-107
    if (heartbeat_.due() <= now) {
      if (heartbeat_.expired(now) == heartbeat::step::give_up) return abort(reason::ping_timeout);
      send(text_packet("2"));
    }
    arm();
  }

  void set(time_point& deadline, time_point to) {
    deadline = to;
    arm();
  }

  void arm() {
    if (phase_ == phase::open) turn_.schedule(*this, std::min({heartbeat_.due(), upgrade_until_, noop_at_}));
  }

  /// Leaves the open phase. What is still to be said goes out before the links are let go.
  void finish(reason why, bool gracefully) {
    if (phase_ != phase::open) {
      if (!gracefully) finish_closing();
      return;
    }
    phase_ = phase::closing;
    polled_ = poll_ != nullptr;
    if (probe_) std::exchange(probe_, nullptr)->close();  // W-112
    if (gracefully) {
      turn_.schedule(*this, turn_.now() + linger);
      turn_.flush_later(*this);
    } else {
      queue_.clear();
      if (poll_) respond_to_poll("1");
    }
    if (user_)
      user_->on_close(why);
    else
      untold_ = why;
    if (!gracefully) finish_closing();
  }

  void finish_closing() {
    if (std::exchange(phase_, phase::closed) == phase::closed) return;
    timer::cancel();
    queue_.clear();
    if (websocket_) std::exchange(websocket_, nullptr)->close();
    if (poll_) respond_to_poll("1");
    if (untold_) user_->on_close(*untold_);
    owner_.release(*this);
  }

  engine::id id_;
  engine::handshake handshake_;
  engine::options const& options_;
  engine::turn& turn_;
  session_owner& owner_;
  std::unique_ptr<session_user> user_;

  link* websocket_ = nullptr;  // the transport, once it is a WebSocket
  link* probe_ = nullptr;      // the WebSocket that wants to become it
  link* poll_ = nullptr;       // the GET that waits
  link* post_ = nullptr;       // the POST whose body is arriving
  std::vector<shared_packet> queue_;

  heartbeat heartbeat_;
  time_point upgrade_until_ = never;
  time_point noop_at_ = never;
  phase phase_ = phase::open;
  bool probe_answered_ = false;
  bool polled_ = false;           // a poll was waiting when the session began to close (W-048)
  std::optional<reason> untold_;  // why it ended before there was a user to tell
};

}  // namespace socketiopp::engine
