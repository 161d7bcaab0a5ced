// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

/// The packets of Engine.IO v4: a type and some data, as one WebSocket text frame or one part of a payload.
namespace socketiopp::protocol {

/// The type of an Engine.IO packet; its value is the character on the wire (W-060).
enum class engine_type : char {
  open = '0',     ///< server to client: the parameters of the session
  close = '1',    ///< the session ends
  ping = '2',     ///< the heartbeat, or the probe of an upgrade
  pong = '3',     ///< the answer to a ping
  message = '4',  ///< what Socket.IO says
  upgrade = '5',  ///< client to server: go on over the probed transport
  noop = '6',     ///< nothing: it ends a waiting poll
};

/// A decoded Engine.IO packet. `data` is a view into the text it was decoded from.
struct engine_packet {
  engine_type type;       ///< a message when `binary`
  bool binary;            ///< `data` is base64 text that stands for bytes
  std::string_view data;  ///< what follows the type
};

/// Decodes one packet in text form. Nothing if `text` is empty or its type unknown (W-060). A packet that
/// starts with `b` is a binary message, in a WebSocket text frame too (W-066).
constexpr std::optional<engine_packet> decode_engine_packet(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto const type = text.front();
  auto const data = text.substr(1);
  if (type == 'b') return engine_packet{engine_type::message, true, data};
  if (type < '0' || type > '6') return std::nullopt;
  return engine_packet{static_cast<engine_type>(type), false, data};
}

}  // namespace socketiopp::protocol
