// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/engine/roster.hpp>
#include <socketiopp/executor/concept.hpp>
#include <socketiopp/http/request_reader.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/protocol/query.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/connection.hpp>
#include <socketiopp/transport/service.hpp>
#include <socketiopp/transport/wire.hpp>

/// The connections of a shard.
namespace socketiopp::transport {

/// What the endpoints of a server have in common.
template <class Endpoint> struct site {
  service served;
  census counted;
  engine::roster sessions = {};  ///< where they are, if there are several endpoints
  std::vector<Endpoint*> endpoints = {};
};

/// Takes streams, and keeps their connections until they end. All of them read into one buffer: a connection
/// that is idle holds none.
template <class Transport, executor::context Context> class endpoint {
public:
  using stream = typename Transport::stream;

  using site = transport::site<endpoint>;

  endpoint(engine::hub& hub, transport::site<endpoint>& on, Context& where, engine::place& place)
      : hub_(hub),
        site_(on),
        where_(where),
        place_(place),
        compressor_(served().compressing ? served().compressing->make() : nullptr) {}
  endpoint(endpoint const&) = delete;
  endpoint& operator=(endpoint const&) = delete;
  ~endpoint() { close_all(); }

  /// Serves a stream, of which `already` has been read.
  void adopt(stream accepted, std::string already = {}) {
    begin_event();
    if (ending_) return accepted.close();
    auto address = accepted.remote_address();
    auto counted = site_.counted.enter(served().trusted_proxies.contains(address) ? std::string() : address);
    auto const exceeded = counted.exceeded();
    if (exceeded) served().hooks.exceeded({*exceeded, address, {}});
    if (exceeded && turned_away_ == most_turned_away) return accepted.close();
    auto const made = std::make_shared<connection<endpoint>>(*this, std::move(accepted), std::move(counted));
    keep(made);
    if (!exceeded) return made->start(std::move(address), std::move(already));
    ++turned_away_;
    made->turn_away(exceeded == bound::max_connections ? http::text(503, "Too many connections\n")
                                                       : http::text(429, "Too many connections from here\n"));
  }

  /// From any thread: serves a stream of another context.
  void adopt_later(stream accepted, std::string already = {}) {
    place_.post([this, accepted = moved_here(std::move(accepted)), already = std::move(already)]() mutable {
      adopt(std::move(accepted), std::move(already));
    });
  }

  /// From any thread: goes on with a connection on which another endpoint has read the head of a request, and
  /// `already` after it.
  void take_over(stream from, census::visit counted, std::unique_ptr<http::request_reader> begun,
                 std::string already) {
    place_.post([this, from = moved_here(std::move(from)), counted = std::move(counted),
                 begun = std::move(begun), already = std::move(already)]() mutable {
      auto const made = std::make_shared<connection<endpoint>>(*this, std::move(from), std::move(counted));
      keep(made);
      made->go_on(std::move(begun), std::move(already));
    });
  }

  /// No session is left: takes no streams any more, ends all connections on which nothing is under way, and
  /// the others when nothing is.
  void wind_down() {
    ending_ = true;
    for (auto const& each : snapshot()) each->wind_down();
  }

  /// Ends all connections at once, without a word to their sessions.
  void close_all() {
    ending_ = true;
    for (auto const& each : snapshot()) each->close_stream();
  }

  std::size_t size() const { return connections_.size(); }

  // -- for its connections -------------------------------------------------------------------------------

  /// The endpoint with the session that a request's query names, if that is another one; else null.
  endpoint* elsewhere(std::string_view query) const {
    if (site_.endpoints.size() < 2 || !movable) return nullptr;
    auto const sid = protocol::query_value(query, "sid");
    auto const wanted = sid ? engine::id::from(*sid) : std::nullopt;
    if (!wanted || hub_.find(*wanted)) return nullptr;
    auto const found = site_.sessions.find(*wanted);
    auto* const there = found ? site_.endpoints[*found] : nullptr;
    return there == this ? nullptr : there;
  }

  engine::hub& hub() { return hub_; }
  service const& served() const { return site_.served; }
  /// Null: nothing is compressed.
  compressor* compressing() { return compressor_.get(); }
  void begin_event() { hub_.turn().advance(where_.now()); }
  std::span<char> buffer() { return {buffer_.get(), buffer_size}; }
  engine::place& place() { return place_; }
  void remove(wire<endpoint>& ended, bool was_turned_away) {
    if (was_turned_away) --turned_away_;
    connections_[ended.place] = std::move(connections_.back());
    connections_[ended.place]->place = ended.place;
    connections_.pop_back();
    hub_.turn().want_end();  // somebody may wait for the last one
  }

private:
  static constexpr bool movable = movable_to<stream, Context>;

  stream moved_here(stream from) {
    if constexpr (movable)
      return std::move(from).to(where_);
    else
      return from;
  }

  static constexpr std::size_t most_turned_away = 100;  // at a time; others see the connection close

  void keep(std::shared_ptr<wire<endpoint>> made) {
    made->place = connections_.size();
    connections_.push_back(std::move(made));
  }

  std::vector<std::shared_ptr<wire<endpoint>>> snapshot() const { return connections_; }

  static constexpr std::size_t buffer_size =
      64 * 1024;  // most messages in one read; what a socket gives at most

  engine::hub& hub_;
  transport::site<endpoint>& site_;
  Context& where_;
  engine::place& place_;
  std::unique_ptr<compressor> compressor_;
  std::unique_ptr<char[]> buffer_ =
      std::make_unique<char[]>(buffer_size + 1);  // and the byte parsers may use
  std::vector<std::shared_ptr<wire<endpoint>>> connections_;
  std::size_t turned_away_ = 0;
  bool ending_ = false;
};

}  // namespace socketiopp::transport
