// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>

#include <websocketpp/close.hpp>
#include <websocketpp/common/network.hpp>
#include <websocketpp/extensions/permessage_deflate/disabled.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/http/request.hpp>
#include <websocketpp/http/response.hpp>
#include <websocketpp/message_buffer/alloc.hpp>
#include <websocketpp/message_buffer/message.hpp>
#include <websocketpp/processors/base.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/random/none.hpp>

/// What is used of websocketpp: its RFC 6455 processor `hybi13`, with a config of our own.
namespace socketiopp::transport::websocket {

/// The types and constants that `hybi13` asks of its config.
struct config {
  using request_type = websocketpp::http::parser::request;
  using response_type = websocketpp::http::parser::response;
  using message_type =
      websocketpp::message_buffer::message<websocketpp::message_buffer::alloc::con_msg_manager>;
  using con_msg_manager_type = websocketpp::message_buffer::alloc::con_msg_manager<message_type>;
  using rng_type = websocketpp::random::none::int_generator<std::uint32_t>;  // a server masks nothing
  /// Compression would be another type here.
  using permessage_deflate_type = websocketpp::extensions::permessage_deflate::disabled<config>;

  static constexpr bool enable_extensions = false;
  static constexpr std::size_t max_message_size = 1'000'000;  // each `processor` sets its own
};

/// `hybi13` as a server's reader of frames, with what it lets pass mended: text that ends within a character
/// in its last fragment, and lengths of 2^63 and more, which overflow its sum over the fragments.
class processor : private websocketpp::processor::hybi13<config> {
  using base = websocketpp::processor::hybi13<config>;

public:
  /// Reads messages of at most `max_message` bytes.
  explicit processor(std::size_t max_message)
      : base(false, true, std::make_shared<config::con_msg_manager_type>(), rng_) {
    set_max_message_size(max_message);
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
    if (length_has_top_bit()) return websocketpp::close::status::protocol_error;
    if (ready() && !m_current_msg->validator.complete()) return websocketpp::close::status::invalid_payload;
    return fault ? close_code(fault) : std::uint16_t{0};
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
};

}  // namespace socketiopp::transport::websocket
