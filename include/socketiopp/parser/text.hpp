// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/holds_binary.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/packet.hpp>
#include <socketiopp/parser/partial_packet.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

/// The parser that every client has: packets are text, binary data follows as attachments (F-222).
namespace socketiopp::parser {

/// The policy. What it does needs to know the JSON library: `format`.
struct text {
  template <class Json> class format;
};

/// The packets of Socket.IO v5, their data written and read by `Json`.
template <class Json> class text::format {
public:
  using codec = Json;
  using view = typename Json::view;
  using document = typename Json::document;

  /// What one connection keeps between its messages: a packet whose attachments are still to come.
  class decoder {
  public:
    /// Reads a text message, whose data is parsed where it lies. Calls `deliver(packet<view> const&)` if
    /// that makes a packet whole, or says what is wrong.
    template <class Deliver> std::optional<fault> on_text(std::span<char> message, document& memory,
                                                          std::uint32_t max_attachments, Deliver deliver) {
      if (partial_) return fault{"a text packet came where an attachment was announced"};  // W-180
      std::string_view const all(message.data(), message.size());
      auto const head = protocol::decode_packet(all, max_attachments);
      if (!head) {
        constexpr auto any = std::numeric_limits<std::uint32_t>::max();
        if (protocol::decode_packet(all, any)) return fault{"too many attachments", true};
        return fault{"no packet of the protocol"};  // W-176
      }
      if (protocol::is_binary(head->type)) {
        partial_ = std::make_unique<partial_packet>(*head);
        return std::nullopt;
      }
      return finish(*head, message.subspan(message.size() - head->data.size()), {}, memory, deliver);
    }

    /// Reads an attachment.
    template <class Deliver>
    std::optional<fault> on_binary(std::span<std::byte const> bytes, document& memory, Deliver deliver) {
      if (!partial_) return fault{"an attachment that no packet announced"};  // W-180
      if (!partial_->add(bytes)) return std::nullopt;
      auto const whole = std::move(partial_);  // the event may bring the next one
      return finish(whole->head(), whole->data(), whole->attachments(), memory, deliver);
    }

  private:
    template <class Deliver>
    static std::optional<fault> finish(protocol::packet const& head, std::span<char> data,
                                       std::span<std::span<std::byte const> const> attachments,
                                       document& memory, Deliver& deliver) {
      parser::packet<view> whole{.type = protocol::without_attachments(head.type),
                                 .nsp = head.nsp,
                                 .id = head.id,
                                 .data = std::nullopt,
                                 .attachments = attachments};
      if (!data.empty()) {
        if (!memory.parse(data.data(), data.size())) return fault{"the data is no JSON"};
        whole.data = memory.root();
        if (!attachments.empty() && !json::placeholders_fit(*whole.data, attachments.size()))
          return fault{"a placeholder names no attachment"};  // W-177
      }
      deliver(whole);
      return std::nullopt;
    }

    std::unique_ptr<partial_packet> partial_;  // rarely there
  };

  /// An event or an acknowledgement, encoded once for all receivers. Its data is the array of the values.
  /// Whether one can hold binary data is known at compile time, so that others pay nothing for it. Throws
  /// `std::system_error` with `errc::not_representable` if a value has no JSON form. For `offset` see
  /// `write_values`.
  template <class... Values> static outgoing encode(protocol::packet_type type, std::string_view nsp,
                                                    std::optional<std::uint64_t> id, std::uint64_t offset,
                                                    Values const&... values) {
    json::write_context context;
    engine::packet_builder builder;
    builder.push_back('4');
    if constexpr (!(json::can_hold_binary<Values>() || ...)) {
      protocol::write_head(builder, type, 0, nsp, id);
      typename Json::template writer<engine::packet_builder> writer(builder);
      write_values(writer, context, offset, values...);
      return {std::move(builder).text(), {}};
    } else {
      std::string data;  // the number of attachments stands in front of it, and is known only afterwards
      typename Json::template writer<std::string> writer(data);
      write_values(writer, context, offset, values...);
      auto const count = static_cast<std::uint32_t>(context.attachments.size());
      protocol::write_head(builder, count == 0 ? type : protocol::with_attachments(type), count, nsp, id);
      builder.append(data);
      outgoing made{std::move(builder).text(), {}};
      for (auto const bytes : context.attachments) made.attachments.push_back(engine::binary_message(bytes));
      return made;
    }
  }

  /// The packet that grants a namespace (W-150), with what the client shows to be recognised if there is
  /// such a thing (W-184).
  static engine::shared_packet connected(std::string_view nsp, std::string_view sid, std::string_view pid) {
    return packet_of(protocol::packet_type::connect, nsp,
                     [&](auto& writer) { write_grant(writer, sid, pid); });
  }

  /// The packet that refuses a namespace (W-155, W-161). Without data the client sees none.
  static engine::shared_packet connect_error(std::string_view nsp, std::string_view message,
                                             json::value const* data) {
    return packet_of(protocol::packet_type::connect_error, nsp,
                     [&](auto& writer) { write_refusal(writer, message, data); });
  }

  /// The packet that ends a socket (W-130).
  static engine::shared_packet disconnected(std::string_view nsp) {
    return packet_of(protocol::packet_type::disconnect, nsp, [](auto&) {});
  }

  /// What clients of v2 get in place of the first two: they know their ids, and are told the message alone
  /// (W-192).
  static engine::shared_packet connected_v2(std::string_view nsp) {
    return packet_of(protocol::packet_type::connect, nsp, [](auto&) {});
  }
  static engine::shared_packet connect_error_v2(std::string_view nsp, std::string_view message) {
    return packet_of(protocol::packet_type::connect_error, nsp,
                     [&](auto& writer) { writer.string(message); });
  }

private:
  template <class Write>
  static engine::shared_packet packet_of(protocol::packet_type type, std::string_view nsp, Write write) {
    engine::packet_builder builder;
    builder.push_back('4');
    protocol::write_head(builder, type, 0, nsp, std::nullopt);
    typename Json::template writer<engine::packet_builder> writer(builder);
    write(writer);
    return std::move(builder).text();
  }
};

}  // namespace socketiopp::parser
