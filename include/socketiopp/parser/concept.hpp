// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/packet.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// What the library asks of a parser: how the packets of Socket.IO become Engine.IO messages and back. The
/// model that documents it is `text`; parser/values.hpp writes what is the same for all.
namespace socketiopp::parser {

/// Reads the messages of one connection, which come without what Engine.IO puts in front of them. A text may
/// be changed, and so may the one character after it if it is put back: data can be parsed where it lies.
/// `memory` is the shard's, and other connections use it before the next message comes; what a packet whose
/// attachments are still to come needs is copied.
///
/// A message that makes a packet whole is answered with one call of `deliver(packet<View> const&)`. Whatever
/// that does, the decoder lives until its message is done. A message that does not belong there is answered
/// with what is wrong, which ends the connection (W-181). That is for the decoder to find:
///
/// - what is no packet, or has a type, an id or data that cannot be read; strings are UTF-8
/// - a `connect` whose data is no object (W-153)
/// - a message of the other kind than the one that is awaited (W-180)
/// - more than `max_attachments`, as soon as they are announced
/// - placeholders for which `json::placeholders_fit` is false (W-177); else short packets fill the memory
///
/// Whether clients may send such packets now, and whether an event is an array with a name, the library
/// finds. A decoder reads events that `encode` made, too: so does `on_any_outgoing`, and so do adapters.
template <class D, class Format>
concept decoder = std::default_initializable<D> &&
    requires(D decoder, std::span<char> text, std::span<std::byte const> bytes,
             typename Format::document& memory, std::uint32_t max_attachments,
             void (*deliver)(packet<typename Format::view> const&)) {
  { decoder.on_text(text, memory, max_attachments, deliver) } -> std::same_as<std::optional<fault>>;
  { decoder.on_binary(bytes, memory, deliver) } -> std::same_as<std::optional<fault>>;
};

/// How one parser does it over one codec: what `Parser::format<Json>` is. Its own `codec` is `Json`, or what
/// takes its place where packets are no JSON.
///
/// `encode` makes an event, whose first value is its name, or an acknowledgement, of any payloads. Its data
/// is what `write_values` writes with the codec's writer; `context.attachments` follow it, which refer to the
/// values. What the writer throws reaches who sends. Of `outgoing` it sets the packet and its attachments;
/// the rest is set by others. The other functions make the packets about a socket: its client is let in,
/// refused or disconnected.
///
/// Text packets begin with the `4` of Engine.IO's messages (`engine::text_message` puts it there), binary
/// ones do not.
template <class F>
concept format = json::codec<typename F::codec> && decoder<typename F::decoder, F> &&
    std::same_as<typename F::view, typename F::codec::view> &&
    std::same_as<typename F::document, typename F::codec::document> &&
    requires(protocol::packet_type type, std::string_view nsp, std::optional<std::uint64_t> id,
             std::uint64_t offset, std::string_view name, std::string_view sid, std::string_view pid,
             std::string_view message, json::value const* data) {
  { F::encode(type, nsp, id, offset, name, 1, true) } -> std::same_as<outgoing>;
  { F::connected(nsp, sid, pid) } -> std::same_as<engine::shared_packet>;           // see `write_grant`
  { F::connect_error(nsp, message, data) } -> std::same_as<engine::shared_packet>;  // see `write_refusal`
  { F::disconnected(nsp) } -> std::same_as<engine::shared_packet>;
  // What clients of v2 get in place of the first two: they know their ids, and are told the message alone.
  { F::connected_v2(nsp) } -> std::same_as<engine::shared_packet>;
  { F::connect_error_v2(nsp, message) } -> std::same_as<engine::shared_packet>;
};

/// The policy: a format for each codec that it is used with.
template <class P, class Json>
concept policy = json::codec<Json> && format<typename P::template format<Json>>;

/// Whether a parser and a codec are known to fit. To look costs every file with handlers compile time, so
/// that the library looks at its own default in the file with the server only.
template <class P, class Json> inline constexpr bool known_to_fit = false;

template <class P, class Json>
concept fits = known_to_fit<P, Json> || policy<P, Json>;

}  // namespace socketiopp::parser
