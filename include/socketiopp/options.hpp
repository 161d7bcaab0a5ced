// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/core/options.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/http/cookie.hpp>
#include <socketiopp/http/cors.hpp>
#include <socketiopp/http/forwarded.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/gate.hpp>
#include <socketiopp/transport/service.hpp>

/// What can be set on a server, in one flat list; each layer takes what is its own.
namespace socketiopp {

/// Set what should be different: `sio::server io{{.path = "/chat/", .ping_interval = 10s}};`
struct server_options {
  /// Where the endpoint lives; requests to anything below it are taken too. Without a slash at its end, so
  /// are those that have none (F-002).
  std::string path = "/socket.io/";
  /// How often the server asks whether a client is there.
  std::chrono::milliseconds ping_interval = engine::options{}.ping_interval;
  /// How long the client may take to answer.
  std::chrono::milliseconds ping_timeout = engine::options{}.ping_timeout;
  /// How long a WebSocket may take to become the transport of a long-polling session.
  std::chrono::milliseconds upgrade_timeout = engine::options{}.upgrade_timeout;
  /// The longest message or request body a client may send, in bytes.
  std::size_t max_payload = engine::options{}.max_payload;
  bool polling = true;         ///< whether long-polling is served
  bool websocket = true;       ///< whether WebSockets are served
  bool allow_upgrades = true;  ///< whether a long-polling session may become a WebSocket
  /// Whether clients of Socket.IO v2 are served (F-018). Their `auth` is the query that they give the
  /// namespace, in which everything is a string; in the main namespace there is none. Their sockets' ids are
  /// secrets, and JSONP is open to all origins: see `engine::options`.
  bool allow_eio3 = false;
  /// How many bytes may wait for a client that does not read; see `engine::options`.
  std::size_t max_queued_bytes = engine::options{}.max_queued_bytes;
  /// What happens to a message that would exceed that.
  overflow on_overflow = overflow::close;
  /// A text message of Engine.IO that follows the handshake in the same answer. Empty: none.
  std::string initial_packet = {};

  /// How long a client may stay without joining a namespace.
  std::chrono::milliseconds connect_timeout = core::options{}.connect_timeout;
  /// How long an acknowledgement may take where `timeout()` says nothing else.
  std::chrono::milliseconds ack_timeout = core::options{}.ack_timeout;
  /// How many binary attachments one packet may announce.
  std::uint32_t max_attachments = core::options{}.max_attachments;
  /// How many acknowledgements one socket may owe at a time.
  std::size_t max_pending_acks = core::options{}.max_pending_acks;
  /// How many namespaces one connection may join.
  std::size_t max_namespaces = core::options{}.max_namespaces;
  /// Whether namespaces that clients bring about go when they are empty; see `server::of` with a pattern.
  bool cleanup_empty_namespaces = core::options{}.cleanup_empty_namespaces;
  /// Clients that lose their connection for a while find their id, rooms and data again, and get what they
  /// missed: `{.recovery = sio::recovery_options{}}`. Not for clients of v2. Events get a last argument then,
  /// a string, which official clients keep (W-184).
  std::optional<recovery_options> recovery = std::nullopt;

  /// The longest head of an HTTP request, in bytes: room for large cookies.
  std::size_t max_request_head = http::read_limits{}.head;
  /// How long a client may take from connecting, or from a request's first byte, to the end of its head.
  /// Whoever sends it more slowly holds connections on purpose.
  std::chrono::milliseconds head_timeout{10'000};
  /// How long from there to the end of the body: `max_payload` over a slow mobile network.
  std::chrono::milliseconds request_timeout{60'000};
  /// How long a connection may stay without a request. More than most clients' keep-alive.
  std::chrono::milliseconds keep_alive_timeout{60'000};
  /// How many connections there may be. The system's bound on open files is another.
  std::size_t max_connections = transport::census::unlimited;
  /// How many of them may come from one address, which may be that of many people behind one router. Trusted
  /// proxies are not counted.
  std::size_t max_connections_per_address = transport::census::unlimited;

  /// Who may use the server from pages of other origins. Nobody by default, also over WebSocket, where the
  /// reference lets everybody in.
  http::cors_options cors = {};
  /// Sets a cookie with the session's id, for load balancers (F-016).
  std::optional<http::cookie_options> cookie = std::nullopt;
  /// Addresses and networks of proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed:
  /// `{"127.0.0.1", "10.0.0.0/8"}`.
  std::vector<std::string> trusted_proxies = {};
  /// Lets clients open sessions or not (F-009). Takes the place of the check of a WebSocket's origin.
  request_gate allow_request = {};
  /// Makes the ids of sessions, in place of the random ones (F-060): 20 characters that may stand in a URL,
  /// never one that is in use. Who knows a session's id can speak for it.
  unique_function<std::string(http::request const&)> generate_id = nullptr;
  /// Compression: `sio::compression()` of <socketiopp/compression.hpp>. Null: none.
  std::shared_ptr<transport::compression const> compression = nullptr;
  /// The folder `dist` of the npm package socket.io-client, to serve `<path>/socket.io.js` from. Empty: none.
  std::string client = {};

  engine::options engine() const {
    validate();
    return {.path = path,
            .ping_interval = ping_interval,
            .ping_timeout = ping_timeout,
            .upgrade_timeout = upgrade_timeout,
            .max_payload = max_payload,
            .allow_eio3 = allow_eio3,
            .polling = polling,
            .websocket = websocket,
            .allow_upgrades = allow_upgrades,
            .max_queued_bytes = max_queued_bytes,
            .on_overflow = on_overflow,
            .initial_packet = initial_packet};
  }

  core::options core() const {
    return {.connect_timeout = connect_timeout,
            .ack_timeout = ack_timeout,
            .max_attachments = max_attachments,
            .max_pending_acks = max_pending_acks,
            .max_namespaces = max_namespaces,
            .cleanup_empty_namespaces = cleanup_empty_namespaces,
            .recovery = recovery};
  }

  transport::census::limits census() const {
    return {.all = max_connections, .per_address = max_connections_per_address};
  }

  /// Takes what can only be moved.
  transport::service service() && {
    return {.path = path,
            .limits = {.head = max_request_head, .body = max_payload},
            .head_timeout = head_timeout,
            .request_timeout = request_timeout,
            .keep_alive_timeout = keep_alive_timeout,
            .cors = http::cors(std::move(cors)),
            .cookie = cookie ? std::optional<http::cookie>(*cookie) : std::nullopt,
            .trusted_proxies = http::proxies(trusted_proxies),
            .compressing = compression,
            .client = client.empty() ? std::nullopt : std::optional<http::client_bundle>(client),
            .allow_request = std::move(allow_request),
            .generate_id = std::move(generate_id)};
  }

  /// Throws `std::system_error` naming the first option that no server can work with.
  void validate() const {
    auto const require = [](bool holds, char const* what) {
      if (!holds) throw std::system_error(std::make_error_code(std::errc::invalid_argument), what);
    };
    require(path.starts_with('/'), "socketiopp: path must begin with a slash");
    auto const sensible = [](std::chrono::milliseconds time) {  // and no sum with a time overflows
      return time.count() > 0 && time <= std::chrono::years(100);
    };
    require(sensible(ping_interval), "socketiopp: ping_interval must be positive, 100 years at most");
    require(sensible(ping_timeout), "socketiopp: ping_timeout must be positive, 100 years at most");
    require(sensible(upgrade_timeout), "socketiopp: upgrade_timeout must be positive, 100 years at most");
    require(max_payload > 0, "socketiopp: max_payload must be positive");
    require(polling || websocket, "socketiopp: polling and websocket must not both be off");
    require(sensible(connect_timeout), "socketiopp: connect_timeout must be positive, 100 years at most");
    require(sensible(ack_timeout), "socketiopp: ack_timeout must be positive, 100 years at most");
    require(sensible(head_timeout), "socketiopp: head_timeout must be positive, 100 years at most");
    require(sensible(request_timeout), "socketiopp: request_timeout must be positive, 100 years at most");
    require(sensible(keep_alive_timeout),
            "socketiopp: keep_alive_timeout must be positive, 100 years at most");
    require(max_queued_bytes > 0, "socketiopp: max_queued_bytes must be positive");
    require(max_connections > 0, "socketiopp: max_connections must be positive");
    require(max_connections_per_address > 0, "socketiopp: max_connections_per_address must be positive");
  }
};

}  // namespace socketiopp
