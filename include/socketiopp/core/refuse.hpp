// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>

#include <socketiopp/engine/admission.hpp>
#include <socketiopp/json/holds_binary.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/write.hpp>

/// Refusals that say more than a message.
namespace socketiopp {

/// Turns a client away from a namespace: its `connect_error` has the message, and the payload as its `data`
/// (F-171). Throws `std::system_error` (`errc::not_representable`) if that has no JSON form.
template <class T> admission refuse(std::string message, T const& data) {
  constexpr bool is_payload = json::writable<T>;
  static_assert(is_payload, "socketiopp: refuse: the data is no payload: see json/shape.hpp");
  std::string text;
  if constexpr (is_payload) {
    static_assert(!json::can_hold_binary<T>(), "socketiopp: refuse: a connect_error carries no binary data");
    json::text_writer<std::string> writer(text);
    json::write_context no_attachments;
    json::write(writer, data, no_attachments);
  }
  return admission(std::move(message), std::move(text));
}

}  // namespace socketiopp
