// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include <socketiopp/engine/hub.hpp>
#include <socketiopp/executor/concept.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/connection.hpp>
#include <socketiopp/transport/service.hpp>

/// The connections of a shard.
namespace socketiopp::transport {

/// Takes streams, and keeps their connections until they end. All of them read into one buffer: a connection
/// that is idle holds none.
template <class Transport, executor::context Context> class endpoint {
public:
  using stream = typename Transport::stream;

  endpoint(engine::hub& hub, service const& served, Context& where)
      : hub_(hub), served_(served), where_(where) {}
  endpoint(endpoint const&) = delete;
  endpoint& operator=(endpoint const&) = delete;
  ~endpoint() { close_all(); }

  /// Serves a stream.
  void adopt(stream accepted) {
    begin_event();
    auto const& made =
        *connections_.insert(std::make_shared<connection<endpoint>>(*this, std::move(accepted))).first;
    made->start();
  }

  /// Ends all connections at once, without a word to their sessions.
  void close_all() {
    for (auto const& each : std::vector(connections_.begin(), connections_.end())) each->close_stream();
  }

  std::size_t size() const { return connections_.size(); }

  // -- for its connections -------------------------------------------------------------------------------

  engine::hub& hub() { return hub_; }
  service const& served() const { return served_; }
  void begin_event() { hub_.turn().advance(where_.now()); }
  std::span<char> buffer() { return {buffer_.get(), buffer_size}; }
  void remove(connection<endpoint>& ended) { connections_.erase(ended.shared_from_this()); }

private:
  static constexpr std::size_t buffer_size =
      64 * 1024;  // most messages in one read; what a socket gives at most

  engine::hub& hub_;
  service const& served_;
  Context& where_;
  std::unique_ptr<char[]> buffer_ =
      std::make_unique<char[]>(buffer_size + 1);  // and the byte parsers may use
  std::unordered_set<std::shared_ptr<connection<endpoint>>> connections_;
};

}  // namespace socketiopp::transport
