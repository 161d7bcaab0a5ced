// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <system_error>

/// The library's error codes and the conditions that group them.
namespace socketiopp {

/// What can go wrong at run time. Values travel as `std::error_code`; compare them with a `condition` to ask
/// for the kind of a failure instead of the failure itself.
enum class errc {
  disconnected = 1,   ///< the socket went before the operation could end
  no_answer,          ///< an acknowledgement did not come in time
  malformed_packet,   ///< an Engine.IO or Socket.IO packet that no grammar rule allows
  malformed_http,     ///< an HTTP request that is ambiguous or not HTTP/1.1
  malformed_frame,    ///< a WebSocket frame that RFC 6455 forbids
  too_large,          ///< something is longer than the bound set for it
  payload_mismatch,   ///< a payload does not fit the type that its event names
  not_representable,  ///< a value has no JSON form: NaN, an infinity, a string that is not UTF-8
  handler_failed,     ///< a handler ended with an exception
  handshake_refused,  ///< the peer was not let in
  event_refused,      ///< a middleware refused an event
  slow_consumer,      ///< the peer reads too slowly, and what was meant for it has been dropped
};

/// Kinds of failure, each true for several codes.
enum class condition {
  protocol_violation = 1,  ///< the peer broke a wire rule
  refused,                 ///< the peer was turned away
  timed_out,               ///< something did not happen in time
};

namespace detail {

class error_category final : public std::error_category {
public:
  char const* name() const noexcept override { return "socketiopp"; }

  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::disconnected: return "the socket is disconnected";
      case errc::no_answer: return "no acknowledgement came in time";
      case errc::malformed_packet: return "malformed packet";
      case errc::malformed_http: return "malformed HTTP request";
      case errc::malformed_frame: return "malformed WebSocket frame";
      case errc::too_large: return "too large";
      case errc::payload_mismatch: return "the payload does not fit the event";
      case errc::not_representable: return "the value has no JSON form";
      case errc::handler_failed: return "a handler ended with an exception";
      case errc::handshake_refused: return "the handshake was refused";
      case errc::event_refused: return "the event was refused";
      case errc::slow_consumer: return "the peer reads too slowly";
    }
    return "unknown error";
  }

  bool equivalent(int value, std::error_condition const& asked) const noexcept override;
};

class condition_category final : public std::error_category {
public:
  char const* name() const noexcept override { return "socketiopp.condition"; }

  std::string message(int value) const override {
    switch (static_cast<condition>(value)) {
      case condition::protocol_violation: return "protocol violation";
      case condition::refused: return "refused";
      case condition::timed_out: return "timed out";
    }
    return "unknown condition";
  }
};

// Constant objects, not state: a category is an identity, and the standard asks for exactly one of each.
inline constinit error_category const the_error_category{};
inline constinit condition_category const the_condition_category{};

}  // namespace detail

/// The category of `errc`.
inline std::error_category const& error_category() noexcept { return detail::the_error_category; }

/// The category of `condition`.
inline std::error_category const& condition_category() noexcept { return detail::the_condition_category; }

inline std::error_code make_error_code(errc value) noexcept {
  return {static_cast<int>(value), error_category()};
}

inline std::error_condition make_error_condition(condition value) noexcept {
  return {static_cast<int>(value), condition_category()};
}

inline bool detail::error_category::equivalent(int value, std::error_condition const& asked) const noexcept {
  if (asked.category() != socketiopp::condition_category()) return default_error_condition(value) == asked;
  auto const code = static_cast<errc>(value);
  switch (static_cast<condition>(asked.value())) {
    case condition::protocol_violation:
      return code == errc::malformed_packet || code == errc::malformed_http || code == errc::malformed_frame;
    case condition::refused: return code == errc::handshake_refused || code == errc::too_large;
    case condition::timed_out: return code == errc::no_answer;
  }
  return false;
}

}  // namespace socketiopp

template <> struct std::is_error_code_enum<socketiopp::errc> : std::true_type {};
template <> struct std::is_error_condition_enum<socketiopp::condition> : std::true_type {};
