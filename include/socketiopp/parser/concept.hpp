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
/// model that documents it is `text`.
namespace socketiopp::parser {

/// Reads the messages of one connection. Each call is given the shard's memory, whose views live until the
/// next message, and calls `deliver(packet<View> const&)` if the message makes a packet whole; or it answers
/// what is wrong, which ends the connection (W-181).
template <class D, class Format>
concept decoder = std::default_initializable<D> &&
    requires(D decoder, std::span<char> text, std::span<std::byte const> bytes,
             typename Format::document& memory, std::uint32_t max_attachments,
             void (*deliver)(packet<typename Format::view> const&)) {
  { decoder.on_text(text, memory, max_attachments, deliver) } -> std::same_as<std::optional<fault>>;
  { decoder.on_binary(bytes, memory, deliver) } -> std::same_as<std::optional<fault>>;
};

/// How one parser does it over one codec: what `Parser::format<Json>` is.
///
/// `encode` makes an event or an acknowledgement of values, which `write_values` writes; the others make the
/// packets about a socket itself: granted (with `pid` if that is not empty), refused (with `data` if there is
/// any), ended, and the first two for clients of v2.
template <class F>
concept format = json::codec<typename F::codec> && decoder<typename F::decoder, F> &&
    std::same_as<typename F::view, typename F::codec::view> &&
    std::same_as<typename F::document, typename F::codec::document> &&
    requires(protocol::packet_type type, std::string_view text, std::optional<std::uint64_t> id,
             std::uint64_t offset, json::value const* data) {
  { F::encode(type, text, id, offset, text, 1, true) } -> std::same_as<outgoing>;
  { F::connected(text, text, text) } -> std::same_as<engine::shared_packet>;
  { F::connect_error(text, text, data) } -> std::same_as<engine::shared_packet>;
  { F::disconnected(text) } -> std::same_as<engine::shared_packet>;
  { F::connected_v2(text) } -> std::same_as<engine::shared_packet>;
  { F::connect_error_v2(text, text) } -> std::same_as<engine::shared_packet>;
};

/// The policy.
template <class P, class Json>
concept policy = format<typename P::template format<Json>>;

}  // namespace socketiopp::parser
