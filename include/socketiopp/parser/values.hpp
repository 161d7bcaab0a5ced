// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// What every parser writes: the values of events and acknowledgements.
namespace socketiopp::parser {

namespace detail {

/// `arguments` stand for several values, everything else for one.
template <class T> std::size_t count_of(T const& value) {
  if constexpr (std::is_same_v<T, arguments>)
    return value.size();
  else
    return 1;
}

template <class Writer, class T> void write_one(Writer& out, T const& value, json::write_context& context) {
  if constexpr (std::is_same_v<T, arguments>)
    for (auto const& one : value) json::write(out, one, context);
  else
    json::write(out, value, context);
}

}  // namespace detail

/// Writes the array of the values, and at its end, where there is one, the offset at which a client that
/// comes back wants to go on (W-184).
template <class Writer, class... Values>
void write_values(Writer& out, json::write_context& context, std::uint64_t offset, Values const&... values) {
  out.begin_array((std::size_t{offset != 0} + ... + detail::count_of(values)));
  (detail::write_one(out, values, context), ...);
  if (offset != 0) out.string(std::to_string(offset));
  out.end_array();
}

/// Writes what grants a namespace: the socket's id, and what its client shows to be recognised, if there is
/// such a thing (W-150, W-184).
template <class Writer> void write_grant(Writer& out, std::string_view sid, std::string_view pid) {
  out.begin_object(pid.empty() ? 1 : 2);
  out.key("sid");
  out.string(sid);
  if (!pid.empty()) {
    out.key("pid");
    out.string(pid);
  }
  out.end_object();
}

/// Writes why a namespace is refused (W-155, W-161). Without data the client sees none.
template <class Writer> void write_refusal(Writer& out, std::string_view message, json::value const* data) {
  out.begin_object(data ? 2 : 1);
  out.key("message");
  out.string(message);
  if (data) {
    out.key("data");
    json::write_context no_attachments;
    json::write(out, *data, no_attachments);
  }
  out.end_object();
}

/// An event, whose name is not reserved (W-167), that nobody acknowledges. For `offset` see `write_values`.
template <class Format, class... Values> outgoing encode_event_at(std::string_view nsp, std::uint64_t offset,
                                                                  std::string_view name,
                                                                  Values const&... values) {
  assert(!protocol::is_reserved_event(name) && "clients take this name for a fault of the server");
  auto made = Format::encode(protocol::packet_type::event, nsp, std::nullopt, offset, name, values...);
  made.offset = offset;
  return made;
}

/// An event, whose name is not reserved; `id` asks for its acknowledgement.
template <class Format, class... Values>
outgoing encode_event(std::string_view nsp, std::optional<std::uint64_t> id, std::string_view name,
                      Values const&... values) {
  assert(!protocol::is_reserved_event(name) && "clients take this name for a fault of the server");
  return Format::encode(protocol::packet_type::event, nsp, id, 0, name, values...);
}

/// An acknowledgement; a tuple is several values.
template <class Format, class R> outgoing encode_ack(std::string_view nsp, std::uint64_t id, R const& value) {
  return Format::encode(protocol::packet_type::ack, nsp, id, 0, value);
}
template <class Format, class... R>
outgoing encode_ack(std::string_view nsp, std::uint64_t id, std::tuple<R...> const& values) {
  return std::apply(
      [&](R const&... each) { return Format::encode(protocol::packet_type::ack, nsp, id, 0, each...); },
      values);
}

}  // namespace socketiopp::parser
