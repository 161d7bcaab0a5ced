// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Requests that are turned away, and what they are told (W-003 to W-016).
namespace socketiopp::engine {

/// The answer to an HTTP request, without what every answer has (length, CORS).
struct answer {
  int status;
  std::string_view content_type;  ///< empty: none
  std::string body;
  bool cacheable = true;  ///< false: `Cache-Control: no-store`
  bool compress = true;   ///< whether it may be compressed
};

/// Why a request is turned away.
enum class refusal : std::uint8_t {
  none,
  unknown_transport,
  unknown_session,
  bad_handshake_method,
  invalid_origin,
  transport_mismatch,
  protocol_mismatch,
  websocket_expected,  ///< `transport=websocket` without an upgrade, or the reverse
  id_generation,
  middleware,
  forbidden,
  unsupported_protocol,
  bad_session_method,  ///< a session's request that is neither GET nor POST; an empty answer (W-020)
  shutting_down,
};

/// A refusal in the terms of the reference: its `connection_error` has the last three.
struct explanation {
  int status;
  int code;
  std::string_view message;
  std::string_view context;  ///< what the message leaves open
};

namespace detail {

constexpr explanation usual_explanation(refusal why) {
  switch (why) {
    case refusal::unknown_transport: return {400, 0, "Transport unknown", ""};
    case refusal::unknown_session: return {400, 1, "Session ID unknown", ""};
    case refusal::bad_handshake_method: return {400, 2, "Bad handshake method", ""};
    case refusal::invalid_origin: return {400, 3, "Bad request", "INVALID_ORIGIN"};
    case refusal::transport_mismatch: return {400, 3, "Bad request", "TRANSPORT_MISMATCH"};
    case refusal::protocol_mismatch: return {400, 3, "Bad request", "PROTOCOL_MISMATCH"};
    case refusal::websocket_expected: return {400, 3, "Bad request", "TRANSPORT_HANDSHAKE_ERROR"};
    case refusal::id_generation: return {400, 3, "Bad request", "ID_GENERATION_ERROR"};
    case refusal::middleware: return {400, 3, "Bad request", "MIDDLEWARE_FAILURE"};
    case refusal::forbidden: return {403, 4, "Forbidden", ""};
    case refusal::unsupported_protocol: return {400, 5, "Unsupported protocol version", ""};
    case refusal::shutting_down: return {503, 3, "Bad request", "SHUTTING_DOWN"};
    case refusal::none:
    case refusal::bad_session_method: break;
  }
  return {500, 3, "Bad request", "METHOD"};
}

}  // namespace detail

/// Explains a refusal. A `message` takes the place of the usual one.
constexpr explanation explain(refusal why, std::string_view message = {}) {
  auto explained = detail::usual_explanation(why);
  if (!message.empty()) explained.message = message;
  return explained;
}

/// The answer that refuses a request: `{"code":N,"message":"..."}`.
inline answer refuse(refusal why, std::string_view message = {}) {
  if (why == refusal::bad_session_method) return {500, "", ""};
  auto const known = explain(why, message);
  auto body = R"({"code":)" + std::to_string(known.code) + R"(,"message":")";
  for (char const c : known.message) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x20)
      body.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    else
      body.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
  }
  return {known.status, "application/json", body + "\"}"};
}

}  // namespace socketiopp::engine
