// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/http/request_reader.hpp>
#include <socketiopp/transport/exchange.hpp>
#include <socketiopp/transport/gate.hpp>

/// What a connection remembers while it reads requests.
namespace socketiopp::transport {

/// In a place of its own, as it goes when the connection becomes a WebSocket: most connections are, and idle.
struct request_state {
  std::string remote_address;  ///< of the peer
  std::unique_ptr<http::request_reader> reader;
  transport::exchange exchange;
  std::string pipelined;   ///< what came before the last request was answered
  std::size_t unread = 0;  ///< how much of that, at its end, has not been looked at
  bool resuming = false;   ///< it is being looked at
  bool stopped = false;    ///< what is left is not of requests
  bool ignore_body = false;
  std::optional<engine::id> post_of;              ///< the session whose POST is arriving
  std::shared_ptr<transport::petition> petition;  ///< a request that the program is asked about
};

}  // namespace socketiopp::transport
