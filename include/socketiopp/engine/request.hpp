// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/refusal.hpp>
#include <socketiopp/protocol/query.hpp>

/// What an HTTP request asks of the Engine.IO endpoint, and whether it may (tests/wire_rules.md).
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
  dialect speaks{};
  std::optional<engine::id> session = std::nullopt;  ///< of whom, for `poll`, `post` and `probe`
};

/// Judges a request by itself, in the reference's order. `dialect_of` tells the dialect of the session of an
/// id; nothing if there is none. What only the session can tell (its transport, its pending requests) is the
/// session's to judge.
template <class DialectOf> verdict judge(request const& asked, options const& options, DialectOf dialect_of) {
  auto const refused = [](refusal why) { return verdict{.refused = why}; };

  auto const transport = protocol::query_value(asked.query, "transport");
  auto const polling = transport == "polling" && options.polling;
  auto const websocket = transport == "websocket" && options.websocket;
  if (!polling && !websocket) return refused(refusal::unknown_transport);
  if (!asked.origin_valid) return refused(refusal::invalid_origin);

  auto const sid = protocol::query_value(asked.query, "sid");
  auto const speaks = dialect::of(asked.query, options.allow_eio3);
  if (sid && !sid->empty()) {
    auto const session = id::from(*sid);
    auto const spoken = session ? dialect_of(*session) : std::nullopt;
    if (!spoken) return refused(refusal::unknown_session);
    if (!speaks || speaks->v3 != spoken->v3) return refused(refusal::protocol_mismatch);  // W-008
    if (asked.upgrade != websocket) return refused(refusal::transport_mismatch);          // W-007, W-016
    if (asked.upgrade && asked.method != "GET") return refused(refusal::bad_handshake_method);
    if (asked.upgrade) return {.wants = wish::probe, .speaks = *speaks, .session = session};
    if (asked.method == "GET") return {.wants = wish::poll, .speaks = *speaks, .session = session};
    if (asked.method == "POST") return {.wants = wish::post, .speaks = *speaks, .session = session};
    return refused(refusal::bad_session_method);
  }
  if (asked.method != "GET") return refused(refusal::bad_handshake_method);
  if (asked.upgrade != websocket) return refused(refusal::websocket_expected);  // W-006, W-016
  if (!speaks) return refused(refusal::unsupported_protocol);
  return {.wants = websocket ? wish::open_websocket : wish::open_polling, .speaks = *speaks};
}

}  // namespace socketiopp::engine
