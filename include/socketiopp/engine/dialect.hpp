// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/engine/encode.hpp>
#include <socketiopp/engine/link.hpp>
#include <socketiopp/engine/refusal.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/engine_packet.hpp>
#include <socketiopp/protocol/jsonp.hpp>
#include <socketiopp/protocol/payload.hpp>
#include <socketiopp/protocol/payload_v3.hpp>
#include <socketiopp/protocol/query.hpp>

/// How revision 3 of Engine.IO, which clients of Socket.IO v2 speak, differs from revision 4 (W-190 to
/// W-194).
namespace socketiopp::engine {

/// How the packets of one transport of a session are written: what the request that opened it asked for. The
/// default is revision 4.
struct dialect {
  bool v3 = false;      ///< revision 3
  bool base64 = false;  ///< v3: the client cannot read binary data (`b64=1`)
  bool jsonp = false;   ///< v3: answers to polls are scripts (`j=0`)

  /// The dialect that a request asks for. Nothing if its revision is not spoken here: v3, which no `EIO` at
  /// all means too, is where `allow_v3`.
  static std::optional<dialect> of(std::string_view query, bool allow_v3) {
    auto const revision = protocol::query_value(query, "EIO");
    if (revision == "4") return dialect{};
    if (!allow_v3 || (revision && revision != "3")) return std::nullopt;
    return dialect{.v3 = true,
                   .base64 = !protocol::query_value(query, "b64").value_or("").empty(),
                   .jsonp = protocol::query_value(query, "j").has_value()};
  }

  /// Whether the client asks if the server is there, rather than the other way round (W-080, W-191).
  constexpr bool client_pings() const { return v3; }

  // -- in ------------------------------------------------------------------------------------------------

  /// Whether a POST may have that type (W-032).
  constexpr bool takes(std::string_view content_type) const { return v3 || content_type != binary_type; }

  /// Calls `visit(bool binary, std::span<char> packet)` for each packet of a POST's body, in order, while it
  /// returns true; says whether all were visited. The packets lie in `body`, into which a form is unpacked.
  template <class Visit> bool read_body(std::string_view content_type, std::string& body, Visit visit) const {
    auto const visit_writable = [&](bool binary, std::string_view packet) {
      return visit(binary, std::span(body.data() + (packet.data() - body.data()), packet.size()));
    };
    if (!v3)
      return meta::is_utf8(body) && protocol::for_each_packet(body, [&](std::string_view packet) {
               return visit_writable(false, packet);
             });
    if (jsonp) {
      auto payload = protocol::jsonp_payload(body);
      if (!payload) return false;
      body = std::move(*payload);
    }
    auto const form =
        !jsonp && content_type == binary_type ? protocol::payload_form::binary : protocol::payload_form::text;
    return protocol::for_each_packet_v3(form, body, visit_writable);
  }

  /// Reads a packet in text form: nothing if it is none. In v3 the type stands behind the `b` of a binary
  /// message too.
  constexpr std::optional<protocol::engine_packet> decode(std::string_view text) const {
    auto packet = protocol::decode_engine_packet(text);
    if (!v3 || !packet || !packet->binary) return packet;
    if (!text.starts_with(protocol::base64_mark_v3)) return std::nullopt;
    packet->data.remove_prefix(1);
    return packet;
  }

  /// Reads a packet in binary form: the bytes of the message, or nothing if it is none.
  constexpr std::optional<std::span<std::byte const>> decode(std::span<std::byte const> packet) const {
    if (!v3) return packet;
    auto const mark = std::byte{protocol::binary_mark_v3[0]};
    if (packet.empty() || packet[0] != mark) return std::nullopt;
    return packet.subspan(1);
  }

  // -- out -----------------------------------------------------------------------------------------------

  /// The answer to a poll. `query` is that of the opening request: of JSONP it says whom to call.
  answer answer_poll(std::span<shared_packet const> packets, std::string_view query) const {
    auto const all_compressible =
        std::all_of(packets.begin(), packets.end(), [](auto const& packet) { return packet.compressible(); });
    auto const answered = [&](std::string_view type, std::string body) {
      return answer{200, type, std::move(body), false, all_compressible};
    };
    if (!v3) return answered(text_type, encode_payload(packets));
    auto const as_text = base64 || jsonp || std::none_of(packets.begin(), packets.end(), [](auto const& p) {
                           return p.binary();
                         });
    auto const form = as_text ? protocol::payload_form::text : protocol::payload_form::binary;
    auto body = encode_payload<protocol::payload_writer_v3>(packets, form);
    if (!jsonp) return answered(as_text ? text_type : binary_type, std::move(body));
    return answered(script_type,
                    protocol::jsonp_script(protocol::query_value(query, "j").value_or(""), body));
  }

  /// Sends all packets over a WebSocket. In v3 binary messages have their type in front, and are text where
  /// they must be.
  void send(std::vector<shared_packet>& packets, link& over) const {
    if (v3)
      for (auto& packet : packets)
        if (packet.binary()) packet = marked(packet);
    over.send(packets);
  }

private:
  static constexpr std::string_view text_type = "text/plain; charset=UTF-8";
  static constexpr std::string_view binary_type = "application/octet-stream";
  static constexpr std::string_view script_type = "text/javascript; charset=UTF-8";

  shared_packet marked(shared_packet const& message) const {
    auto const bytes = message.payload();
    std::string text(base64 ? protocol::base64_mark_v3 : protocol::binary_mark_v3);
    if (base64)
      protocol::base64_encode(std::as_bytes(std::span(bytes)), text);
    else
      text.append(bytes);
    auto made = base64 ? text_packet(text) : binary_message(std::as_bytes(std::span(text)));
    made.compress(message.compressible());
    return made;
  }
};

}  // namespace socketiopp::engine
