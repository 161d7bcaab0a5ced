// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/protocol/query.hpp>

/// What an HTTP request asks of the Engine.IO endpoint, and whether it may (wire rules 2.1).
namespace socketiopp::engine {

/// The facts of a request to the endpoint's path.
struct request {
  std::string_view method;
  std::string_view query;    ///< raw, without the question mark
  bool upgrade = false;      ///< asks for a WebSocket
  bool origin_valid = true;  ///< false: the Origin header has characters that no origin has (W-009)
};

/// What a request that is let in wants.
enum class wish : std::uint8_t {
  open_polling,    ///< GET without session id
  open_websocket,  ///< WebSocket without session id
  poll,            ///< GET of a session
  post,            ///< POST of a session
  probe,           ///< WebSocket of a session
};

/// A request, understood.
struct verdict {
  refusal refused = refusal::none;
  wish wants{};
  std::optional<engine::id> session = std::nullopt;  ///< of whom, for `poll`, `post` and `probe`
};

/// Judges a request by itself, in the reference's order. `known` tells whether a session of that id is there.
/// What only the session can tell (its transport, its pending requests) is the session's to judge.
template <class Known> verdict judge(request const& asked, options const& options, Known known) {
  auto const refused = [](refusal why) { return verdict{.refused = why}; };

  auto const transport = protocol::query_value(asked.query, "transport");
  auto const polling = transport == "polling" && options.polling;
  auto const websocket = transport == "websocket" && options.websocket;
  if (!polling && !websocket) return refused(refusal::unknown_transport);
  if (!asked.origin_valid) return refused(refusal::bad_request);

  auto const sid = protocol::query_value(asked.query, "sid");
  auto const version = protocol::query_value(asked.query, "EIO");
  if (sid && !sid->empty()) {
    auto const session = id::from(*sid);
    if (!session || !known(*session)) return refused(refusal::unknown_session);
    if (version != "4") return refused(refusal::bad_request);              // W-008
    if (asked.upgrade != websocket) return refused(refusal::bad_request);  // W-007, W-016
    if (asked.upgrade && asked.method != "GET") return refused(refusal::bad_handshake_method);
    if (asked.upgrade) return {.wants = wish::probe, .session = session};
    if (asked.method == "GET") return {.wants = wish::poll, .session = session};
    if (asked.method == "POST") return {.wants = wish::post, .session = session};
    return refused(refusal::bad_session_method);
  }
  if (asked.method != "GET") return refused(refusal::bad_handshake_method);
  if (asked.upgrade != websocket) return refused(refusal::bad_request);  // W-006, W-016
  if (version != "4") return refused(refusal::unsupported_protocol);
  return {.wants = websocket ? wish::open_websocket : wish::open_polling};
}

}  // namespace socketiopp::engine
