// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <websocketpp/close.hpp>
#include <websocketpp/frame.hpp>

#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/websocket/config.hpp>

/// WebSocket after the handshake: bytes from a client in, messages out (RFC 6455, section 5). A frame that is
/// a whole message is unmasked, checked and handed out where it lies in the caller's buffer; everything else
/// goes through websocketpp.
namespace socketiopp::transport::websocket {

/// What is told to the reader's owner. Each but `on_close` returns false when the connection is gone and
/// reading must stop; the reader may then be destroyed already.
///
/// A payload may be changed, and so may the byte after its end if it is put back before the call returns.
/// Both are there during the call only.
template <class Sink>
concept frame_sink = requires(Sink& sink, std::span<char> payload, std::uint16_t code,
                              std::string_view reason) {
  { sink.on_text(payload) } -> std::same_as<bool>;
  { sink.on_binary(payload) } -> std::same_as<bool>;
  { sink.on_ping(payload) } -> std::same_as<bool>;
  { sink.on_pong(payload) } -> std::same_as<bool>;
  sink.on_close(code, reason);  // 1005: the client gave no code
};

namespace detail {

// The frame at the front of a buffer, when it is a whole message and all of it is there.
struct whole_message {
  bool text;
  std::uint32_t mask;  // as it lies in memory
  std::span<char> payload;
};

// Only the good case is recognised: what is a fault, and which, is for `processor` to say, so that the answer
// does not depend on how the bytes came.
inline std::optional<whole_message> find_whole_message(std::span<char> bytes, std::size_t max_message) {
  constexpr std::size_t mask_size = 4;
  auto const byte = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() < 2 + mask_size) return {};
  if (byte(0) != 0x81 && byte(0) != 0x82) return {};  // FIN, no extension, text or binary
  if (byte(1) < 0x80) return {};                      // not masked
  std::uint64_t length = byte(1) & 0x7f;
  std::size_t mask_at = 2;
  if (length > 125) {
    auto const least = length == 126 ? 126u : 0x10000u;
    mask_at += length == 126 ? 2 : 8;
    if (bytes.size() < mask_at + mask_size) return {};
    length = 0;
    for (std::size_t i = 2; i < mask_at; ++i) length = length << 8 | byte(i);
    if (length < least) return {};
  }
  auto const payload = bytes.subspan(mask_at + mask_size);
  if (length > max_message || length > payload.size()) return {};
  whole_message found{byte(0) == 0x81, 0, payload.first(static_cast<std::size_t>(length))};
  std::memcpy(&found.mask, &bytes[mask_at], mask_size);
  return found;
}

// Thirty-two bytes at a time: what both compilers make of the four is two vectors of sixteen.
inline void unmask(std::span<char> payload, std::uint32_t mask) {
  std::uint64_t const twice = std::uint64_t{mask} << 32 | mask;
  auto const flip = [twice](char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    word ^= twice;
    std::memcpy(at, &word, sizeof word);
  };
  char* at = payload.data();
  std::size_t left = payload.size();
  for (; left >= 32; left -= 32, at += 32) {
    flip(at);
    flip(at + 8);
    flip(at + 16);
    flip(at + 24);
  }
  for (; left >= 8; left -= 8, at += 8) flip(at);
  auto const bytes = std::bit_cast<std::array<char, 8>>(twice);
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ bytes[i]);
}

}  // namespace detail

/// Reads what one client sends. Between two messages it holds no memory but its own.
class frame_reader {
public:
  /// A message of more than `max_message` bytes is a fault (1009), known from its header.
  explicit frame_reader(std::size_t max_message) : max_message_(max_message) {}

  /// Reads the next bytes of the stream, changing them, and calls `sink` for each message they complete. A
  /// writable byte must follow them: see `frame_sink`.
  ///
  /// Compressed messages are read if there is an `inflater`, the same in each call; the bound holds for them
  /// both as they come and inflated.
  ///
  /// Returns 0, or the close code to answer a fault with: 1002 (protocol), 1007 (not UTF-8, or not what a
  /// compressor makes) or 1009 (too large). After a fault or a close frame nothing more is read.
  template <frame_sink Sink>
  std::uint16_t consume(std::span<char> bytes, Sink& sink, compressor* inflater = nullptr) {
    while (!bytes.empty() && !finished_) {
      if (!processor_) {
        if (auto const found = detail::find_whole_message(bytes, max_message_)) {
          auto const [text, mask, payload] = *found;
          bytes = bytes.subspan(static_cast<std::size_t>(payload.data() - bytes.data()) + payload.size());
          detail::unmask(payload, mask);
          if (text && !meta::is_utf8({payload.data(), payload.size()}))
            return finish(websocketpp::close::status::invalid_payload);
          if (!(text ? sink.on_text(payload) : sink.on_binary(payload))) return 0;
          continue;
        }
        processor_ = std::make_unique<processor>(max_message_, inflater);
      }
      if (auto const fault = processor_->read(bytes)) return finish(fault);
      auto const message = processor_->get_message();
      if (!message) continue;
      if (processor_->idle()) processor_.reset();
      auto& payload = message->get_raw_payload();
      if (message->get_opcode() == websocketpp::frame::opcode::close) {
        finish(0);  // before the call, in which this may be destroyed
        return read_close(payload, sink);
      }
      payload.push_back('\0');  // the byte that the receiver may use
      if (!deliver(message->get_opcode(), std::span(payload).first(payload.size() - 1), sink)) return 0;
    }
    return 0;
  }

private:
  std::uint16_t finish(std::uint16_t code) {
    finished_ = true;
    processor_.reset();
    return code;
  }

  template <class Sink>
  static bool deliver(websocketpp::frame::opcode::value opcode, std::span<char> payload, Sink& sink) {
    switch (opcode) {
      case websocketpp::frame::opcode::text: return sink.on_text(payload);
      case websocketpp::frame::opcode::binary: return sink.on_binary(payload);
      case websocketpp::frame::opcode::ping: return sink.on_ping(payload);
      default: return sink.on_pong(payload);
    }
  }

  template <class Sink> static std::uint16_t read_close(std::string const& payload, Sink& sink) {
    std::error_code fault;
    auto const code = websocketpp::close::extract_code(payload, fault);
    if (fault) return websocketpp::close::status::protocol_error;
    auto const reason = websocketpp::close::extract_reason(payload, fault);
    if (fault) return websocketpp::close::status::invalid_payload;
    sink.on_close(code, reason);
    return 0;
  }

  std::unique_ptr<processor> processor_;  // only while something is partly read that it must remember
  std::size_t max_message_;
  bool finished_ = false;
};

/// The frames with which an endpoint speaks about the connection itself.
enum class control_opcode : std::uint8_t { close = 8, ping = 9, pong = 10 };

/// A whole control frame of a server: a header of two bytes and at most 125 bytes of payload.
inline std::string control_frame(control_opcode opcode, std::string_view payload) {
  assert(payload.size() <= websocketpp::frame::limits::payload_size_basic);
  std::string frame;
  frame.reserve(2 + payload.size());
  frame.push_back(static_cast<char>(0x80 | static_cast<unsigned>(opcode)));
  frame.push_back(static_cast<char>(payload.size()));
  return frame.append(payload);
}

/// A close frame; `reason` has at most 123 bytes. Code 1005 makes one without code and reason.
inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  if (code == websocketpp::close::status::no_status) return control_frame(control_opcode::close, {});
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  return control_frame(control_opcode::close, payload.append(reason));
}

}  // namespace socketiopp::transport::websocket
