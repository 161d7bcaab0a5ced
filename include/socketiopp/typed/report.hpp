// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/typed/values.hpp>

/// What goes to `on_error`, and what comes of an acknowledgement after that.
namespace socketiopp::detail {

/// Runs what the program gave; what it throws goes to `on_error`.
template <class Policies, class F>
void guarded(core::socket<Policies>& about, std::string_view event, F&& run) {
  try {
    run();
  } catch (...) {
    about.of().calls().report(about, handler_failure(event, std::current_exception()));
  }
}

/// Tells `on_error` what is wrong with an event.
template <class Policies> void tell(core::socket<Policies>& about, std::string_view event, errc code,
                                    std::string const& path, std::string const& message) {
  about.of().calls().report(
      about, {.event = event, .code = code, .path = path, .message = message, .exception = nullptr});
}

/// Reads what a client has acknowledged an event with, which is null if there is an error already. What is
/// wrong with it goes to `on_error`, and the value is a neutral one.
template <class R, class Policies> std::error_code read_ack(core::socket<Policies>& from,
                                                            std::string_view event, std::error_code error,
                                                            core::incoming<Policies> const* answer, R& into) {
  if (!answer) return error;
  bool good = false;
  guarded(from, event, [&] {
    auto const wrong = decode_ack(*answer, into);
    good = !wrong;
    if (wrong) tell(from, event, errc::payload_mismatch, wrong->path, wrong->reason);
  });
  if (good) return {};
  into = R{};
  return errc::payload_mismatch;
}

}  // namespace socketiopp::detail
