// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The header of what a server sends over WebSocket: a whole message in one unmasked frame (RFC 6455, 5.2).
namespace socketiopp::protocol {

/// A frame header: the first `size` of `bytes`.
struct websocket_header {
  std::array<std::uint8_t, 10> bytes;
  std::uint8_t size;
};

/// The header for a text or binary message of `payload_size` bytes, which must be less than 2^63.
constexpr websocket_header make_websocket_header(bool binary, std::uint64_t payload_size) {
  websocket_header header{{}, 2};
  header.bytes[0] = binary ? 0x82 : 0x81;  // FIN and the opcode
  if (payload_size < 126) {
    header.bytes[1] = static_cast<std::uint8_t>(payload_size);
    return header;
  }
  bool const fits_16_bits = payload_size <= 0xffff;
  header.bytes[1] = fits_16_bits ? 126 : 127;
  header.size = fits_16_bits ? 4 : 10;
  for (std::size_t i = header.size; i-- > 2; payload_size >>= 8)
    header.bytes[i] = static_cast<std::uint8_t>(payload_size & 0xff);
  return header;
}

}  // namespace socketiopp::protocol
