// SPDX-License-Identifier: MIT
// Frames give the same messages and faults in one piece, where whole messages are read in place, and in many,
// where websocketpp reads them; and the same as a plain reader of RFC 6455 makes of them.
// Input: a byte for the longest message and for the form of the rest, a byte for the split, the stream:
// either as it is, or frame by frame as a first byte, a length, and so many bytes of payload that are masked
// here.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "input.hpp"
#include <socketiopp/meta/utf8.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/websocket/frames.hpp>

namespace {

using namespace socketiopp;

/// A compressor that leaves out an `x` at the end.
class shortener final : public transport::compressor {
public:
  shortener() : compressor({.threshold = 0, .window_bits = 15}) {}

  bool deflate(transport::wrapping, std::string_view, std::string&) override { return false; }
  transport::inflation inflate(std::string_view in, std::size_t most, std::string& out) override {
    constexpr std::string_view end_of_message{"\0\0\xff\xff", 4};  // RFC 7692, 7.2.2
    fuzz::require(in.ends_with(end_of_message), "a message has its last bytes again");
    fuzz::require(in.size() <= most + end_of_message.size(),
                  "a message has its bound before it is inflated too");
    if (in.starts_with('!')) return transport::inflation::corrupt;
    out = std::string(in.substr(0, in.size() - end_of_message.size())) + 'x';
    return out.size() > most ? transport::inflation::too_large : transport::inflation::done;
  }
};

/// What RFC 6455 makes of a stream, and RFC 7692 with the compressor above.
struct plain_reader {
  std::size_t max_message;
  bool inflates;
  std::vector<std::string> told = {};
  bool fault = false;
  bool in_message = false, text = false, compressed = false;
  std::string message = {};

  /// Takes the next frame. False: there is none, or there was the last.
  bool read(std::string_view& stream) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(stream[i]); };
    if (!stream.empty() && (byte(0) & 0x4f) == 0x40) return fail();
    if (stream.size() < 2) return false;
    auto const fin = byte(0) >= 0x80;
    auto const inflate = inflates && (byte(0) & 0x40) != 0;
    auto const opcode = byte(0) & (inflate ? 0x3f : 0x7f);  // or none, with a reserved bit
    auto const control = opcode >= 8;
    auto const known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
    if (!known || byte(1) < 0x80 || (!control && in_message != (opcode == 0)) || (inflate && control))
      return fail();
    std::uint64_t length = byte(1) & 0x7f;
    if (control && (!fin || length > 125)) return fail();
    std::size_t const more = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (more == 8 && stream.size() > 2 && byte(2) >= 0x80) return fail();
    if (stream.size() < 2 + more + 4) return false;
    if (more != 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(2 + i);
    if ((more == 2 && length < 126) || (more == 8 && length < 0x10000)) return fail();
    if (!control && length > max_message - message.size()) return fail();
    auto const mask = stream.substr(2 + more, 4);
    stream.remove_prefix(2 + more + 4);
    if (stream.size() < length) return false;
    auto payload = std::string(stream.substr(0, length));
    stream.remove_prefix(payload.size());
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);

    if (opcode == 8) return close(payload);
    if (control) return tell(opcode == 9 ? 'i' : 'o', payload);
    if (opcode != 0) {
      text = opcode == 1;
      compressed = inflate;
    }
    message += payload;
    in_message = !fin;
    if (!fin) return true;
    if (compressed && (message.starts_with('!') || message.size() == max_message)) return fail();
    if (compressed) message += 'x';
    if (text && !meta::is_utf8(message)) return fail();
    return tell(text ? 't' : 'b', std::exchange(message, {}));
  }

private:
  bool fail() {
    fault = true;
    return false;
  }
  bool tell(char kind, std::string const& payload) {
    told.push_back(kind + payload);
    return true;
  }
  bool close(std::string const& payload) {
    unsigned code = 1005;
    if (payload.size() == 1) return fail();
    if (!payload.empty()) {
      code = static_cast<unsigned char>(payload[0]) * 256u + static_cast<unsigned char>(payload[1]);
      auto const good =
          (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code < 5000);
      if (!good || !meta::is_utf8(std::string_view(payload).substr(2))) return fail();
    }
    tell('c', std::to_string(code) + " " + payload.substr(payload.empty() ? 0 : 2));
    return false;
  }
};

/// Writes down what it is told, does to payloads what is allowed, and goes after so many messages.
class listener {
public:
  listener(std::size_t max_message, std::size_t patience, bool inflates)
      : reader_(max_message), max_(max_message), patience_(patience), inflates_(inflates) {}

  /// False: nothing more is read.
  bool consume(std::span<char> bytes) {
    fault_ = reader_.consume(bytes, *this, inflates_ ? &shortener_ : nullptr);
    return fault_ == 0 && !closed_ && told_.size() < patience_;
  }

  bool on_text(std::span<char> payload) {
    fuzz::require(meta::is_utf8({payload.data(), payload.size()}), "text is UTF-8");
    return add('t', payload, max_);
  }
  bool on_binary(std::span<char> payload) { return add('b', payload, max_); }
  bool on_ping(std::span<char> payload) { return add('i', payload, 125); }
  bool on_pong(std::span<char> payload) { return add('o', payload, 125); }
  void on_close(std::uint16_t code, std::string_view reason) {
    fuzz::require(!closed_, "a connection is closed once");
    closed_ = true;
    told_.push_back("c" + std::to_string(code) + " " + std::string(reason));
  }

  bool operator==(listener const& other) const { return told_ == other.told_ && fault_ == other.fault_; }

  /// Text that is not UTF-8 is a fault at once here, and there when it has all come.
  bool fits(plain_reader const& plain) const {
    auto const at_once = fault_ == 1007 && told_.size() <= plain.told.size();
    return at_once ? std::equal(told_.begin(), told_.end(), plain.told.begin())
                   : told_ == plain.told && (fault_ != 0) == plain.fault;
  }

private:
  bool add(char kind, std::span<char> payload, std::size_t longest) {
    fuzz::require(!closed_ && told_.size() < patience_, "nothing is told after the end");
    fuzz::require(payload.size() <= longest, "no payload exceeds its limit");
    told_.push_back(kind + std::string(payload.data(), payload.size()));
    auto& behind = *(payload.data() + payload.size());
    auto const kept = std::exchange(behind, '\0');
    for (auto& each : payload) each = '#';
    behind = kept;
    return told_.size() < patience_;
  }

  transport::websocket::frame_reader reader_;
  shortener shortener_;
  std::size_t max_, patience_;
  bool inflates_;
  std::vector<std::string> told_;
  std::uint16_t fault_ = 0;
  bool closed_ = false;
};

std::string frame(unsigned first, std::string_view payload) {
  constexpr std::string_view mask = "\x37\xfa\x21\x3d";  // of RFC 6455, 5.7
  std::string made{static_cast<char>(first)};
  if (payload.size() < 126)
    made += static_cast<char>(0x80 | payload.size());
  else
    made.append({'\xfe', static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size() & 0xff)});
  made += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) made += static_cast<char>(payload[i] ^ mask[i % 4]);
  return made;
}

std::string frames(fuzz::input& in) {
  std::string made;
  while (!in.empty()) {
    auto const first = in.byte();
    made += frame(first, in.take(in.byte()));
  }
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::array<std::size_t, 8> limits{0, 1, 16, 125, 126, 200, 1000, 70'000};
  fuzz::input in(data, size);
  auto const choice = in.byte();
  auto const seed = in.byte();
  auto const max_message = limits[choice % 8];
  auto const patience = choice & 0x40 ? std::size_t{2} : size + 1;
  auto const inflates = (choice & 0x20) != 0;
  auto const stream = choice & 0x80 ? frames(in) : std::string(in.rest());

  listener whole(max_message, patience, inflates);
  fuzz::block const all(stream, 1);
  whole.consume(all.span());
  if (patience > size) {
    plain_reader plain{max_message, inflates};
    for (std::string_view left = stream; plain.read(left);) continue;
    fuzz::require(whole.fits(plain), "a reader reads what RFC 6455 says");
  }
  for (auto const each : {0u, seed}) {
    listener pieces(max_message, patience, inflates);
    fuzz::in_pieces(stream, each, 1, [&](fuzz::block const& piece) { return pieces.consume(piece.span()); });
    fuzz::require(whole == pieces, "messages do not depend on how their bytes are split");
  }
  return 0;
}
