// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// What a session still has to send.
namespace socketiopp::engine {

/// What has become of a message.
enum class fate : std::uint8_t {
  queued,   ///< it leaves unless the session ends first
  dropped,  ///< it was volatile and would have had to wait, or the session is closing
  refused,  ///< too much waits already (`overflow::drop_newest`)
};

/// Packets in order, how much may wait, and who wants to know when they have left.
class outbox {
public:
  outbox(engine::options const& options, engine::turn const& turn) : options_(options), turn_(turn) {}

  bool empty() const { return packets_.empty(); }
  /// The size of the packets, in bytes as a WebSocket carries them.
  std::size_t bytes() const { return bytes_; }

  void push(shared_packet packet) {
    bytes_ += packet.frame().size();
    packets_.push_back(std::move(packet));
    ++pushed_;
  }

  /// Pushes the answer to a ping of the client. One that waits already answers this ping too.
  void push_pong() {
    if (!std::exchange(pong_waits_, true)) push(text_packet("3"));
  }

  /// Pushes packets that belong together, all of them or none: there is a bound on the `waiting` bytes, which
  /// are these and those that the connection has not got rid of. What finds nothing waiting is always taken.
  /// Volatile ones for which there is no room are only dropped.
  fate offer(std::span<shared_packet const> packets, std::size_t waiting, bool is_volatile = false) {
    if (ends_session()) return fate::dropped;
    std::size_t size = 0;
    for (auto const& packet : packets) size += packet.frame().size();
    if (waiting > 0 && waiting + size > options_.max_queued_bytes) {
      if (is_volatile) return fate::dropped;
      overflowed_ = waited_ = true;
      return ends_session() ? fate::dropped : fate::refused;
    }
    for (auto const& packet : packets) push(packet);
    return fate::queued;
  }

  /// Whether packets were refused, which nobody has dealt with; and whether the session ends of it.
  bool overflowed() const { return overflowed_; }
  bool ends_session() const { return overflowed_ && (needed_ || options_.on_overflow == overflow::close); }
  void forget_overflow() { overflowed_ = false; }
  /// The client cannot do without what was refused last.
  void need_refused() { needed_ = true; }
  /// Whether that is to be told: the first time since everything had left.
  bool tell_overflow() { return !std::exchange(told_overflow_, true); }

  /// Something cannot leave at once.
  void has_to_wait() { waited_ = true; }

  /// The packets, for a connection to take all of them.
  std::vector<shared_packet>& hand_over() {
    bytes_ = 0;
    handed_ = pushed_;
    handed_in_ = turn_.number();
    pong_waits_ = false;
    return packets_;
  }

  /// Calls `done` when everything pushed so far has left. What it throws is dropped.
  void when_left(unique_function<void()> done) {
    if (!waiting_) waiting_ = std::make_unique<std::deque<awaited>>();
    waiting_->push_back({pushed_, std::move(done)});
  }

  /// Everything handed over has left. Says whether nothing more is here, for the first time since something
  /// had to wait.
  bool left() {
    if (handed_in_ && std::exchange(handed_in_, 0) != turn_.number()) waited_ = true;
    while (waiting_ && !waiting_->empty() && waiting_->front().position <= handed_) {
      auto const done = std::move(waiting_->front().done);
      waiting_->pop_front();
      try {
        done();
      } catch (...) {  // there is nobody to tell
      }
    }
    if (!empty()) return false;
    told_overflow_ = false;
    return std::exchange(waited_, false);
  }

  /// Nobody is called any more.
  void forget_waiting() { waiting_.reset(); }

  void clear() {
    packets_.clear();
    bytes_ = 0;
  }

private:
  struct awaited {
    std::uint64_t position;
    unique_function<void()> done;
  };

  engine::options const& options_;
  engine::turn const& turn_;
  std::vector<shared_packet> packets_;
  std::size_t bytes_ = 0;
  std::uint64_t pushed_ = 0;
  std::uint64_t handed_ = 0;                      // of those pushed
  std::uint64_t handed_in_ = 0;                   // the turn, until they have left; then 0
  std::unique_ptr<std::deque<awaited>> waiting_;  // few ever ask
  bool pong_waits_ = false;
  bool waited_ = false;         // something, since the last time that everything had left
  bool overflowed_ = false;     // something was refused
  bool needed_ = false;         // and the client cannot do without it
  bool told_overflow_ = false;  // since the last time that everything had left
};

}  // namespace socketiopp::engine
