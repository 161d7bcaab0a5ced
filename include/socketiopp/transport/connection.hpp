// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/request.hpp>
#include <socketiopp/engine/roster.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/gate.hpp>
#include <socketiopp/transport/requests.hpp>
#include <socketiopp/transport/service.hpp>
#include <socketiopp/transport/websocket/deflate.hpp>
#include <socketiopp/transport/websocket/frames.hpp>
#include <socketiopp/transport/websocket/handshake.hpp>
#include <socketiopp/transport/wire.hpp>

/// One byte stream from a client: HTTP requests one after the other, until one of them makes it a WebSocket.
namespace socketiopp::transport {

template <class Endpoint> class connection final : public requests<Endpoint>, public engine::link {
  using wire = transport::wire<Endpoint>;
  using base = requests<Endpoint>;

public:
  using base::base;

  // -- engine::link --------------------------------------------------------------------------------------

  void respond(engine::answer const& what) override {
    session_ = nullptr;
    base::finish(base::exchange().end(what, wire::endpoint().compressing()));
  }

  void send(std::vector<engine::shared_packet>& packets) override {
    if (compressing_)
      for (auto& packet : packets) packet = deflated(packet, *compressing_);
    wire::write(packets);
  }

  bool writable() const override { return !wire::blocked(); }

  std::size_t queued_bytes() const override { return wire::output().bytes(); }

  void close(std::uint16_t code, std::string_view why) override {
    session_ = nullptr;
    close_websocket(code, why);
  }

  void cut() override {
    session_ = nullptr;
    if (base::state()) base::state()->post_of.reset();
    wire::close_stream();
  }

private:
  service const& served() const { return base::served(); }
  engine::hub& hub() const { return wire::endpoint().hub(); }

  // -- wire ----------------------------------------------------------------------------------------------

  void on_bytes(std::span<char> bytes) override {
    if (!frames_) bytes = base::read_requests(bytes);
    if (frames_ && session_ && !bytes.empty()) read_frames(bytes);
  }

  void on_written() override {
    if (session_ && frames_) session_->drained(*this);
    base::resume();
  }

  void on_end(reason why) override {
    auto* const carried = std::exchange(session_, nullptr);
    auto* const posted_to = take_post();
    if (carried) carried->lost(*this, why);
    if (posted_to) posted_to->lost(*this, why);
  }

  void on_closed() override {
    if (base::state()) base::state()->petition.reset();
  }

  // -- requests ------------------------------------------------------------------------------------------

  Endpoint* elsewhere(http::request const& asked) const override {
    return served().owns(asked.path) ? wire::endpoint().elsewhere(asked.query) : nullptr;
  }

  /// A session wants to know of a POST before its body has come (W-037, W-039).
  bool on_head(http::request const& asked) override {
    if (asked.method != "POST" || !served().owns(asked.path)) return true;
    auto const verdict = judge(asked);
    if (verdict.refused != engine::refusal::none || verdict.wants != engine::wish::post) return true;
    base::begin_exchange(asked);
    if (!hub().find(*verdict.session)->post_begins(*this)) return false;
    base::state()->post_of = verdict.session;
    return true;
  }

  void on_unreadable(int status) override {
    if (auto* const posted_to = take_post())
      status == 413 ? posted_to->post_refused(*this) : posted_to->lost(*this, reason::transport_error);
  }

  void on_request(http::request asked) override {
    if (!base::state()->post_of) base::begin_exchange(asked);
    if (!served().owns(asked.path)) {
      http::response answer;
      served().serve_other(asked, answer);
      return base::finish(base::exchange().end(std::move(answer)));
    }
    auto const& gates = served().hooks.middleware();
    if (gates.empty()) return handle(asked);
    petition(std::move(asked), gates, [this](http::request& known, admission const& answer) {
      answer ? handle(known) : refuse(known, engine::refusal::middleware, answer.message());
    });
  }

  /// The session whose POST is arriving, which ends with this.
  engine::session* take_post() {
    auto* const asked = base::state();
    if (!asked || !asked->post_of) return nullptr;
    return hub().find(*std::exchange(asked->post_of, std::nullopt));
  }

  engine::verdict judge(http::request const& asked) const {
    auto const origin = asked.headers.find("origin");
    return hub().judge({.method = asked.method,
                        .query = asked.query,
                        .upgrade = wants_websocket(asked),
                        .origin_valid = !origin || http::valid_origin(*origin)});
  }

  /// Asks the program about a request. Until it has answered, nothing else happens on this connection.
  template <class Gates, class Done> void petition(http::request asked, Gates const& gates, Done done) {
    auto const asking = std::make_shared<transport::petition>(
        std::move(asked), wire::endpoint().place(), [this, done](http::request& known, admission answer) {
          auto const self = this->shared_from_this();
          auto const ended = std::move(base::state()->petition);
          done(known, answer);
          base::resume();
        });
    base::state()->petition = asking;
    asking->ask(gates, base::exchange().prepared());
  }

  void handle(http::request& asked) {
    if (base::state()->post_of) {
      auto* const posted_to = take_post();
      if (!posted_to) return refuse(asked, engine::refusal::unknown_session);
      return posted_to->post(*this, asked.headers.find("content-type").value_or(""), asked.body);
    }
    http::response answer;
    if (served().cors.preflight(asked, answer) || served().serve_client(asked, answer))
      return base::finish(base::exchange().end(std::move(answer)));
    auto const verdict = judge(asked);
    if (verdict.refused != engine::refusal::none) return refuse(asked, verdict.refused);
    switch (verdict.wants) {
      case engine::wish::open_polling: return ask_to_open(asked, false, verdict.speaks);
      case engine::wish::open_websocket: return ask_to_open(asked, true, verdict.speaks);
      case engine::wish::poll: session_ = hub().find(*verdict.session); return session_->poll(*this);
      case engine::wish::probe:
        if (foreign(asked) || !upgrade(asked)) return;
        session_ = hub().find(*verdict.session);
        if (!session_->probe(*this, verdict.speaks))
          close(engine::no_status, {});  // W-105: after the handshake, where browsers see it
        return;
      case engine::wish::post: return;  // `on_head` has seen to it
    }
  }

  /// Turns the request away if it is for a WebSocket and comes from a page that may not have one: browsers
  /// send cookies along and leave it to the server to look at the origin (RFC 6455, 10.2).
  bool foreign(http::request const& asked) {
    auto const origin = asked.headers.find("origin");
    auto const host = http::client_host(possible_proxy(), asked.headers, served().trusted_proxies);
    if (served().allow_request || served().cors.lets_in(origin, host, secure(asked))) return false;
    served().hooks.foreign_origin(*origin);
    refuse(asked, engine::refusal::forbidden, "Origin not allowed");
    return true;
  }

  bool secure(http::request const& asked) const {
    return http::client_is_secure(possible_proxy(), asked.headers, served().trusted_proxies,
                                  Endpoint::stream::secure);
  }

  /// The peer's address, where there are proxies to compare it with: asking for it is a system call.
  std::string possible_proxy() const {
    return served().trusted_proxies.empty() ? std::string() : wire::stream().remote_address();
  }

  void ask_to_open(http::request& asked, bool websocket, engine::dialect speaks) {
    if (websocket && foreign(asked)) return;
    if (!served().allow_request) return open(asked, websocket, speaks);
    petition(std::move(asked), served().allow_request,
             [this, websocket, speaks](http::request& known, admission const& answer) {
               answer ? open(known, websocket, speaks) : forbid(known, websocket, answer.message());
             });
  }

  void open(http::request& asked, bool websocket, engine::dialect speaks) {
    if (hub().closing()) return refuse(asked, engine::refusal::shutting_down);
    auto id = new_id(asked);
    if (!id) return refuse(asked, engine::refusal::id_generation);
    served().hooks.initial_headers(asked, base::exchange().prepared());
    if (served().cookie && !websocket)
      base::exchange().prepared().headers.emplace_back("Set-Cookie", served().cookie->value(id->id().view()));
    if (websocket && !upgrade(asked)) return;
    auto& opened = hub().open(std::move(*id), *this, websocket, remember(asked, secure(asked)), speaks);
    if (frames_ ? !base::over() : base::exchange().pending())
      session_ = &opened;  // it may have let go already
  }

  /// An id for a new session; none if the program's is no id, or another session's.
  std::optional<engine::claim> new_id(http::request const& asked) const {
    if (!served().generate_id) return hub().claim_next_id();
    try {
      auto const made = served().generate_id(asked);
      auto const id = engine::id::from(made);
      if (id && http::is_token(made)) return hub().claim_id(*id);
    } catch (...) {  // told as any other id that is none
    }
    return std::nullopt;
  }

  /// Makes the connection a WebSocket if the request is a good handshake.
  bool upgrade(http::request const& asked) {
    auto answer = websocket::answer_handshake(asked.headers);
    answer.status == 101 ? agree_on_compression(asked, answer) : base::exchange().be_last();
    auto const text = base::exchange().end(std::move(answer));
    if (!text.starts_with("HTTP/1.1 101 ")) return base::finish(text), false;
    wire::write(text);
    base::stop_requests();
    frames_.emplace(hub().options().max_payload);
    return true;
  }

  void agree_on_compression(http::request const& asked, http::response& answer) {
    auto* const offered = wire::endpoint().compressing();
    if (!offered) return;
    auto terms = websocket::accept_deflate(asked.headers, offered->terms().window_bits);
    if (!terms) return;
    answer.set("Sec-WebSocket-Extensions", std::move(*terms));
    compressing_ = offered;
  }

  void refuse(http::request const& asked, engine::refusal why, std::string_view message = {}) {
    tell_refused(asked, why, message);
    if (wants_websocket(asked)) base::exchange().be_last();
    if (auto* const posted_to = take_post()) posted_to->post_refused(*this);
    respond(engine::refuse(why, message));
  }

  /// The program does not let a client in. WebSockets get the text alone (W-013).
  void forbid(http::request const& asked, bool websocket, std::string_view message) {
    if (!websocket) return refuse(asked, engine::refusal::forbidden, message);
    tell_refused(asked, engine::refusal::forbidden, message);
    base::exchange().be_last();
    respond({400, "text/html", std::string(engine::explain(engine::refusal::forbidden, message).message)});
  }

  void tell_refused(http::request const& asked, engine::refusal why, std::string_view message) const {
    auto const known = engine::explain(why, message);
    served().hooks.refused({asked, known.code, known.message, known.context});
  }

  // -- WebSocket -----------------------------------------------------------------------------------------

  void read_frames(std::span<char> bytes) {
    struct sink {
      connection& self;

      bool carried() const { return self.session_ != nullptr; }
      bool on_text(std::span<char> text) {
        self.session_->receive_text(self, text);
        return carried();
      }
      bool on_binary(std::span<char> bytes) {
        self.session_->receive_binary(self, std::as_bytes(bytes));
        return carried();
      }
      bool on_ping(std::span<char> payload) {
        self.pong({payload.data(), payload.size()});
        return carried();
      }
      bool on_pong(std::span<char>) { return true; }
      void on_close(std::uint16_t code, std::string_view) {
        self.leave(reason::transport_close, code);
        self.conclude();  // RFC 6455, 7.1.1: the server ends the connection first
      }
    } to{*this};
    auto const fault = frames_->consume(bytes, to, compressing_);
    if (fault == message_too_big) exceeded(bound::max_payload);
    if (fault) leave(reason::transport_error, fault);
  }

  void pong(std::string_view payload) {
    if (queued_bytes() > hub().options().max_queued_bytes) {
      exceeded(bound::max_queued_bytes);
      return wire::end(reason::slow_consumer);
    }
    wire::write(websocket::control_frame(websocket::control_opcode::pong, payload));
  }

  void exceeded(bound which) const { base::exceeded(which, session_ ? session_->id().view() : ""); }

  /// The peer has closed the WebSocket, or broken its protocol.
  void leave(reason why, std::uint16_t code) {
    auto* const carried = std::exchange(session_, nullptr);
    if (carried) carried->lost(*this, why);
    close_websocket(code, code == message_too_big ? to_string(bound::max_payload) : "");
  }

  void close_websocket(std::uint16_t code, std::string_view why) {
    if (!frames_ || base::over()) return;
    wire::write(websocket::close_frame(code, why));
    wire::drain();
  }

  static constexpr std::uint16_t message_too_big = 1009;

  engine::session* session_ = nullptr;             // whose waiting poll, or WebSocket, this is
  std::optional<websocket::frame_reader> frames_;  // once it is a WebSocket
  compressor* compressing_ = nullptr;              // of the endpoint, if the client takes compressed messages
};

}  // namespace socketiopp::transport
