// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/zlib.hpp>

/// Compression, which is off unless a server is given it. Programs that include this header must link zlib.
namespace socketiopp {

/// What to give a server: `sio::server io{{.compression = sio::compression({.threshold = 4096})}};`
///
/// Messages to WebSockets are compressed if the client offers it (RFC 7692), and answers to long-polling with
/// gzip or deflate (W-046). No message refers to one before it (there is no "context takeover"): so it is
/// compressed once for all who receive it by WebSocket, and connections keep nothing. An idle one took 2061
/// bytes of resident memory with compression and without (8000 of them, g++ 12); what websocketpp keeps for
/// each is 165 KiB. A shard has, once it needed it, 262 KiB for messages, as much for answers, and 39 KiB for
/// what clients compress; a message that is arriving takes what has come of it.
///
/// Who can put text of his own into a message and see how long it gets can guess what else is in it (BREACH):
/// send secrets with `compress(false)`.
///
/// Throws `std::system_error` naming the first option that is out of range.
inline std::shared_ptr<transport::compression const> compression(
    transport::zlib_options const& options = {}) {
  return std::make_shared<transport::zlib const>(options);
}

}  // namespace socketiopp
