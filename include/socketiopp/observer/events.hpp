// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <system_error>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/reason.hpp>

/// What an observer may hear of. The views live as long as the call. Names that clients choose, of namespaces
/// that there are not and of events, may be anything: whoever keeps them by name has to bound how many.
namespace socketiopp::observer {

/// A session has opened. Each is closed once, unless the server goes before it.
struct session_opened {
  std::string_view session;    ///< its id, a secret of its client
  std::string_view transport;  ///< "polling" or "websocket"
};

/// A WebSocket has become the transport of a long-polling session.
struct session_upgraded {
  std::string_view session;
};

/// A session has ended, after its sockets.
struct session_closed {
  std::string_view session;
  reason why;
};

/// A request to the endpoint was turned away (F-059).
struct request_refused {
  std::string_view remote_address;  ///< of the peer
  int code;                         ///< of the protocol: 0 to 5
  std::string_view message;         ///< what the client is told
};

/// A peer exceeded a bound.
using socketiopp::bound_hit;

/// A socket has entered a namespace; its handlers are called next. Each is disconnected once.
struct socket_connected {
  std::string_view nsp;
  std::string_view id;
  bool recovered;  ///< whether it is one that was gone for a while
};

/// A socket has gone; its handlers are called next.
struct socket_disconnected {
  std::string_view nsp;
  std::string_view id;
  reason why;
};

/// A client was not let into a namespace.
struct socket_refused {
  std::string_view nsp;
  std::string_view message;  ///< what the client is told
};

/// An event has come; its handlers are called next.
struct event_received {
  std::string_view nsp;
  std::string_view id;
  std::string_view name;
  std::size_t bytes;  ///< of its packet, with its attachments
};

/// An acknowledgement has come, which perhaps nobody awaits any more.
struct ack_received {
  std::string_view nsp;
  std::string_view id;
  std::size_t bytes;
};

/// An event has been queued for some sockets of one shard: for one, for all that a selection means, or for
/// one that is back and has missed it.
struct event_sent {
  std::string_view nsp;
  std::size_t bytes;      ///< for each receiver
  std::size_t receivers;  ///< without those for whom it was dropped
};

/// An acknowledgement has been queued.
struct ack_sent {
  std::string_view nsp;
  std::string_view id;
  std::size_t bytes;
};

/// An event or an acknowledgement will not reach a socket: it would have had to wait and is volatile, or too
/// much waits already.
struct packet_dropped {
  std::string_view nsp;
  std::string_view id;
  std::size_t bytes;
  bool is_volatile;
};

/// A socket has entered a room. Its own, named by its id, does not count.
struct room_joined {
  std::string_view nsp;
  std::string_view id;
  std::string_view room;
};

/// A socket leaves a room, also because it goes.
struct room_left {
  std::string_view nsp;
  std::string_view id;
  std::string_view room;
};

/// Something is wrong with a socket's event, a handler threw, or whatever else `on_error` is told.
struct error_reported {
  std::string_view nsp;
  std::string_view id;
  std::string_view event;  ///< empty if it is about none
  std::error_code code;
};

}  // namespace socketiopp::observer
