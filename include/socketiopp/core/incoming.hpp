// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// What arrives for a socket: events, acknowledgements, and faults.
namespace socketiopp {

/// What went wrong with an event, for `on_error`. The views live as long as the call.
struct event_error {
  std::string_view event;  ///< the event's name; empty if it has none
  std::error_code code;  ///< `errc::payload_mismatch`, `handler_failed`, `malformed_packet`, `slow_consumer`
  std::string path;      ///< where in the arguments, such as `[0].user.age`; empty if nowhere
  std::string message;   ///< what was wanted and what was found, or what the exception said
  std::exception_ptr exception;  ///< what the handler threw, if it did
};

namespace detail {

/// The report of what a handler threw.
inline event_error handler_failure(std::string_view event, std::exception_ptr const& thrown) {
  event_error what{
      .event = event, .code = errc::handler_failed, .path = {}, .message = {}, .exception = thrown};
  try {
    std::rethrow_exception(thrown);
  } catch (std::exception const& error) {
    what.message = error.what();
  } catch (...) {
    what.message = "an exception of an unknown type";
  }
  return what;
}

}  // namespace detail

namespace core {

/// The arguments of an event or an acknowledgement, as they came. Everything is gone after the call.
template <class Policies> struct incoming {
  std::string_view name;    ///< of the event; empty for an acknowledgement
  view_of<Policies> array;  ///< the packet's whole array
  std::size_t first = 0;    ///< where in it the arguments start
  std::span<std::span<std::byte const> const> attachments{};
  std::optional<std::uint64_t> ack_id{};  ///< under which the sender awaits an acknowledgement
};

/// Called with what a client has acknowledged; the second argument is null when the first is an error.
template <class Policies> using answer_callback =
    unique_function<void(std::error_code, incoming<Policies> const*)>;

/// Where the acknowledgement ids of questions to many begin, which are the same for all who are asked. Below
/// are those of questions to one socket. Some clients read ids into 32 bits.
inline constexpr std::uint32_t shared_ack_ids = std::uint32_t{1} << 30;

}  // namespace core

}  // namespace socketiopp
