// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// WebSocket frames (RFC 6455, section 5.2), both directions.
namespace bench {

enum class opcode : unsigned char { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Four bytes of a mask, as they stand on the wire.
using mask_bytes = std::array<char, 4>;

struct frame_header {
  bool final;
  opcode kind;
  bool masked;
  mask_bytes mask;
  std::size_t length;  ///< of the header
  std::uint64_t size;  ///< of what follows it
};

/// The header at the beginning of `bytes`; nothing when it is not whole yet.
inline std::optional<frame_header> read_header(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  auto const at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  frame_header header{.final = (at(0) & 0x80) != 0,
                      .kind = static_cast<opcode>(at(0) & 0x0f),
                      .masked = (at(1) & 0x80) != 0,
                      .mask = {},
                      .length = 2,
                      .size = at(1) & 0x7fu};
  std::size_t const size_bytes = header.size == 127 ? 8 : header.size == 126 ? 2 : 0;
  auto const mask_at = header.length + size_bytes;
  header.length = mask_at + (header.masked ? 4 : 0);
  if (bytes.size() < header.length) return std::nullopt;
  if (size_bytes != 0) header.size = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) header.size = header.size << 8 | at(2 + i);
  if (header.masked) std::memcpy(header.mask.data(), bytes.data() + mask_at, 4);
  return header;
}

/// Masks or unmasks in place.
inline void apply_mask(char* data, std::size_t size, mask_bytes const& mask) {
  std::uint64_t wide = 0;
  std::memcpy(&wide, mask.data(), 4);
  std::memcpy(reinterpret_cast<char*>(&wide) + 4, mask.data(), 4);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + i, 8);
    word ^= wide;
    std::memcpy(data + i, &word, 8);
  }
  for (; i < size; ++i) data[i] = static_cast<char>(data[i] ^ mask[i % 4]);
}

/// Appends the header of a whole message that is not masked.
inline void append_header(std::string& to, opcode kind, std::size_t size) {
  char header[10] = {static_cast<char>(0x80 | static_cast<unsigned>(kind))};
  std::size_t const size_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  header[1] = static_cast<char>(size_bytes == 0 ? size : size_bytes == 2 ? 126 : 127);
  for (std::size_t i = 0; i < size_bytes; ++i)
    header[2 + i] = static_cast<char>(size >> 8 * (size_bytes - 1 - i));
  to.append(header, 2 + size_bytes);
}

/// A whole message from a client, masked.
inline std::string masked_frame(opcode kind, std::string_view content, mask_bytes const& mask) {
  std::string frame;
  append_header(frame, kind, content.size());
  frame[1] = static_cast<char>(frame[1] | 0x80);
  frame.append(mask.data(), mask.size());
  frame += content;
  apply_mask(frame.data() + (frame.size() - content.size()), content.size(), mask);
  return frame;
}

}  // namespace bench
