// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <utility>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/protocol/payload.hpp>

/// What a session says itself, and how long-polling carries packets.
namespace socketiopp::engine {

/// The first packet of a session: its id and the terms (W-001, W-002).
inline shared_packet open_packet(id const& session, options const& terms, bool upgradable) {
  packet_builder text;
  text.append(R"(0{"sid":")");
  text.append(session.view());
  text.append(upgradable ? R"(","upgrades":["websocket"])" : R"(","upgrades":[])");
  text.append(R"(,"pingInterval":)");
  text.append(std::to_string(terms.ping_interval.count()));
  text.append(R"(,"pingTimeout":)");
  text.append(std::to_string(terms.ping_timeout.count()));
  text.append(R"(,"maxPayload":)");
  text.append(std::to_string(terms.max_payload));
  text.push_back('}');
  return std::move(text).text();
}

/// The packets as the body of one answer to a poll (W-040), by the writer, which may need to know in which
/// form.
template <class Writer = protocol::payload_writer, class... Form>
std::string encode_payload(std::span<shared_packet const> packets, Form... form) {
  std::string body;
  Writer out(body, form...);
  for (auto const& packet : packets) {
    if (packet.binary())
      out.binary(std::as_bytes(std::span(packet.payload())));
    else
      out.text(packet.payload());
  }
  return body;
}

}  // namespace socketiopp::engine
