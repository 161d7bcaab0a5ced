// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <websocketpp/close.hpp>
#include <websocketpp/common/network.hpp>
#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/base.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>

#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/websocket/no_handshake.hpp>

/// What is used of websocketpp: its RFC 6455 processor `hybi13`, with a config of our own.
namespace socketiopp::transport::websocket {

struct config;

/// Stands for permessage-deflate in `hybi13`, and passes compressed data on as they are. websocketpp's own
/// extension inflates without a bound, and each connection keeps 165 KiB for it (measured with zlib 1.2.13).
struct passed_on : websocketpp::extensions::permessage_deflate::disabled<config> {
  bool enabled = false;

  bool is_enabled() const { return enabled; }
  std::error_code decompress(std::uint8_t const* data, std::size_t size, std::string& out) const {
    out.append(reinterpret_cast<char const*>(data), size);
    return {};
  }
};

/// The types and constants that `hybi13` asks of its config.
struct config {
  using request_type = no_request;
  using response_type = no_response;
  using message_type =
      websocketpp::message_buffer::message<websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type = websocketpp::message_buffer::alloc::con_msg_manager<message_type>;
  using rng_type = websocketpp::random::none::int_generator<std::uint32_t>;  // a server masks nothing
  using permessage_deflate_type = passed_on;

  static constexpr bool enable_extensions = false;
  static constexpr std::size_t max_message_size = 1'000'000;  // each `processor` sets its own
};

}  // namespace socketiopp::transport::websocket

/// Never called, as the rest of the handshake; but these would be compiled with all that they need.
namespace websocketpp::processor {

template <> inline std::error_code hybi13<socketiopp::transport::websocket::config>::extract_subprotocols(
    socketiopp::transport::websocket::no_request const&, std::vector<std::string>&) {
  return {};
}
template <> inline std::error_code hybi13<socketiopp::transport::websocket::config>::client_handshake_request(
    socketiopp::transport::websocket::no_request&, uri_ptr, std::vector<std::string> const&) const {
  return {};
}

}  // namespace websocketpp::processor

namespace socketiopp::transport::websocket {

/// `hybi13` as a server's reader of frames, with what it lets pass mended: text that ends within a character
/// in its last fragment, lengths of 2^63 and more, which overflow its sum over the fragments, and the bit of
/// compressed messages on a continuation.
///
/// A compressed message is gathered as it is and inflated when it is complete: until then it costs no more
/// than the client has sent.
class processor : private websocketpp::processor::hybi13<config> {
  using base = websocketpp::processor::hybi13<config>;

public:
  /// Reads messages of at most `max_message` bytes, before and after they are inflated. Without a compressor
  /// a compressed one is a fault.
  explicit processor(std::size_t max_message, compressor* inflater = nullptr)
      : base(false, true, std::make_shared<config::con_msg_manager_type>(), rng_), inflater_(inflater) {
    set_max_message_size(max_message);
    m_permessage_deflate.enabled = inflater != nullptr;
    // websocketpp finds out the byte order in its first call, without synchronisation: let one thread do so.
    [[maybe_unused]] static auto const byte_order_is_known = websocketpp::lib::net::_ntohll(0);
  }

  /// Takes the next step of a frame (two bytes, the rest of its header, or payload) off the front of `bytes`,
  /// unmasking it there. Returns 0, or the close code of a fault, which is final.
  std::uint16_t read(std::span<char>& bytes) {
    // No more than the step needs: the length must be known to be good before payload is read.
    auto const step = bytes.first(std::min(bytes.size(), get_bytes_needed()));
    bytes = bytes.subspan(step.size());
    std::error_code fault;
    consume(reinterpret_cast<std::uint8_t*>(step.data()), step.size(), fault);
    if (length_has_top_bit() || compresses_continuation()) return websocketpp::close::status::protocol_error;
    if (fault) return close_code(fault);
    hide_compressed_text();
    if (!ready()) return 0;
    if (m_current_msg->msg_ptr->get_compressed()) return inflate(*m_current_msg->msg_ptr);
    return m_current_msg->validator.complete() ? std::uint16_t{0}
                                               : websocketpp::close::status::invalid_payload;
  }

  /// The message or control frame that the last step completed, or null. Its payload may be changed.
  using base::get_message;

  /// Is this between two messages, so that nothing is lost with this object?
  bool idle() const { return m_state == HEADER_BASIC && m_bytes_needed == 2 && !m_data_msg.msg_ptr; }

private:
  // RFC 6455, 5.2: of a length of 64 bits, "the most significant bit MUST be 0".
  bool length_has_top_bit() const {
    bool const has_64_bits = get_basic_size(m_basic_header) == websocketpp::frame::payload_size_code_64bit;
    return has_64_bits && (m_extended_header.bytes[0] & 0x80) != 0;
  }

  // RFC 7692, 6.1: the bit stands on the first fragment only.
  bool compresses_continuation() const {
    return get_rsv1(m_basic_header) && get_opcode(m_basic_header) == websocketpp::frame::opcode::continuation;
  }

  // What is still compressed is not UTF-8, and must not be checked as if it were.
  void hide_compressed_text() {
    auto const& message = m_data_msg.msg_ptr;
    if (!message || !message->get_compressed()) return;
    if (message->get_opcode() != websocketpp::frame::opcode::text) return;
    message->set_opcode(websocketpp::frame::opcode::binary);
    hides_text_ = true;
  }

  // RFC 7692 names no close code for data that cannot be inflated: 1007 is what is sent for content that is
  // not what it should be, and what the reference sends.
  std::uint16_t inflate(config::message_type& message) {
    std::string inflated;
    switch (inflater_->inflate(message.get_payload(), m_max_message_size, inflated)) {
      case inflation::done: break;
      case inflation::corrupt: return websocketpp::close::status::invalid_payload;
      case inflation::too_large: return websocketpp::close::status::message_too_big;
    }
    if (std::exchange(hides_text_, false)) {
      if (!meta::is_utf8(inflated)) return websocketpp::close::status::invalid_payload;
      message.set_opcode(websocketpp::frame::opcode::text);
    }
    message.get_raw_payload().swap(inflated);
    return 0;
  }

  // websocketpp's own `to_ws` takes a length that is not minimal for a fault of the server.
  static std::uint16_t close_code(std::error_code fault) {
    namespace error = websocketpp::processor::error;
    namespace status = websocketpp::close::status;
    switch (fault.value()) {
      case error::invalid_utf8: return status::invalid_payload;
      case error::message_too_big:
      case error::requires_64bit: return status::message_too_big;
      default: return status::protocol_error;
    }
  }

  config::rng_type rng_;
  compressor* inflater_;
  bool hides_text_ = false;
};

}  // namespace socketiopp::transport::websocket
