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
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/request.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/request_reader.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/exchange.hpp>
#include <socketiopp/transport/output.hpp>
#include <socketiopp/transport/service.hpp>
#include <socketiopp/transport/websocket/frames.hpp>
#include <socketiopp/transport/websocket/handshake.hpp>

/// One byte stream from a client: HTTP requests one after the other, until one of them makes it a WebSocket.
namespace socketiopp::transport {

/// Owned by its endpoint, and by whatever waits for its stream. `Endpoint` gives the stream's type, the
/// buffer to read into, the hub, the service and the beginning of each event.
template <class Endpoint> class connection final : public engine::link,
                                                   private engine::flushable,
                                                   private engine::timer,
                                                   public std::enable_shared_from_this<connection<Endpoint>> {
  using stream = typename Endpoint::stream;

public:
  connection(Endpoint& endpoint, stream bytes) : endpoint_(endpoint), stream_(std::move(bytes)) {}

  /// Begins to read.
  void start() {
    await_request();
    wait_readable();
  }

  /// Ends the connection at once, without a word to its session.
  void close_stream() {
    if (mode_ == mode::closed) return;
    auto const self = this->shared_from_this();
    mode_ = mode::closed;
    timer::cancel();
    flushable::cancel();
    output_.clear();
    stream_.close();
    endpoint_.remove(*this);
  }

  // -- engine::link --------------------------------------------------------------------------------------

  void respond(engine::answer const& what) override { finish(exchange_.end(what)); }

  void send(std::vector<engine::shared_packet>& packets) override {
    output_.push_all(packets);
    turn().flush_later(*this);
  }

  bool writable() const override { return output_.empty(); }

  void close() override {
    session_ = nullptr;
    close_websocket(no_code);
  }

  void cut() override {
    session_ = nullptr;
    post_of_.reset();
    close_stream();
  }

private:
  enum class mode : std::uint8_t { http, websocket, draining, closed };

  static constexpr std::uint16_t no_code = 1005;           // RFC 6455, 7.4.1: a close frame without a code
  static constexpr auto linger = std::chrono::seconds(5);  // for the peer's end of the connection
  static constexpr int reads_in_a_row = 8;                 // then the others have their turn

  engine::turn& turn() { return endpoint_.hub().turn(); }
  service const& served() const { return endpoint_.served(); }

  // -- reading -------------------------------------------------------------------------------------------

  void wait_readable() {
    if (mode_ == mode::closed) return;
    stream_.wait_readable([self = this->shared_from_this()](std::error_code error) {
      if (self->mode_ == mode::closed) return;  // and the endpoint perhaps gone
      self->endpoint_.begin_event();
      if (error)
        self->end(reason::transport_close);
      else
        self->read();
    });
  }

  void read() {
    for (int i = 0; i < reads_in_a_row && mode_ != mode::closed; ++i) {
      auto const buffer = endpoint_.buffer();
      std::error_code error;
      auto const size = stream_.read_some(buffer, error);
      if (error == std::errc::operation_would_block) break;
      if (error) return end(reason::transport_close);
      feed(buffer.first(size));
      if (size < buffer.size()) break;
    }
    wait_readable();
  }

  /// `bytes` may be changed, and a writable byte follows them.
  void feed(std::span<char> bytes) {
    if (mode_ == mode::http) bytes = feed_http(bytes);
    if (mode_ == mode::websocket && !bytes.empty()) feed_websocket(bytes);
  }

  /// The stream has ended, or a wait failed.
  void end(reason why) {
    if (mode_ == mode::closed) return;
    auto const self = this->shared_from_this();
    auto* const carried = std::exchange(session_, nullptr);
    auto* const posted_to = post_of_ ? endpoint_.hub().find(*std::exchange(post_of_, std::nullopt)) : nullptr;
    close_stream();
    if (carried) carried->lost(*this, why);
    if (posted_to) posted_to->lost(*this, why);
  }

  // -- HTTP ----------------------------------------------------------------------------------------------

  /// What is left is for the WebSocket that the connection has become.
  std::span<char> feed_http(std::span<char> bytes) {
    while (!bytes.empty() && mode_ == mode::http) {
      // Requests are answered one after the other; the next may have come already.
      if ((exchange_.pending() && !post_of_) || !pipelined_.empty()) {
        if (pipelined_.size() + bytes.size() > served().limits.head + served().limits.body)
          end(reason::transport_error);
        pipelined_.append(bytes.data(), bytes.size());
        return {};
      }
      bytes = bytes.subspan(reader().consume({bytes.data(), bytes.size()}));
      switch (reader().state()) {
        case http::read_state::idle:
        case http::read_state::head: break;
        case http::read_state::body: begin_body(); break;
        case http::read_state::done: {
          begin_body();
          auto asked = reader().take();
          if (!std::exchange(ignore_body_, false)) handle(asked);
          break;
        }
        case http::read_state::failed: refuse_unreadable(); break;
      }
    }
    return bytes;
  }

  http::request_reader& reader() {
    if (!reader_) reader_ = std::make_unique<http::request_reader>(served().limits);
    return *reader_;
  }

  void refuse_unreadable() {
    if (ignore_body_) return drain();  // it has been answered
    auto const status = reader().status();
    if (post_of_)
      if (auto* const posted_to = endpoint_.hub().find(*std::exchange(post_of_, std::nullopt)))
        status == 413 ? posted_to->post_refused(*this) : posted_to->lost(*this, reason::transport_error);
    begin_exchange(reader().get());
    exchange_.be_last();
    respond({status, "", ""});
  }

  /// A request's head is complete. A session wants to know of a POST before its body has come (W-037, W-039).
  void begin_body() {
    if (reader().expects_continue()) write("HTTP/1.1 100 Continue\r\n\r\n");
    auto const& asked = reader().get();
    if (post_of_ || ignore_body_ || asked.method != "POST" || !asked.path.starts_with(served().path)) return;
    auto const verdict = judge(asked);
    if (verdict.refused != engine::refusal::none || verdict.wants != engine::wish::post) return;
    begin_exchange(asked);
    if (endpoint_.hub().find(*verdict.session)->post_begins(*this))
      post_of_ = verdict.session;
    else
      ignore_body_ = true;
  }

  engine::verdict judge(http::request const& asked) {
    auto const origin = asked.headers.find("origin");
    return endpoint_.hub().judge({.method = asked.method,
                                  .query = asked.query,
                                  .upgrade = wants_websocket(asked),
                                  .origin_valid = !origin || http::valid_origin(*origin)});
  }

  void begin_exchange(http::request const& asked) { exchange_.begin(asked, served().prepare(asked)); }

  void handle(http::request& asked) {
    timer::cancel();
    if (post_of_) {
      auto* const posted_to = endpoint_.hub().find(*std::exchange(post_of_, std::nullopt));
      if (!posted_to) return respond(engine::refuse(engine::refusal::unknown_session));
      return posted_to->post(*this, asked.headers.find("content-type").value_or(""), asked.body);
    }
    begin_exchange(asked);
    asked.remote_address = stream_.remote_address();
    if (asked.path.starts_with(served().path)) return handle_engine(asked);
    http::response answer;
    served().serve_other(asked, answer);
    finish(exchange_.end(answer));
  }

  void handle_engine(http::request const& asked) {
    http::response answer;
    if (served().cors.preflight(asked, answer)) return finish(exchange_.end(answer));
    if (served().serve_client(asked, answer)) {
      served().cors.decorate(asked, answer);
      return finish(exchange_.end(answer));
    }
    auto const verdict = judge(asked);
    if (verdict.refused != engine::refusal::none) {
      if (wants_websocket(asked)) exchange_.be_last();
      return respond(engine::refuse(verdict.refused));
    }
    auto& hub = endpoint_.hub();
    switch (verdict.wants) {
      case engine::wish::open_polling: carry(hub.open(*this, false, remember(asked, stream::secure))); break;
      case engine::wish::poll:
        session_ = hub.find(*verdict.session);
        session_->poll(*this);
        break;
      case engine::wish::open_websocket:
        if (upgrade(asked)) carry(hub.open(*this, true, remember(asked, stream::secure)));
        break;
      case engine::wish::probe:
        if (!upgrade(asked)) break;
        session_ = hub.find(*verdict.session);
        if (!session_->probe(*this)) close();  // W-105: after the handshake, where browsers see a plain close
        break;
      case engine::wish::post: break;  // `begin_body` has seen to it
    }
  }

  /// A session has opened over this connection, and may have let go of it already.
  void carry(engine::session& opened) {
    if (exchange_.pending() || mode_ == mode::websocket) session_ = &opened;
  }

  /// Makes the connection a WebSocket if the request is a good handshake.
  bool upgrade(http::request const& asked) {
    auto answer = websocket::answer_handshake(asked.headers);
    served().cors.decorate(asked, answer);
    if (answer.status != 101) {
      exchange_.be_last();
      finish(exchange_.end(answer));
      return false;
    }
    write(exchange_.end(answer));
    mode_ = mode::websocket;
    reader_.reset();
    frames_.emplace(endpoint_.hub().options().max_payload);
    return true;
  }

  void finish(std::string const& response) {
    write(response);
    session_ = nullptr;
    if (exchange_.keep_alive())
      await_request();
    else
      drain();
  }

  void await_request() { turn().schedule(*this, turn().now() + served().request_timeout); }

  /// The next request, if it came before the last one was answered.
  void resume() {
    if (mode_ != mode::http || exchange_.pending() || pipelined_.empty()) return;
    auto bytes = std::exchange(pipelined_, {});
    feed({bytes.data(), bytes.size()});
  }

  // -- WebSocket -----------------------------------------------------------------------------------------

  void feed_websocket(std::span<char> bytes) {
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
        self.write(
            websocket::control_frame(websocket::control_opcode::pong, {payload.data(), payload.size()}));
        return true;
      }
      bool on_pong(std::span<char>) { return true; }
      void on_close(std::uint16_t code, std::string_view) { self.leave(reason::transport_close, code); }
    } to{*this};
    if (auto const fault = frames_->consume(bytes, to)) leave(reason::transport_error, fault);
  }

  /// The peer has closed the WebSocket, or broken its protocol.
  void leave(reason why, std::uint16_t code) {
    auto* const carried = std::exchange(session_, nullptr);
    if (carried) carried->lost(*this, why);
    close_websocket(code);
  }

  void close_websocket(std::uint16_t code) {
    if (mode_ != mode::websocket) return;
    write(websocket::close_frame(code));
    drain();
  }

  // -- writing -------------------------------------------------------------------------------------------

  void write(std::string_view bytes) {
    if (mode_ == mode::closed) return;
    output_.push(bytes);
    turn().flush_later(*this);
  }

  /// Nothing more is written after what is queued, and nothing that comes is read.
  void drain() {
    if (mode_ == mode::closed) return;
    mode_ = mode::draining;
    turn().schedule(*this, turn().now() + linger);
    turn().flush_later(*this);
  }

  void flush() override {
    auto const self = this->shared_from_this();
    if (mode_ == mode::closed || blocked_) return;
    std::error_code error;
    output_.write_to(stream_, error);
    if (error == std::errc::operation_would_block) {
      blocked_ = true;
      return stream_.wait_writable([self](std::error_code failed) {
        if (self->mode_ == mode::closed) return;
        self->endpoint_.begin_event();
        self->blocked_ = false;
        if (failed) return self->end(reason::transport_close);
        self->turn().flush_later(*self);
      });
    }
    if (error) return end(reason::transport_close);
    if (mode_ == mode::draining) return stream_.shutdown();
    if (session_ && mode_ == mode::websocket) session_->writable(*this);
    resume();
  }

  /// No request came in time, or the peer did not end its side.
  void expired() override { end(reason::transport_close); }

  Endpoint& endpoint_;
  stream stream_;
  output output_;
  engine::session* session_ = nullptr;  // whose waiting poll, or WebSocket, this is
  std::optional<engine::id> post_of_;   // whose POST is arriving
  std::unique_ptr<http::request_reader> reader_;
  std::optional<websocket::frame_reader> frames_;
  exchange exchange_;
  std::string pipelined_;
  mode mode_ = mode::http;
  bool ignore_body_ = false;
  bool blocked_ = false;
};

}  // namespace socketiopp::transport
