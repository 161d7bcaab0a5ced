// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/output.hpp>

/// The byte level of a connection.
namespace socketiopp::transport {

/// Reads when there is something, writes at the end of a turn, and ends. `Endpoint` gives the stream's type,
/// the buffer to read into, the turn and the beginning of each event. Owned by its endpoint, and by whatever
/// waits for its stream.
template <class Endpoint> class wire : private engine::flushable,
                                       private engine::timer,
                                       public std::enable_shared_from_this<wire<Endpoint>> {
  using stream_type = typename Endpoint::stream;

public:
  wire(Endpoint& endpoint, stream_type bytes, census::visit counted)
      : endpoint_(endpoint), stream_(std::move(bytes)), counted_(std::move(counted)) {}

  /// Ends the connection at once, without a word to anybody.
  void close_stream() {
    if (closed_) return;
    auto const self = this->shared_from_this();
    let_go();
    stream_.close();
    on_closed();
    endpoint_.remove(*this, counted_.exceeded().has_value());
    counted_ = {};
  }

  std::size_t place = 0;  ///< in its endpoint's list

  /// The server is closing: ends the connection as soon as nothing is under way on it.
  virtual void wind_down() = 0;

protected:
  ~wire() override = default;

  // -- what the connection does with it ------------------------------------------------------------------

  /// Bytes have come. They may be changed, and a writable byte follows them.
  virtual void on_bytes(std::span<char> bytes) = 0;
  /// Everything has been written.
  virtual void on_written() = 0;
  /// The time that was set has come.
  virtual void on_time() = 0;
  /// The connection has ended, from the other side or because it failed.
  virtual void on_end(reason why) = 0;
  /// It has ended, whoever ended it: what it waits for does not matter any more.
  virtual void on_closed() = 0;

  // -- what it does for the connection -------------------------------------------------------------------

  Endpoint& endpoint() const { return endpoint_; }
  engine::turn& turn() const { return endpoint_.hub().turn(); }
  stream_type const& stream() const { return stream_; }
  transport::output const& output() const { return output_; }
  bool closed() const { return closed_; }
  bool draining() const { return draining_; }
  /// Whether the peer has to read before more can be written.
  bool blocked() const { return blocked_; }

  void wait_readable() {
    if (closed_) return;
    stream_.wait_readable([self = this->shared_from_this()](std::error_code error) {
      if (self->closed_) return;  // and the endpoint perhaps gone
      self->endpoint_.begin_event();
      if (error)
        self->end(reason::transport_close);
      else
        self->read();
    });
  }

  /// While there is something to write, the time begins again whenever the peer has read some.
  void set_time(std::chrono::milliseconds from_now) {
    patience_ = from_now;
    turn().schedule(*this, turn().now() + from_now);
  }
  void forget_time() { timer::cancel(); }

  void write(std::string_view bytes) {
    if (closed_) return;
    output_.push(bytes);
    turn().flush_later(*this);
  }
  void write(std::vector<engine::shared_packet>& packets) {
    output_.push_all(packets);
    turn().flush_later(*this);
  }

  /// Nothing more is written after what is queued, and nothing that comes is read.
  void drain() {
    if (closed_) return;
    draining_ = true;
    set_time(linger);
    turn().flush_later(*this);
  }

  /// After `drain`: the peer will say nothing more either, so there is nothing to wait for. What a stream
  /// that is encrypted has taken may not have left: that waits for the peer all the same.
  void conclude() { finished_ = !stream_type::secure; }

  /// The connection is over here, but not its stream: that goes on elsewhere, where it counts as before.
  std::pair<stream_type, census::visit> leave() {
    auto const self = this->shared_from_this();
    let_go();
    endpoint_.remove(*this, false);
    return {std::move(stream_), std::move(counted_)};
  }

  /// The connection is over.
  void end(reason why) {
    if (closed_) return;
    auto const self = this->shared_from_this();
    close_stream();
    on_end(why);
  }

private:
  static constexpr auto linger = std::chrono::seconds(5);  // for the peer's end of the connection
  static constexpr int reads_in_a_row = 8;                 // then the others have their turn

  void let_go() {
    closed_ = true;
    timer::cancel();
    flushable::cancel();
    output_.clear();
  }

  void read() {
    for (int i = 0; i < reads_in_a_row && !closed_; ++i) {
      auto const buffer = endpoint_.buffer();
      std::error_code error;
      auto const size = stream_.read_some(buffer, error);
      if (error == std::errc::operation_would_block) break;
      if (error) return end(reason::transport_close);
      if (!draining_) on_bytes(buffer.first(size));
      if (size < buffer.size()) break;
    }
    wait_readable();
  }

  void flush() override {
    auto const self = this->shared_from_this();
    if (closed_ || blocked_) return;
    std::error_code error;
    output_.write_to(stream_, error);
    if (error == std::errc::operation_would_block) {
      blocked_ = true;
      return stream_.wait_writable([self](std::error_code failed) {
        if (self->closed_) return;
        self->endpoint_.begin_event();
        self->blocked_ = false;
        if (self->scheduled()) self->set_time(self->patience_);
        if (failed) return self->end(reason::transport_close);
        self->flushable::cancel();
        self->flush();  // not later: nobody knows yet whether it takes everything
      });
    }
    if (error) return end(reason::transport_close);
    if (draining_) return finished_ ? end(reason::transport_close) : stream_.shutdown();
    on_written();
  }

  void expired() override {
    if (draining_) return end(reason::transport_close);  // the peer does not end its side
    on_time();
  }

  Endpoint& endpoint_;
  stream_type stream_;
  transport::output output_;
  census::visit counted_;
  std::chrono::milliseconds patience_{};
  bool closed_ = false;
  bool draining_ = false;
  bool finished_ = false;
  bool blocked_ = false;
};

}  // namespace socketiopp::transport
