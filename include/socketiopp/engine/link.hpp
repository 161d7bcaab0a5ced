// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <socketiopp/engine/shared_packet.hpp>

/// What a session needs of the connections that carry it.
namespace socketiopp::engine {

/// The answer to an HTTP request, without what every answer has (length, CORS).
struct answer {
  int status;
  std::string_view content_type;  ///< empty: none
  std::string body;
  bool cacheable = true;  ///< false: `Cache-Control: no-store`
};

/// The error answers of the handshake, `{"code":N,"message":"..."}` (W-003 to W-014).
enum class refusal : std::uint8_t {
  none,
  unknown_transport,
  unknown_session,
  bad_handshake_method,
  bad_request,
  forbidden,
  unsupported_protocol,
  bad_session_method,  ///< a session's request that is neither GET nor POST; answered with 500 (W-020)
};

/// The answer that refuses a request.
inline answer refuse(refusal why) {
  auto const error = [](int status, std::string_view body) {
    return answer{status, "application/json", std::string(body)};
  };
  switch (why) {
    case refusal::unknown_transport: return error(400, R"({"code":0,"message":"Transport unknown"})");
    case refusal::unknown_session: return error(400, R"({"code":1,"message":"Session ID unknown"})");
    case refusal::bad_handshake_method: return error(400, R"({"code":2,"message":"Bad handshake method"})");
    case refusal::bad_request: return error(400, R"({"code":3,"message":"Bad request"})");
    case refusal::forbidden: return error(403, R"({"code":4,"message":"Forbidden"})");
    case refusal::unsupported_protocol:
      return error(400, R"({"code":5,"message":"Unsupported protocol version"})");
    case refusal::none:
    case refusal::bad_session_method: break;
  }
  return {500, "", ""};
}

/// A connection as its session sees it: a request that waits for its answer, or an open WebSocket. A link
/// outlives its part in a session: it tells the session when it is lost, and the session tells it when it
/// is let go.
class link {
public:
  /// Answers the waiting request; it is over then.
  virtual void respond(answer const& what) = 0;

  /// WebSocket: takes all packets and sends their frames in order.
  virtual void send(std::vector<shared_packet>& packets) = 0;

  /// WebSocket: whether what was sent before has left. If not, `session::writable` follows.
  virtual bool writable() const = 0;

  /// WebSocket: sends a close frame after everything sent before, then ends the connection.
  virtual void close() = 0;

  /// Cuts the connection at once.
  virtual void cut() = 0;

protected:
  ~link() = default;
};

}  // namespace socketiopp::engine
