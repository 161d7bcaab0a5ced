// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/reason.hpp>

/// The two sides that a session reports to.
namespace socketiopp::engine {

class session;

/// Who a session talks for. Called on the shard's thread; may send and end the session in every call, and
/// throw in none.
class session_user {
public:
  virtual ~session_user() = default;

  /// A text message. `text` may be changed, and so may the one character after it if it is put back.
  virtual void on_text(std::span<char> text) = 0;
  /// A binary message; the bytes are gone after the call.
  virtual void on_binary(std::span<std::byte const> bytes) = 0;
  /// Everything that waited has left, after something was sent that had to wait.
  virtual void on_drain() {}
  /// A WebSocket has become the transport of the session, which began with long-polling.
  virtual void on_upgrade() {}
  /// The session is over: nothing more arrives and nothing more is sent. Called once.
  virtual void on_close(reason why) = 0;
};

/// Who keeps the sessions.
class session_owner {
public:
  /// The session has ended and nobody may come to it any more. It must live on until the turn is over.
  virtual void release(session& ended) = 0;
  /// The session's peer has exceeded a bound.
  virtual void exceeded(session& by, bound which) = 0;

protected:
  ~session_owner() = default;
};

}  // namespace socketiopp::engine
