// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// Acknowledgements that are given later.
namespace socketiopp {

/// The last parameter of a handler that answers when it can: call it once with the acknowledgement. From any
/// thread, while the server lives. If the client did not ask, or is gone by then, the call does nothing, as
/// does every call but the first (F-151). One that is never called leaves the client waiting.
template <class R> class ack {
public:
  explicit ack(unique_function<void(R const&)> send) : send_(std::move(send)) {}

  void operator()(R const& value) const {
    if (auto const send = std::exchange(send_, nullptr)) send(value);
  }

  /// Whether the client awaits an answer that has not been given yet.
  explicit operator bool() const { return static_cast<bool>(send_); }

private:
  mutable unique_function<void(R const&)>
      send_;  // const, so that a lambda can keep and call it without `mutable`
};

}  // namespace socketiopp
