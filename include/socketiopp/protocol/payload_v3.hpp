// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/protocol/base64.hpp>

/// Payloads of Engine.IO v3, which clients of Socket.IO v2 speak (W-190, W-193): each packet follows its
/// length, and a binary message starts with its type like any other packet.
namespace socketiopp::protocol {

/// What a binary message starts with in v3, in a WebSocket frame too.
inline constexpr std::string_view binary_mark_v3 = "\4";

/// What a binary message starts with in v3 where its bytes are spelt in base64.
inline constexpr std::string_view base64_mark_v3 = "b4";

/// How a payload is written.
enum class payload_form : std::uint8_t {
  text,    ///< `<length in UTF-16 code units>:<packet>`; binary messages in base64
  binary,  ///< `<0 or 1: text or binary><length in bytes, each digit a byte 0 to 9><255><packet>`
};

namespace detail {

inline constexpr char length_end_v3 = '\xff';

// How many UTF-16 code units a character has, told by its first byte. Its other bytes have none.
constexpr std::size_t utf16_units(char byte) {
  auto const value = static_cast<unsigned char>(byte);
  return (value & 0xc0) == 0x80 ? 0 : value < 0xf0 ? 1 : 2;
}

constexpr std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (char const byte : text) units += utf16_units(byte);
  return units;
}

// The start of `text` that has so many UTF-16 code units, if there is one: they may end within a pair.
constexpr std::optional<std::string_view> utf16_prefix(std::string_view text, std::size_t units) {
  std::size_t size = 0;
  for (; size < text.size() && utf16_units(text[size]) <= units; ++size) units -= utf16_units(text[size]);
  if (units != 0) return std::nullopt;
  return text.substr(0, size);
}

// Takes a packet with its length, in the text form, off the front of `payload`.
inline std::optional<std::string_view> take_text_v3(std::string_view& payload) {
  std::size_t units = 0;
  auto const [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), units);
  if (error != std::errc{}) return std::nullopt;
  payload.remove_prefix(static_cast<std::size_t>(end - payload.data()));
  if (!payload.starts_with(':')) return std::nullopt;
  auto const packet = utf16_prefix(payload.substr(1), units);
  if (packet) payload.remove_prefix(1 + packet->size());
  return packet;
}

// The same in the binary form, after the byte that says what the packet is.
constexpr std::optional<std::string_view> take_binary_v3(std::string_view& payload) {
  auto const digits = payload.substr(0, payload.find(length_end_v3));
  if (digits.empty() || digits.size() == payload.size()) return std::nullopt;
  payload.remove_prefix(digits.size() + 1);
  std::size_t size = 0;
  for (char const digit : digits) {
    auto const value = static_cast<unsigned char>(digit);
    if (value > 9) return std::nullopt;
    size = 10 * size + value;
    if (size > payload.size()) return std::nullopt;  // checked for each digit: it cannot overflow
  }
  auto const packet = payload.substr(0, size);
  payload.remove_prefix(size);
  return packet;
}

}  // namespace detail

/// Calls `visit(bool binary, std::string_view packet)` for each packet, in order, while it returns true; says
/// whether all were visited. Packets start with their type or mark, and those of text are UTF-8. After a
/// false nothing of `payload` is read, so a visitor may have destroyed it.
///
/// The first fault ends the decoding: an empty payload, a length that is none or too large, a packet that is
/// no UTF-8. (The Node server takes lengths such as `1e1`, and cuts packets short.)
template <class Visit> bool for_each_packet_v3(payload_form form, std::string_view payload, Visit visit) {
  do {
    bool binary = false;
    if (form == payload_form::binary) {
      binary = payload.starts_with('\1');
      if (!binary && !payload.starts_with('\0')) return false;
      payload.remove_prefix(1);
    }
    auto const packet =
        form == payload_form::binary ? detail::take_binary_v3(payload) : detail::take_text_v3(payload);
    if (!packet || !(binary || meta::is_utf8(*packet)) || !visit(binary, *packet)) return false;
  } while (!payload.empty());
  return true;
}

/// Appends packets to a string, which must outlive the writer; what it held before is left alone.
class payload_writer_v3 {
public:
  /// The binary form is for clients that can read it: those whose query has no `b64`. The reference uses it
  /// only if one of the packets is binary.
  payload_writer_v3(std::string& out, payload_form form) : out_(out), form_(form) {}

  /// Appends a packet as it is: `packet` starts with its type, and is UTF-8.
  void text(std::string_view packet) {
    if (form_ == payload_form::binary)
      binary_length('\0', packet.size());
    else
      text_length(detail::utf16_length(packet));
    out_.append(packet);
  }

  /// Appends a binary message.
  void binary(std::span<std::byte const> bytes) {
    if (form_ == payload_form::binary) {
      binary_length('\1', binary_mark_v3.size() + bytes.size());
      out_.append(binary_mark_v3);
      out_.append(reinterpret_cast<char const*>(bytes.data()), bytes.size());
    } else {
      text_length(base64_mark_v3.size() + (bytes.size() + 2) / 3 * 4);
      out_.append(base64_mark_v3);
      base64_encode(bytes, out_);
    }
  }

private:
  void text_length(std::size_t units) { out_.append(std::to_string(units)).push_back(':'); }

  void binary_length(char kind, std::size_t size) {
    out_.push_back(kind);
    for (char const digit : std::to_string(size)) out_.push_back(static_cast<char>(digit - '0'));
    out_.push_back(detail::length_end_v3);
  }

  std::string& out_;
  payload_form form_;
};

}  // namespace socketiopp::protocol
