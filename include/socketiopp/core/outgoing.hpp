// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// Socket.IO packets on their way out: values in, shared packets out, encoded once for all receivers.
namespace socketiopp::core {

/// How a packet is to be sent.
struct delivery {
  bool is_volatile = false;  ///< dropped for clients for whom it would have to wait (F-143)
  bool compress = true;      ///< compressed where that is agreed on (F-144)
};

/// A packet and the binary messages that follow it.
struct outgoing {
  engine::shared_packet packet;
  std::vector<engine::shared_packet> attachments;
  bool is_volatile = false;

  /// The same, to be sent so. Nobody else has a share of it yet.
  outgoing with(delivery how) && {
    is_volatile = how.is_volatile;
    packet.compress(how.compress);
    for (auto& attachment : attachments) attachment.compress(how.compress);
    return std::move(*this);
  }
};

namespace detail {

/// `arguments` stand for several values, everything else for one.
template <class Writer, class T>
void write_elements(Writer& out, T const& value, json::write_context& context) {
  if constexpr (std::is_same_v<T, arguments>)
    for (auto const& one : value) json::write(out, one, context);
  else
    json::write(out, value, context);
}

template <class Json, class Out, class... Values>
void write_array(Out& out, json::write_context& context, Values const&... values) {
  typename Json::template writer<Out> writer(out);
  writer.begin_array();
  (write_elements(writer, values, context), ...);
  writer.end_array();
}

}  // namespace detail

/// An event or an acknowledgement: `type` is `event` or `ack`, and becomes its binary form where a value
/// holds binary data. Whether one can is known at compile time, so that others pay nothing for it. Throws
/// `std::system_error` with `errc::not_representable` if a value has no JSON form.
template <class Json, class... Values> outgoing encode(protocol::packet_type type, std::string_view nsp,
                                                       std::optional<std::uint64_t> id,
                                                       Values const&... values) {
  json::write_context context;
  engine::packet_builder builder;
  builder.push_back('4');
  if constexpr (!(json::can_hold_binary<Values>() || ...)) {
    protocol::write_head(builder, type, 0, nsp, id);
    detail::write_array<Json>(builder, context, values...);
    return {std::move(builder).text(), {}};
  } else {
    std::string text;  // the number of attachments stands in front of it, and is known only afterwards
    detail::write_array<Json>(text, context, values...);
    outgoing made;
    if (!context.attachments.empty())
      type = type == protocol::packet_type::event ? protocol::packet_type::binary_event
                                                  : protocol::packet_type::binary_ack;
    protocol::write_head(builder, type, static_cast<std::uint32_t>(context.attachments.size()), nsp, id);
    builder.append(text);
    made.packet = std::move(builder).text();
    for (auto const bytes : context.attachments) made.attachments.push_back(engine::binary_message(bytes));
    return made;
  }
}

/// An event, whose name is not reserved (W-167); `id` asks for its acknowledgement.
template <class Json, class... Values> outgoing encode_event(std::string_view nsp,
                                                             std::optional<std::uint64_t> id,
                                                             std::string_view name, Values const&... values) {
  assert(!protocol::is_reserved_event(name) && "clients take this name for a fault of the server");
  return encode<Json>(protocol::packet_type::event, nsp, id, name, values...);
}

/// An acknowledgement; a tuple is several values.
template <class Json, class R> outgoing encode_ack(std::string_view nsp, std::uint64_t id, R const& value) {
  return encode<Json>(protocol::packet_type::ack, nsp, id, value);
}
template <class Json, class... R>
outgoing encode_ack(std::string_view nsp, std::uint64_t id, std::tuple<R...> const& values) {
  return std::apply(
      [&](R const&... each) { return encode<Json>(protocol::packet_type::ack, nsp, id, each...); }, values);
}

namespace detail {

/// A text packet's builder, with its head written.
inline void begin_packet(engine::packet_builder& builder, protocol::packet_type type, std::string_view nsp) {
  builder.push_back('4');
  protocol::write_head(builder, type, 0, nsp, std::nullopt);
}

}  // namespace detail

/// The packet that grants a namespace (W-150).
inline engine::shared_packet connected_packet(std::string_view nsp, std::string_view sid) {
  engine::packet_builder builder;
  detail::begin_packet(builder, protocol::packet_type::connect, nsp);
  builder.append(R"({"sid":")");
  builder.append(sid);
  builder.append(R"("})");
  return std::move(builder).text();
}

/// The same for clients of v2, which know their ids (W-192).
inline engine::shared_packet connected_packet_v2(std::string_view nsp) {
  engine::packet_builder builder;
  detail::begin_packet(builder, protocol::packet_type::connect, nsp);
  return std::move(builder).text();
}

/// The packet that refuses a namespace (W-155, W-161).
template <class Json>
engine::shared_packet connect_error_packet(std::string_view nsp, std::string_view message) {
  engine::packet_builder builder;
  detail::begin_packet(builder, protocol::packet_type::connect_error, nsp);
  typename Json::template writer<engine::packet_builder> writer(builder);
  writer.begin_object();
  writer.key("message");
  writer.string(message);
  writer.end_object();
  return std::move(builder).text();
}

/// The same for clients of v2: the message alone (W-192).
template <class Json>
engine::shared_packet connect_error_packet_v2(std::string_view nsp, std::string_view message) {
  engine::packet_builder builder;
  detail::begin_packet(builder, protocol::packet_type::connect_error, nsp);
  typename Json::template writer<engine::packet_builder> writer(builder);
  writer.string(message);
  return std::move(builder).text();
}

/// The packet that ends a socket (W-130).
inline engine::shared_packet disconnect_packet(std::string_view nsp) {
  engine::packet_builder builder;
  detail::begin_packet(builder, protocol::packet_type::disconnect, nsp);
  return std::move(builder).text();
}

}  // namespace socketiopp::core
