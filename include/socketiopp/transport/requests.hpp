// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/http/forwarded.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/request_reader.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/content_coding.hpp>
#include <socketiopp/transport/exchange.hpp>
#include <socketiopp/transport/request_state.hpp>
#include <socketiopp/transport/service.hpp>
#include <socketiopp/transport/wire.hpp>

/// The HTTP level of a connection.
namespace socketiopp::transport {

/// Reads requests, one after the other and each in its time. The next is not looked at before the answer to
/// the last one has left: who does not read is not answered.
template <class Endpoint> class requests : public wire<Endpoint> {
  using base = wire<Endpoint>;

public:
  using base::base;

  /// Begins to read what the peer of that address sends. `already` are bytes that somebody has read off the
  /// stream.
  void start(std::string remote_address, std::string already) {
    state_->remote_address = std::move(remote_address);
    base::set_time(served().head_timeout);
    begin_with(std::move(already));
    resume();
    base::wait_readable();
  }

  /// Goes on with a request whose head another endpoint has read, and with what came after it.
  void go_on(std::unique_ptr<http::request_reader> begun, std::string already) {
    state_->remote_address = base::stream().remote_address();
    state_->reader = std::move(begun);
    begin_with(std::move(already));
    read_on(http::read_state::head);
    if (moves_to_)
      return move(std::exchange(state_->unread, 0) == 0 ? std::string() : std::move(state_->pipelined));
    resume();
    base::wait_readable();
  }

  /// Answers before anything was asked, and ends.
  void turn_away(http::response const& why) {
    exchange().be_last();
    finish(exchange().end(why));
    base::wait_readable();
  }

  void wind_down() override {
    if (base::draining() || !reads_requests()) return;
    if (reader_state() == http::read_state::idle && !exchange().pending() && base::output().empty())
      base::end(reason::server_shutting_down);
    else
      exchange().be_last();
  }

protected:
  ~requests() override = default;

  // -- what the connection does with them ----------------------------------------------------------------

  /// The endpoint to which a request belongs whose head is complete, if that is another one; else null. It
  /// gets the connection.
  virtual Endpoint* elsewhere(http::request const& asked) const = 0;
  /// A head is complete; the body follows, if there is one. False: the request has been answered, and its
  /// body is of no interest.
  virtual bool on_head(http::request const& asked) = 0;
  /// A request is complete. It is answered with `finish`, now or later.
  virtual void on_request(http::request asked) = 0;
  /// What has come is no request, or not in time; it gets that status.
  virtual void on_unreadable(int status) = 0;

  // -- what it does for the connection -------------------------------------------------------------------

  service const& served() const { return base::endpoint().served(); }
  /// Null once the connection has become something else.
  request_state* state() const { return state_.get(); }
  transport::exchange& exchange() const { return state_->exchange; }
  bool over() const { return base::closed() || base::draining(); }

  void exceeded(bound which, std::string_view session = {}) const {
    served().hooks.exceeded({which, base::stream().remote_address(), session});
  }

  void begin_exchange(http::request const& asked) {
    auto const compresses = base::endpoint().compressing() != nullptr;
    exchange().begin(asked, served().prepare(asked),
                     compresses ? choose_coding(asked.headers) : content_coding::identity);
    if (base::endpoint().hub().closing()) exchange().be_last();
  }

  /// Sends the text of a response, the last part of an exchange.
  void finish(std::string const& response) {
    base::write(response);
    if (exchange().keep_alive())
      base::set_time(served().keep_alive_timeout);
    else
      base::drain();
  }

  /// No more requests: the connection has become something else.
  void stop_requests() {
    state_->stopped = true;
    if (state_->unread == 0 && !state_->resuming) state_.reset();
  }

  /// Reads requests. What is left is for what the connection has become.
  std::span<char> read_requests(std::span<char> bytes) {
    while (!bytes.empty() && reads_requests() && !over()) {
      if (state_->unread > 0 || answering()) return keep(bytes), std::span<char>();
      auto& reader = state_->reader;
      if (!reader) reader = std::make_unique<http::request_reader>(served().limits);
      auto const before = reader->state();
      bytes = bytes.subspan(reader->consume({bytes.data(), bytes.size()}));
      read_on(before);
      if (moves_to_) return move({bytes.data(), bytes.size()}), std::span<char>();
    }
    return bytes;
  }

  /// Goes on with what came before the last request was answered.
  void resume() {
    if (!state_ || state_->unread == 0 || over() || (reads_requests() && answering())) return;
    auto const unread = std::exchange(state_->unread, 0);
    auto& kept = state_->pipelined;
    kept.push_back('\0');  // the writable byte
    state_->resuming = true;
    this->on_bytes(std::span(kept).last(unread + 1).first(unread));
    state_->resuming = false;
    kept.pop_back();
    if (state_->unread == 0) kept = {};
    if (state_->stopped) state_.reset();
  }

  void on_time() override {
    auto const begun = reader_state();
    if (begun == http::read_state::idle) return base::end(reason::transport_close);
    exceeded(begun == http::read_state::head ? bound::head_timeout : bound::request_timeout);
    refuse_unreadable(408);
  }

private:
  void begin_with(std::string already) {
    state_->unread = already.size();
    state_->pipelined = std::move(already);
  }

  bool reads_requests() const { return state_ && !state_->stopped; }

  http::read_state reader_state() const {
    return state_ && state_->reader ? state_->reader->state() : http::read_state::idle;
  }

  /// Whether the last request's answer has not left.
  bool answering() const {
    return (exchange().pending() || !base::output().empty()) && reader_state() == http::read_state::idle;
  }

  void keep(std::span<char> bytes) {
    auto& kept = state_->pipelined;
    auto& unread = state_->unread;
    if (unread + bytes.size() > served().limits.head + served().limits.body)
      return base::end(reason::transport_error);
    if (!state_->resuming) {  // else they are kept already
      kept.erase(0, kept.size() - unread);
      kept.append(bytes.data(), bytes.size());
    }
    unread += bytes.size();
  }

  void read_on(http::read_state before) {
    auto const now = state_->reader->state();
    switch (now) {
      case http::read_state::idle: break;
      case http::read_state::head:
        if (now != before) base::set_time(served().head_timeout);
        break;
      case http::read_state::body:
        if (now == before) break;
        base::set_time(served().request_timeout);
        end_head();
        break;
      case http::read_state::done: {
        base::forget_time();
        if (before != http::read_state::body) end_head();
        if (moves_to_) break;
        auto asked = state_->reader->take();
        if (!std::exchange(state_->ignore_body, false))
          on_request(std::move(asked));
        else if (!over())
          base::set_time(served().keep_alive_timeout);
        break;
      }
      case http::read_state::failed: {
        auto const status = state_->reader->status();
        if (status == 413) exceeded(bound::max_payload);
        if (status == 414 || status == 431) exceeded(bound::max_request_head);
        refuse_unreadable(status);
        break;
      }
    }
  }

  void end_head() {
    moves_to_ = this->elsewhere(being_read());
    if (moves_to_) return;
    if (state_->reader->expects_continue()) base::write("HTTP/1.1 100 Continue\r\n\r\n");
    state_->ignore_body = !on_head(being_read());
  }

  /// The request as far as it has been read.
  http::request const& being_read() {
    auto& asked = state_->reader->get();
    if (asked.remote_address.empty())
      asked.remote_address =
          http::client_address(state_->remote_address, asked.headers, served().trusted_proxies);
    return asked;
  }

  /// Leaves for another endpoint, with what has been read after the head.
  void move(std::string already) {
    auto& to = *std::exchange(moves_to_, nullptr);
    auto [stream, counted] = base::leave();
    to.take_over(std::move(stream), std::move(counted), std::move(state_->reader), std::move(already));
  }

  void refuse_unreadable(int status) {
    if (state_->ignore_body) return base::drain();  // it has been answered
    on_unreadable(status);
    if (!exchange().pending()) begin_exchange(being_read());
    exchange().be_last();
    finish(exchange().end(http::response{.status = status, .headers = {}, .body = {}}));
  }

  std::unique_ptr<request_state> state_ = std::make_unique<request_state>();
  Endpoint* moves_to_ = nullptr;
};

}  // namespace socketiopp::transport
