// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

/// The packets of Socket.IO v5: `<type>[<attachments>-][<namespace>,][<id>][JSON]`. All that can be said
/// about a packet without reading its JSON is said here.
namespace socketiopp::protocol {

/// The type of a Socket.IO packet; its value is the character on the wire.
enum class packet_type : char {
  connect = '0',  ///< asks for a namespace, and grants it
  disconnect,     ///< leaves a namespace
  event,          ///< a name and arguments
  ack,            ///< the answer to an event that carried an id
  connect_error,  ///< server to client: the namespace is refused
  binary_event,   ///< an event whose binary arguments follow as attachments
  binary_ack,     ///< an answer whose binary arguments follow as attachments
};

/// A Socket.IO packet. The views point into the text it was decoded from.
struct packet {
  packet_type type;               ///< says what the rest means
  std::uint32_t attachments = 0;  ///< binary messages that follow; not 0 for binary types only
  std::string_view nsp = "/";     ///< the namespace, as the peer wrote it (W-156)
  std::optional<std::uint64_t> id = std::nullopt;  ///< of the acknowledgement, at most `max_ack_id`
  std::string_view data = {};                      ///< JSON text, empty if there is none
};

/// The largest acknowledgement id: what a JavaScript number holds exactly (W-170).
inline constexpr std::uint64_t max_ack_id = (std::uint64_t{1} << 53) - 1;

/// Is `type` one that announces attachments?
constexpr bool is_binary(packet_type type) {
  return type == packet_type::binary_event || type == packet_type::binary_ack;
}

/// The type of the same packet once its attachments are there.
constexpr packet_type without_attachments(packet_type type) {
  return is_binary(type) ? static_cast<packet_type>(static_cast<char>(type) - 3) : type;
}

/// The type of an event or an acknowledgement that announces attachments.
constexpr packet_type with_attachments(packet_type type) {
  return type == packet_type::event ? packet_type::binary_event : packet_type::binary_ack;
}

/// Is `name` one of the event names that both ends keep for themselves (W-167)?
constexpr bool is_reserved_event(std::string_view name) {
  switch (name.empty() ? '\0' : name.front()) {  // asked of every event, and most differ in that
    case 'c': return name == "connect" || name == "connect_error";
    case 'd': return name == "disconnect" || name == "disconnecting";
    case 'n': return name == "newListener";
    case 'r': return name == "removeListener";
    default: return false;
  }
}

namespace detail {

// Takes the number at the front of `text`. Nothing is taken if there is none, or if it is more than `max`,
// which is less than 2^60.
constexpr std::optional<std::uint64_t> take_number(std::string_view& text, std::uint64_t max) {
  std::uint64_t number = 0;
  std::size_t size = 0;
  for (; size < text.size() && text[size] >= '0' && text[size] <= '9'; ++size) {
    number = number * 10 + static_cast<unsigned>(text[size] - '0');
    if (number > max) return std::nullopt;
  }
  if (size == 0) return std::nullopt;
  text.remove_prefix(size);
  return number;
}

// Takes the namespace at the front of `text` with its comma, which may be missing at the end of a packet.
constexpr std::string_view take_namespace(std::string_view& text) {
  auto const nsp = text.substr(0, text.find(','));
  text.remove_prefix(nsp.size() + (nsp.size() < text.size()));
  return nsp;
}

// May a client send `data` with this type? Its first character tells.
constexpr bool fits(packet_type type, std::string_view data) {
  switch (type) {
    case packet_type::connect: return data.empty() || data.front() == '{';  // W-153
    case packet_type::disconnect: return data.empty();                      // W-164
    case packet_type::ack: return data.empty() || data.front() == '[';      // W-171
    case packet_type::event:                                                // W-166, W-169
    case packet_type::binary_event:
    case packet_type::binary_ack: return data.starts_with('[');
    case packet_type::connect_error: return false;  // W-158
  }
  return false;
}

// Into the packet that is returned: one that is copied would wait for what has just been stored in it.
inline bool decode(std::string_view text, std::uint32_t max_attachments, packet& into) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return false;
  into.type = static_cast<packet_type>(text.front());
  text.remove_prefix(1);

  if (is_binary(into.type)) {  // W-176
    auto const count = take_number(text, max_attachments);
    if (!count || *count == 0 || !text.starts_with('-')) return false;
    into.attachments = static_cast<std::uint32_t>(*count);
    text.remove_prefix(1);
  }

  if (text.starts_with('/')) into.nsp = take_namespace(text);

  // A number too large stays where it is, and no data starts with a digit.
  into.id = take_number(text, max_ack_id);
  into.data = text;
  return fits(into.type, text);
}

template <class Out> void write_number(Out& out, std::uint64_t number) {
  std::array<char, 20> digits;  // of 2^64 - 1
  auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace detail

/// Decodes a packet that came from a client: the data of an Engine.IO message, which must outlive the result.
/// Nothing if it breaks the grammar or announces more than `max_attachments`; whether `data` is JSON, and
/// whether an event has a name, is for the reader of the JSON to find.
inline std::optional<packet> decode_packet(std::string_view text, std::uint32_t max_attachments) {
  std::optional<packet> result(std::in_place);
  if (!detail::decode(text, max_attachments, *result)) result.reset();
  return result;
}

/// Appends what comes before the JSON of a packet: `<type>[<attachments>-][<namespace>,][<id>]`, without the
/// namespace if it is `/` (W-186). `Out` has `append(char const*, std::size_t)` and `push_back(char)`.
///
/// `attachments` must be 0 for all but the binary types, and for them it must not.
template <class Out> void write_head(Out& out, packet_type type, std::uint32_t attachments,
                                     std::string_view nsp, std::optional<std::uint64_t> id) {
  assert(is_binary(type) == (attachments != 0));
  out.push_back(static_cast<char>(type));
  if (attachments != 0) {
    detail::write_number(out, attachments);
    out.push_back('-');
  }
  if (nsp != "/") {
    out.append(nsp.data(), nsp.size());
    out.push_back(',');
  }
  if (id) detail::write_number(out, *id);
}

}  // namespace socketiopp::protocol
