// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/json/msgpack.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/packet.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// The parser of clients with the npm package socket.io-msgpack-parser (F-221): each packet is one binary
/// message, a MessagePack map `{type, data, nsp, id}`, with binary data in place.
///
/// Needs msgpack-cxx (Debian's libmsgpack-cxx-dev): `struct mine : sio::default_policies { using parser =
/// sio::parser::msgpack; };`
namespace socketiopp::parser {

/// The policy. The JSON library has no part in it.
struct msgpack {
  class any_format;
  template <class> using format = any_format;
};

class msgpack::any_format {
public:
  using codec = json::msgpack;
  using view = codec::view;
  using document = codec::document;

  /// A message is a packet: there is nothing to keep.
  class decoder {
  public:
    template <class Deliver>
    std::optional<fault> on_text(std::span<char>, document&, std::uint32_t, Deliver) {
      return fault{"a text message: this server speaks MessagePack"};
    }

    /// Reads a packet, whose data is read where it lies. Members that it should not have are ignored.
    template <class Deliver>
    std::optional<fault> on_binary(std::span<std::byte const> message, document& memory, Deliver deliver) {
      if (!memory.parse(reinterpret_cast<char const*>(message.data()), message.size()))
        return fault{"the message is no MessagePack"};
      auto const root = memory.root();
      if (root.kind() != json::kind::object) return fault{"the message is no map"};
      auto const type = root.find("type"), nsp = root.find("nsp"), id = root.find("id");
      auto const kind = type ? type_of(*type) : std::nullopt;
      if (!kind) return fault{"no packet of the protocol"};
      if (!nsp || nsp->kind() != json::kind::string) return fault{"a packet without a namespace"};
      packet<view> whole{
          .type = *kind, .nsp = nsp->string(), .id = {}, .data = root.find("data"), .attachments = {}};
      if (id) {  // W-170
        if (id->kind() != json::kind::integer || id->integer() < 0 ||
            static_cast<std::uint64_t>(id->integer()) > protocol::max_ack_id)
          return fault{"the id of an acknowledgement is no number"};
        whole.id = static_cast<std::uint64_t>(id->integer());
      }
      if (!fits(whole)) return fault{"the data does not fit the packet's type"};
      deliver(whole);
      return std::nullopt;
    }

  private:
    static std::optional<protocol::packet_type> type_of(view number) {
      if (number.kind() != json::kind::integer || number.integer() < 0 || number.integer() > 4)
        return std::nullopt;
      return static_cast<protocol::packet_type>('0' + number.integer());
    }

    static bool fits(packet<view> const& whole) {
      auto const has = [&](json::kind wanted) { return whole.data && whole.data->kind() == wanted; };
      switch (whole.type) {
        case protocol::packet_type::connect: return !whole.data || has(json::kind::object);  // W-153
        case protocol::packet_type::disconnect: return !whole.data;                          // W-164
        case protocol::packet_type::ack: return !whole.data || has(json::kind::array);       // W-171
        default: return has(json::kind::array);                                              // W-166
      }
    }
  };

  template <class... Values> static outgoing encode(protocol::packet_type type, std::string_view nsp,
                                                    std::optional<std::uint64_t> id, std::uint64_t offset,
                                                    Values const&... values) {
    return {packet_of(type, nsp, id,
                      [&](auto& writer) {
                        json::write_context no_attachments;
                        write_values(writer, no_attachments, offset, values...);
                      }),
            {}};
  }

  /// The packets of `text::format`, which says what they are.
  static engine::shared_packet connected(std::string_view nsp, std::string_view sid, std::string_view pid) {
    return packet_of(protocol::packet_type::connect, nsp, std::nullopt,
                     [&](auto& writer) { write_grant(writer, sid, pid); });
  }
  static engine::shared_packet connect_error(std::string_view nsp, std::string_view message,
                                             json::value const* data) {
    return packet_of(protocol::packet_type::connect_error, nsp, std::nullopt,
                     [&](auto& writer) { write_refusal(writer, message, data); });
  }
  static engine::shared_packet disconnected(std::string_view nsp) {
    return packet_of(protocol::packet_type::disconnect, nsp, std::nullopt, nullptr);
  }
  static engine::shared_packet connected_v2(std::string_view nsp) {
    return packet_of(protocol::packet_type::connect, nsp, std::nullopt, nullptr);
  }
  static engine::shared_packet connect_error_v2(std::string_view nsp, std::string_view message) {
    return packet_of(protocol::packet_type::connect_error, nsp, std::nullopt,
                     [&](auto& writer) { writer.string(message); });
  }

private:
  /// `write(writer)` writes the data; null: there is none.
  template <class Write>
  static engine::shared_packet packet_of(protocol::packet_type type, std::string_view nsp,
                                         std::optional<std::uint64_t> id, Write write) {
    constexpr bool has_data = !std::is_null_pointer_v<Write>;
    std::string message;
    codec::writer<std::string> writer(message);
    writer.begin_object(std::size_t{2} + has_data + id.has_value());
    writer.key("type");
    writer.integer(static_cast<char>(type) - '0');
    if constexpr (has_data) {
      writer.key("data");
      write(writer);
    }
    writer.key("nsp");
    writer.string(nsp);
    if (id) {
      writer.key("id");
      writer.natural(*id);
    }
    writer.end_object();
    return engine::binary_message(std::as_bytes(std::span(message)));
  }
};

}  // namespace socketiopp::parser
