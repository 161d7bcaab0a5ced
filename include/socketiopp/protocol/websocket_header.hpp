// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

/// The header of what a server sends over WebSocket: a whole message in one unmasked frame (RFC 6455, 5.2).
namespace socketiopp::protocol {

/// The bytes of the longest header.
inline constexpr std::size_t longest_websocket_header = 10;

/// Writes the header for a text or binary message of `payload_size` bytes, less than 2^63, so that it ends
/// where the payload begins. The bytes in front of that are free, as many as the longest header has. Returns
/// the size of the header.
///
/// It is written where it stays: the processor would wait to copy what it has just stored byte by byte.
constexpr std::uint8_t put_websocket_header(char* payload, bool binary, std::uint64_t payload_size) {
  std::uint8_t const size = payload_size < 126 ? 2 : payload_size <= 0xffff ? 4 : 10;
  char* const header = payload - size;
  header[0] = static_cast<char>(binary ? 0x82 : 0x81);  // FIN and the opcode
  header[1] = static_cast<char>(size == 2 ? payload_size : size == 4 ? 126 : 127);
  for (std::size_t i = size; i-- > 2; payload_size >>= 8) header[i] = static_cast<char>(payload_size & 0xff);
  return size;
}

}  // namespace socketiopp::protocol
