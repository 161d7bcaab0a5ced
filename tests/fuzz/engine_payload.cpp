// SPDX-License-Identifier: MIT
// The pure functions below Socket.IO, compared with plain ones: payloads, packets, scripts,
// base64, UTF-8, queries.
// Input: the text that all of them read.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input.hpp"
#include <socketiopp/http/target.hpp>
#include <socketiopp/json/plain_text.hpp>
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/engine_packet.hpp>
#include <socketiopp/protocol/jsonp.hpp>
#include <socketiopp/protocol/payload.hpp>
#include <socketiopp/protocol/payload_v3.hpp>
#include <socketiopp/protocol/query.hpp>

namespace {

using namespace socketiopp;

std::span<std::byte const> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// How many bytes the code point takes in its shortest form.
std::size_t shortest(std::uint32_t point) {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/// Decodes every code point, and then asks what it is.
bool plainly_utf8(std::string_view text) {
  while (!text.empty()) {
    auto const lead = static_cast<unsigned char>(text[0]);
    std::size_t const length = lead < 0x80       ? 1
                               : lead >> 5 == 6  ? 2
                               : lead >> 4 == 14 ? 3
                               : lead >> 3 == 30 ? 4
                                                 : 0;
    if (length == 0 || text.size() < length) return false;
    std::uint32_t point = length == 1 ? lead : lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
      auto const next = static_cast<unsigned char>(text[i]);
      if (next >> 6 != 2) return false;
      point = point << 6 | (next & 0x3f);
    }
    if (shortest(point) != length || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool utf8_by_sequences(std::string_view text) {
  while (!text.empty()) {
    auto const run = static_cast<unsigned char>(text[0]) < 0x80 ? 1 : meta::utf8_sequence(text);
    if (run == 0) return false;
    text.remove_prefix(run);
  }
  return true;
}

/// Bit by bit.
std::string plainly_decoded(std::string_view text) {
  std::vector<bool> bits;
  for (auto c : text.substr(0, text.find('='))) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
    auto const value = protocol::detail::base64_alphabet.find(c);
    for (auto i = 6; value != std::string_view::npos && i-- > 0;) bits.push_back((value >> i & 1) != 0);
  }
  std::string bytes(bits.size() / 8, '\0');
  for (std::size_t i = 0; i < bytes.size() * 8; ++i)
    bytes[i / 8] = static_cast<char>(bytes[i / 8] << 1 | static_cast<char>(bits[i]));
  return bytes;
}

std::string base64(std::string_view bytes) {
  std::string text;
  protocol::base64_encode(bytes_of(bytes), text);
  return text;
}

std::string unbase64(std::string_view text) {
  std::string bytes;
  protocol::base64_decode(text, bytes);
  return bytes;
}

std::string escaped(std::string_view text) {
  std::string all;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    all += {'%', "0123456789abcdef"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
  }
  return all;
}

void check_utf8(std::string_view text) {
  fuzz::require(meta::is_utf8(text) == plainly_utf8(text), "UTF-8 is what the plain validator takes for it");
  fuzz::require(utf8_by_sequences(text) == plainly_utf8(text), "sequence by sequence it is the same");
  auto const plain = json::plain_prefix(text);
  fuzz::require(plain == 0 || std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(plain),
                                          json::detail::is_plain),
                "a plain prefix is plain");
  fuzz::require(plain == text.size() || !json::detail::is_plain(text[plain]),
                "a plain prefix is as long as can be");
}

void check_base64(std::string_view text) {
  auto const bytes = unbase64(text);
  fuzz::require(bytes == plainly_decoded(text), "base64 gives the bits of its characters");
  auto const spelt = base64(bytes);
  fuzz::require(unbase64(spelt) == bytes && base64(unbase64(spelt)) == spelt, "base64 comes back");
  fuzz::require(unbase64(base64(text)) == text, "bytes come back from base64");
}

void check_payload(std::string_view text) {
  std::string again;
  protocol::payload_writer writer(again);
  std::size_t packets = 0;
  auto const all = protocol::for_each_packet(text, [&](std::string_view packet) {
    ++packets;
    fuzz::require(packet.find(protocol::packet_separator) == packet.npos, "a packet holds no separator");
    fuzz::block const alone(packet);
    auto const decoded = protocol::decode_engine_packet(alone.view());
    auto const first = packet.empty() ? '\0' : packet[0];
    fuzz::require(decoded.has_value() == (first == 'b' || (first >= '0' && first <= '6')),
                  "a packet has a known type");
    if (decoded) fuzz::require(decoded->data == packet.substr(1), "the data follow the type");
    writer.text(packet);
    return true;
  });
  auto const separators = std::count(text.begin(), text.end(), protocol::packet_separator);
  fuzz::require(all && packets == static_cast<std::size_t>(separators) + 1, "every packet is visited");
  fuzz::require(again == text, "a payload comes back");

  auto left = packets / 2 + 1;
  auto const stopped = !protocol::for_each_packet(text, [&](std::string_view) { return --left != 0; });
  fuzz::require(stopped && left == 0, "the visitor says when it is enough");
}

/// The packets of a payload, and whether that was all of it.
template <class Decode> std::pair<std::vector<std::pair<bool, std::string>>, bool> packets_in(Decode decode) {
  std::vector<std::pair<bool, std::string>> packets;
  auto const all = decode([&](bool binary, std::string_view packet) {
    packets.emplace_back(binary, packet);
    return true;
  });
  return {packets, all};
}

void check_payload_v3(std::string_view text, protocol::payload_form form) {
  auto const decode = [form](std::string_view payload) {
    return packets_in([&](auto visit) { return protocol::for_each_packet_v3(form, payload, visit); });
  };
  for (auto const& [binary, packet] : decode(text).first)
    fuzz::require(binary || plainly_utf8(packet), "a packet of text is UTF-8");

  // Whatever the text is, packets can be made of it.
  std::string payload;
  protocol::payload_writer_v3 writer(payload, form);
  std::vector<std::pair<bool, std::string>> written;
  protocol::for_each_packet(text, [&](std::string_view packet) {
    auto const binary = !meta::is_utf8(packet);
    auto const in_text = form == protocol::payload_form::text;
    binary ? writer.binary(bytes_of(packet)) : writer.text(packet);
    if (!binary)
      written.emplace_back(false, packet);
    else if (in_text)
      written.emplace_back(false, std::string(protocol::base64_mark_v3) + base64(packet));
    else
      written.emplace_back(true, std::string(protocol::binary_mark_v3).append(packet));
    return true;
  });
  fuzz::require(decode(payload) == std::pair(written, true), "a payload of v3 comes back");
}

/// A script's string, read as JavaScript does.
std::string plainly_read(std::string_view literal) {
  std::string text;
  while (!literal.empty()) {
    auto const escaped = literal[0] == '\\';
    auto const by_number = escaped && literal.substr(1).starts_with('u');
    if (by_number) {
      auto const code = std::stoul(std::string(literal.substr(2, 4)), nullptr, 16);
      text += code < 0x80 ? std::string(1, static_cast<char>(code)) : code == 0x2028 ? "\u2028" : "\u2029";
    } else {
      text += literal[escaped ? 1 : 0];
    }
    literal.remove_prefix(by_number ? 6 : escaped ? 2 : 1);
  }
  return text;
}

void check_jsonp(std::string_view text) {
  auto const script = protocol::jsonp_script(text.substr(0, 4), text);
  auto const begin = script.find("](\"");
  fuzz::require(script.starts_with("___eio[") && begin != script.npos && script.ends_with("\");"),
                "a script calls");
  auto const literal = std::string_view(script).substr(begin + 3, script.size() - begin - 6);
  for (char const c : literal)
    fuzz::require(c == '\\' || c == '"' || json::detail::is_plain(c) || static_cast<unsigned char>(c) >= 0x80,
                  "a script is one line");
  fuzz::require(script.find('<') == script.npos, "a script has no tag");
  fuzz::require(plainly_read(literal) == text, "a script says its payload");

  if (text.find("\\\n") != text.npos) return;  // which the official client's way cannot tell from "\\\\n"
  std::string form = "d=";
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const escape = text.substr(i).starts_with("\\n");
    if (escape) form += "%5C";
    if (text[i] == '\n')
      form += "%5Cn";
    else
      form += escaped(text.substr(i, 1));
  }
  fuzz::require(protocol::jsonp_payload(form) == text, "a form says its payload");
}

void check_query(std::string_view text) {
  auto const fields = protocol::parse_query(text);
  for (auto const& [name, value] : fields) {
    auto first = fields.begin();
    while (first->first != name) ++first;
    fuzz::require(protocol::query_value(text, name) == first->second, "of several fields the first counts");
  }
  fuzz::require(protocol::percent_decode(escaped(text), true) == text, "what is escaped comes back");
  if (auto const strict = http::percent_decode(text))
    fuzz::require(*strict == protocol::percent_decode(text, false), "paths and queries are escaped alike");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  fuzz::block const text(fuzz::input(data, size).rest());
  check_utf8(text.view());
  check_base64(text.view());
  check_payload(text.view());
  check_payload_v3(text.view(), protocol::payload_form::text);
  check_payload_v3(text.view(), protocol::payload_form::binary);
  check_jsonp(text.view());
  check_query(text.view());
  return 0;
}
