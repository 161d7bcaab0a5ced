// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/packet.hpp>

/// What a packet that is being sent says, for those who watch (F-130).
namespace socketiopp::core {

/// An event, read back from its packet, which is encoded before anybody knows who watches.
struct sent_event {
  std::string name;
  arguments values;
};

/// The event in a packet; none if it is no event.
template <class Policies> std::optional<sent_event> read_back(parser::outgoing const& packet) {
  using format = format_of<Policies>;
  using view = view_of<Policies>;
  std::optional<sent_event> found;
  auto const take = [&](parser::packet<view> const& whole) {
    if (whole.type != protocol::packet_type::event || !whole.data) return;
    json::read_context context{.attachments = whole.attachments};
    std::vector<json::value> values;
    auto const size = whole.data->size() - (packet.offset != 0);
    for (std::size_t i = 1; i < size; ++i) json::read((*whole.data)[i], values.emplace_back(), context);
    found = {std::string((*whole.data)[0].string()), arguments(std::move(values))};
  };
  typename format::decoder decoder;
  typename format::document memory;
  auto const payload = packet.packet.payload();
  if (packet.packet.binary()) {
    static_cast<void>(decoder.on_binary(std::as_bytes(std::span(payload)), memory, take));
  } else {
    std::string text(payload.substr(1));  // without the type of its Engine.IO packet; it may be changed
    static_cast<void>(decoder.on_text(text, memory, std::numeric_limits<std::uint32_t>::max(), take));
  }
  for (auto const& attachment : packet.attachments)
    static_cast<void>(decoder.on_binary(std::as_bytes(std::span(attachment.payload())), memory, take));
  return found;
}

}  // namespace socketiopp::core
