// SPDX-License-Identifier: MIT
// Socket.IO packets: the head comes back from its text, and an event that a client sent is the same event
// when the server sends it on. Input: lines; each is a packet, or an attachment where it begins with 'b'.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../core/fakes.hpp"
#include "input.hpp"
#include <socketiopp/core/core.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

namespace {

using namespace socketiopp;

std::string head_of(protocol::packet const& packet) {
  std::string text;
  protocol::write_head(text, packet.type, packet.attachments, packet.nsp, packet.id);
  return text;
}

void check_head(std::string_view text) {
  fuzz::block const memory(text);
  auto const packet = protocol::decode_packet(memory.view(), 10);
  if (!packet) return;
  fuzz::require(protocol::is_binary(packet->type) == (packet->attachments != 0),
                "binary packets have attachments");
  fuzz::require(packet->attachments <= 10, "attachments have a bound");
  fuzz::require(packet->nsp.starts_with('/') && packet->nsp.find(',') == packet->nsp.npos,
                "a namespace is one");
  fuzz::require(packet->id.value_or(0) <= protocol::max_ack_id, "an id is a number of JavaScript's");
  fuzz::require(text.ends_with(packet->data), "the data are the end of the text");

  auto const written = head_of(*packet) + std::string(packet->data);
  auto const again = protocol::decode_packet(written, 10);
  fuzz::require(again && again->type == packet->type && again->attachments == packet->attachments &&
                    again->nsp == packet->nsp && again->id == packet->id && again->data == packet->data,
                "a head comes back from its text");
}

/// An event as it arrived.
struct event {
  std::string nsp, name;
  std::optional<std::uint64_t> id;
  arguments args;
};

/// The packet of the event, and its attachments.
fakes::texts sent(event const& of) {
  auto const packet = parser::encode_event<core::format_of<fakes::policies>>(of.nsp, of.id, of.name, of.args);
  fakes::texts all{std::string(packet.packet.payload())};
  for (auto const& attachment : packet.attachments) all.emplace_back(attachment.payload());
  return all;
}

/// A server with one client on a WebSocket, which notes the events that arrive.
class end {
public:
  explicit end(std::uint32_t max_attachments)
      : world_({.max_attachments = max_attachments}),
        session_(world_.hub.open(world_.hub.claim_next_id(), link_, true, {}).id()) {
    for (auto const* const name : {"/", "/a"}) {
      world_.of(name).then_event = [this, name](fakes::core_socket&,
                                                core::incoming<fakes::policies> const& arrived) {
        event made{.nsp = name, .name = std::string(arrived.name), .id = arrived.ack_id, .args = {}};
        json::read_context context{.attachments = arrived.attachments};
        fuzz::require(json::read_arguments(arrived.array, arrived.first, made.args, context),
                      "JSON is values");
        heard.push_back(std::move(made));
      };
    }
    say("40");
    say("40/a,");
  }

  bool say(std::string_view packet) {
    fuzz::block const text(packet, 1);
    if (auto* const session = world_.hub.find(session_)) session->receive_text(link_, text.span());
    return settle();
  }
  bool attach(std::string_view bytes) {
    fuzz::block const memory(bytes);
    if (auto* const session = world_.hub.find(session_))
      session->receive_binary(link_, std::as_bytes(memory.span()));
    return settle();
  }

  std::vector<event> heard;

private:
  /// Whether the session is still there.
  bool settle() {
    world_.end();
    fuzz::require(link_.closed != (world_.hub.find(session_) != nullptr),
                  "a session and its link end together");
    return !link_.closed;
  }

  fakes::world world_;
  fakes::link link_;
  engine::id session_;
};

/// Sends what one server heard to another, which would send the same. (1.0 arrives as such, and is sent
/// as 1.)
void check_sent_on(std::vector<event> const& events) {
  end other(std::numeric_limits<std::uint32_t>::max());
  for (auto const& each : events) {
    auto const packets = sent(each);
    for (auto const& packet : packets)
      fuzz::require(&packet == &packets[0] ? other.say(packet) : other.attach(packet),
                    "what is sent is understood");
    fuzz::require(other.heard.size() == 1 && sent(other.heard[0]) == packets,
                  "an event is the same when it is sent on");
    other.heard.clear();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  end server(10);
  for (fuzz::input in(data, size); !in.empty();) {
    auto const line = in.line();
    check_head(line);
    if (!(line.starts_with('b') ? server.attach(line.substr(1)) : server.say("4" + std::string(line)))) break;
  }
  check_sent_on(server.heard);
  return 0;
}
