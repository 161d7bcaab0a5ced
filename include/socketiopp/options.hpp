// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <socketiopp/core/options.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/http/cors.hpp>
#include <socketiopp/transport/service.hpp>

/// What can be set on a server, in one flat list; each layer takes what is its own.
namespace socketiopp {

/// Set what should be different: `sio::server io{{.path = "/chat/", .ping_interval = 10s}};`
struct server_options {
  /// Where the endpoint lives; requests to anything below it are taken too.
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

  /// The longest head of an HTTP request, in bytes: room for large cookies.
  std::size_t max_request_head = http::read_limits{}.head;
  /// How long a connection may take to send a request, and stay without one. More than most clients'
  /// keep-alive.
  std::chrono::milliseconds request_timeout{60'000};
  /// Who may use the server from pages of other origins. Nobody by default.
  http::cors_options cors = {};
  /// The folder `dist` of the npm package socket.io-client, to serve `<path>/socket.io.js` from. Empty: none.
  std::filesystem::path client = {};

  engine::options engine() const {
    validate();
    return {.path = path,
            .ping_interval = ping_interval,
            .ping_timeout = ping_timeout,
            .upgrade_timeout = upgrade_timeout,
            .max_payload = max_payload,
            .polling = polling,
            .websocket = websocket,
            .allow_upgrades = allow_upgrades};
  }

  core::options core() const {
    return {.connect_timeout = connect_timeout,
            .ack_timeout = ack_timeout,
            .max_attachments = max_attachments,
            .max_pending_acks = max_pending_acks,
            .max_namespaces = max_namespaces};
  }

  transport::service service() const {
    transport::service made{.path = path,
                            .limits = {.head = max_request_head, .body = max_payload},
                            .request_timeout = request_timeout,
                            .cors = http::cors(cors),
                            .client = std::nullopt,
                            .fallback = nullptr};
    if (!client.empty()) made.client.emplace(client);
    return made;
  }

  /// Throws `std::system_error` naming the first option that no server can work with.
  void validate() const {
    auto const require = [](bool holds, char const* what) {
      if (!holds) throw std::system_error(std::make_error_code(std::errc::invalid_argument), what);
    };
    require(path.starts_with('/') && path.ends_with('/'), "socketiopp: path must begin and end with a slash");
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
    require(sensible(request_timeout), "socketiopp: request_timeout must be positive, 100 years at most");
  }
};

}  // namespace socketiopp
