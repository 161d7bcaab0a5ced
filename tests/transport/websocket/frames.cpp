// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <websocketpp/close.hpp>
#include <websocketpp/frame.hpp>
#include <websocketpp/processors/hybi13.hpp>
#include <websocketpp/utf8_validator.hpp>

#include "../toy_compressor.hpp"
#include <socketiopp/transport/websocket/config.hpp>
#include <socketiopp/transport/websocket/frames.hpp>

using namespace socketiopp::transport::websocket;
using namespace std::literals;

namespace {

constexpr std::size_t limit = 70'000;

// The first byte of a frame is one of each line.
constexpr unsigned fin = 0x80, more = 0, compressed = 0x40;
constexpr unsigned continuation = 0, text = 1, binary = 2, closing = 8, ping = 9, pong = 10;

std::string header(unsigned first, std::uint64_t size) {
  std::string out(1, static_cast<char>(first));
  int const bytes = size <= 125 ? 0 : size <= 0xffff ? 2 : 8;
  out += static_cast<char>(0x80 | (bytes == 0 ? size : bytes == 2 ? 126 : 127));
  for (int i = bytes; i-- > 0;) out += static_cast<char>(size >> 8 * i & 0xff);
  return out + "\x37\xfa\x21\x3d";  // the mask of RFC 6455, 5.7
}

std::string frame(unsigned first, std::string_view payload) {
  auto out = header(first, payload.size());
  auto const mask = out.substr(out.size() - 4);
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

std::string close_payload(unsigned code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}.append(reason);
}

// Writes down what it is told, and uses the byte after each payload.
struct recorder {
  std::vector<std::string> told;

  bool add(std::string_view kind, std::span<char> payload) {
    auto& spare = *(payload.data() + payload.size());
    auto const before = std::exchange(spare, '\0');
    told.push_back(std::string(kind).append(payload.data(), payload.size()));
    std::fill(payload.begin(), payload.end(), '#');
    spare = before;
    return true;
  }
  bool on_text(std::span<char> payload) { return add("text ", payload); }
  bool on_binary(std::span<char> payload) { return add("binary ", payload); }
  bool on_ping(std::span<char> payload) { return add("ping ", payload); }
  bool on_pong(std::span<char> payload) { return add("pong ", payload); }
  void on_close(std::uint16_t code, std::string_view reason) {
    told.push_back("close " + std::to_string(code) + " " + std::string(reason));
  }
};

struct outcome {
  std::vector<std::string> told;
  std::uint16_t fault = 0;

  bool operator==(outcome const&) const = default;
};

// Each piece lies in memory of its own with just the one spare byte.
template <class NextSize> outcome read_pieces(std::string_view stream, std::size_t max, NextSize next_size,
                                              socketiopp::transport::compressor* inflater = nullptr) {
  frame_reader reader(max);
  recorder sink;
  while (!stream.empty()) {
    auto const size = std::min<std::size_t>(next_size(), stream.size());
    auto const piece = std::make_unique<char[]>(size + 1);
    std::memcpy(piece.get(), stream.data(), size);
    if (auto const fault = reader.consume({piece.get(), size}, sink, inflater)) return {sink.told, fault};
    stream.remove_prefix(size);
  }
  return {sink.told, 0};
}

outcome read(std::string_view stream, std::size_t max = limit) {
  return read_pieces(stream, max, [&] { return stream.size(); });
}

outcome read_bytewise(std::string_view stream, std::size_t max = limit) {
  return read_pieces(stream, max, [] { return std::size_t{1}; });
}

// What a stream gives, after having checked that it gives the same in single bytes.
outcome read_both(std::string_view stream, std::size_t max = limit) {
  auto const whole = read(stream, max);
  CHECK(read_bytewise(stream, max) == whole);
  return whole;
}

// The same, where compressed messages have been agreed on.
outcome read_compressed(std::string_view stream, std::size_t max = limit) {
  toy_compressor with;
  auto const whole = read_pieces(
      stream, max, [&] { return stream.size(); }, &with);
  CHECK(read_pieces(
            stream, max, [] { return std::size_t{1}; }, &with) == whole);
  return whole;
}

outcome good(std::vector<std::string> told) { return {std::move(told), 0}; }
outcome fault(std::uint16_t code, std::vector<std::string> told = {}) { return {std::move(told), code}; }

}  // namespace

TEST_CASE("frames: the examples of RFC 6455, 5.7") {
  CHECK(read_both("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv) == good({"text Hello"}));
  CHECK(read_both(frame(more | text, "Hel") + frame(fin | continuation, "lo")) == good({"text Hello"}));
  CHECK(control_frame(control_opcode::ping, "Hello") == "\x89\x05\x48\x65\x6c\x6c\x6f"sv);
  CHECK(read_both("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv) == good({"pong Hello"}));
  auto const of_256 = frame(fin | binary, std::string(256, 'x'));
  CHECK(of_256.starts_with("\x82\xfe\x01\x00"sv));
  CHECK(read_both(of_256) == good({"binary " + std::string(256, 'x')}));
  auto const of_64_kib = frame(fin | binary, std::string(65536, 'x'));
  CHECK(of_64_kib.starts_with("\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00"sv));
  CHECK(read_both(of_64_kib) == good({"binary " + std::string(65536, 'x')}));
}

TEST_CASE("frames: messages of every form of length") {
  for (auto const kind : {text, binary}) {
    for (unsigned const size :
         {0u, 1u, 7u, 8u, 9u, 15u, 16u, 17u, 124u, 125u, 126u, 127u, 65534u, 65535u, 65536u, 65537u}) {
      CAPTURE(size);
      std::string const payload(size, 'x');
      CHECK(read(frame(fin | kind, payload) + frame(fin | text, "next")) ==
            good({(kind == text ? "text " : "binary ") + payload, "text next"}));
    }
  }
}

TEST_CASE("frames: a client must mask") {
  CHECK(read_both("\x81\x05Hello"sv) == fault(1002));
  CHECK(read_both("\x81\x00"sv) == fault(1002));
  CHECK(read_both("\x89\x00"sv) == fault(1002));
}

TEST_CASE("frames: no extension was agreed on, so no reserved bit may be set") {
  for (auto const bit : {0x40u, 0x20u, 0x10u}) {
    CHECK(read_both(frame(fin | bit | text, "x")) == fault(1002));
    CHECK(read_both(frame(fin | bit | ping, "")) == fault(1002));
    CHECK(read_both(frame(more | text, "x") + frame(fin | bit | continuation, "x")) == fault(1002));
  }
}

TEST_CASE("frames: reserved opcodes") {
  for (auto const opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u}) {
    CHECK(read_both(frame(fin | text, "before") + frame(fin | opcode, "x")) == fault(1002, {"text before"}));
    CHECK(read_both(frame(more | opcode, "x")) == fault(1002));
  }
}

TEST_CASE("frames: control frames are whole and of at most 125 bytes") {
  for (auto const opcode : {closing, ping, pong}) {
    CHECK(read_both(frame(more | opcode, "")) == fault(1002));
    CHECK(read_both(frame(fin | opcode, std::string(126, 'x'))) == fault(1002));
    CHECK(read_both(frame(fin | opcode, std::string(65536, 'x'))) == fault(1002));
  }
  CHECK(read_both(frame(fin | ping, std::string(125, 'x'))) == good({"ping " + std::string(125, 'x')}));
  CHECK(read_both(frame(fin | ping, std::string(125, 'x')), 10) == good({"ping " + std::string(125, 'x')}));
  CHECK(read_both(frame(fin | ping, "\xff"sv)) == good({"ping \xff"}));
}

TEST_CASE("frames: fragments follow each other, with control frames in between") {
  CHECK(read_both(frame(more | text, "a") + frame(fin | ping, "p") + frame(more | continuation, "") +
                  frame(fin | pong, "q") + frame(fin | continuation, "b") + frame(fin | binary, "c")) ==
        good({"ping p", "pong q", "text ab", "binary c"}));
  CHECK(read_both(frame(more | text, "") + frame(fin | continuation, "")) == good({"text "}));
  CHECK(read_both(frame(fin | continuation, "x")) == fault(1002));
  CHECK(read_both(frame(more | continuation, "x")) == fault(1002));
  CHECK(read_both(frame(fin | text, "x") + frame(fin | continuation, "x")) == fault(1002, {"text x"}));
  CHECK(read_both(frame(more | text, "x") + frame(fin | text, "x")) == fault(1002));
  CHECK(read_both(frame(more | text, "x") + frame(more | binary, "x")) == fault(1002));
}

TEST_CASE("frames: lengths are minimal and below 2^63") {
  auto const mask = "\0\0\0\0"s;
  CHECK(read_both("\x82\xfe\x00\x01"s + mask + "x") == fault(1002));
  CHECK(read_both("\x82\xfe\x00\x7d"s + mask + std::string(125, 'x')) == fault(1002));
  CHECK(read_both("\x82\xff\0\0\0\0\0\0\x00\x01"s + mask + "x") == fault(1002));
  CHECK(read_both("\x82\xff\0\0\0\0\0\0\xff\xff"s + mask + std::string(65535, 'x')) == fault(1002));
  CHECK(read_both("\x82\xff\x80\0\0\0\0\0\0\0"s + mask + "x") == fault(1002));
  CHECK(read_both("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff"s + mask + "x") == fault(1002));
  CHECK(read_both("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s + mask + "x") == fault(1009));
  CHECK(read_both(frame(more | text, "ab") + "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xfe"s + mask +
                  "\xff\xff"s) == fault(1002));
}

TEST_CASE("frames: a message over the bound is refused at its header (W-067)") {
  CHECK(read_both(frame(fin | text, "12345"), 5) == good({"text 12345"}));
  CHECK(read_both(frame(fin | text, "123456"), 5) == fault(1009));
  CHECK(read_both(header(fin | binary, 6), 5) == fault(1009));
  CHECK(read_both(header(fin | binary, 1'000'000'000), 1'000'000) == fault(1009));
  CHECK(read_both(frame(more | text, "123") + frame(fin | continuation, "45"), 5) == good({"text 12345"}));
  CHECK(read_both(frame(more | text, "123") + header(more | continuation, 3), 5) == fault(1009));
  CHECK(read_both(frame(more | text, "123") + frame(fin | ping, "456") + header(fin | continuation, 3), 5) ==
        fault(1009, {"ping 456"}));
  CHECK(read_both(frame(fin | text, "") + frame(fin | text, "x"), 0) == fault(1009, {"text "}));
}

TEST_CASE("frames: text is UTF-8 (W-068)") {
  for (std::string_view const bad :
       {"\x80"sv, "\xc3"sv, "\xc3("sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv, "\xff"sv,
        "12345678\xe2\x82"sv, "1234567\xe2\x82("sv}) {
    CAPTURE(bad);
    CHECK(read_both(frame(fin | text, bad)) == fault(1007));
    CHECK(read_both(frame(fin | binary, bad)) == good({"binary " + std::string(bad)}));
    CHECK(read_both(frame(more | text, bad) + frame(fin | continuation, "")) == fault(1007));
    CHECK(read_both(frame(more | text, "") + frame(fin | continuation, bad)) == fault(1007));
    CHECK(read_both(frame(more | binary, bad) + frame(fin | continuation, "")) ==
          good({"binary " + std::string(bad)}));
  }
  auto const euro = "1 \xe2\x82\xac"s;
  CHECK(read_both(frame(fin | text, euro)) == good({"text " + euro}));
  for (std::size_t i = 0; i <= euro.size(); ++i) {
    auto const first = frame(more | text, euro.substr(0, i));
    CHECK(read_both(first + frame(fin | ping, "") + frame(fin | continuation, euro.substr(i))) ==
          good({"ping ", "text " + euro}));
  }
}

TEST_CASE("frames: the close frame") {
  CHECK(read_both(frame(fin | closing, "")) == good({"close 1005 "}));
  CHECK(read_both(frame(fin | closing, close_payload(1000))) == good({"close 1000 "}));
  CHECK(read_both(frame(fin | closing, close_payload(4999, "gr\xc3\xbc\xc3\x9f"))) ==
        good({"close 4999 gr\xc3\xbc\xc3\x9f"}));
  for (auto const code :
       {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u, 3000u})
    CHECK(read(frame(fin | closing, close_payload(code))).fault == 0);
  for (auto const code : {0u, 1u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 2999u, 5000u, 65535u})
    CHECK(read_both(frame(fin | closing, close_payload(code))) == fault(1002));
  CHECK(read_both(frame(fin | closing, "\x03")) == fault(1002));
  CHECK(read_both(frame(fin | closing, close_payload(1000, "\xc3"))) == fault(1007));
  CHECK(read_both(frame(more | text, "x") + frame(fin | closing, "")) == good({"close 1005 "}));
}

TEST_CASE("frames: after a close frame or a fault nothing more is read") {
  CHECK(read_both(frame(fin | closing, "") + frame(fin | text, "x") + "\xff\xff") == good({"close 1005 "}));

  frame_reader reader(limit);
  recorder sink;
  for (auto const expected : {1002, 0, 0}) {
    auto bytes = frame(fin | 3u, "") + frame(fin | text, "x") + ' ';
    CHECK(reader.consume(std::span(bytes).first(bytes.size() - 1), sink) == expected);
  }
  CHECK(sink.told.empty());
}

TEST_CASE("frames: all splits give the same") {
  auto const stream = frame(fin | text, "4short") + frame(fin | binary, std::string(130, '\xff')) +
                      frame(more | text, "frag\xc3") + frame(fin | ping, "in between") +
                      frame(fin | continuation, "\xa9ments") + frame(fin | text, "") + frame(fin | pong, "") +
                      frame(fin | text, "2") + frame(fin | closing, close_payload(1001, "away"));
  auto const expected = good({"text 4short", "binary " + std::string(130, '\xff'), "ping in between",
                              "text frag\xc3\xa9ments", "text ", "pong ", "text 2", "close 1001 away"});
  CHECK(read_both(stream) == expected);
  for (std::size_t first = 0; first < stream.size(); ++first) {
    for (std::size_t const second : {1u, 2u, 3u, 7u, 64u}) {
      std::size_t turn = 0;
      auto const got = read_pieces(stream, limit, [&] {
        ++turn;
        return turn == 1 ? first + 1 : turn == 2 ? second : stream.size();
      });
      CHECK(got == expected);
    }
  }
}

TEST_CASE("frames: compressed messages are handed out inflated (RFC 7692, 6.2)") {
  auto const aaab = "\x03\x61\x01\x62"s;
  CHECK(read_compressed(frame(fin | compressed | text, aaab)) == good({"text aaab"}));
  CHECK(read_compressed(frame(fin | compressed | binary, aaab)) == good({"binary aaab"}));
  CHECK(read_compressed(frame(fin | compressed | text, "")) == good({"text "}));
  CHECK(read_compressed(frame(fin | compressed | text, aaab) + frame(fin | text, "not") +
                        frame(fin | compressed | binary, aaab)) ==
        good({"text aaab", "text not", "binary aaab"}));
}

TEST_CASE("frames: compressed messages in fragments, with control frames in between") {
  auto const payload = "\x03\x61\x01\x62\x7f\x63"s;
  auto const inflated = "aaab" + std::string(127, 'c');
  for (std::size_t i = 0; i <= payload.size(); ++i) {
    for (auto const kind : {text, binary}) {
      CHECK(read_compressed(frame(more | compressed | kind, payload.substr(0, i)) +
                            frame(fin | ping, "\xff") + frame(more | continuation, "") +
                            frame(fin | continuation, payload.substr(i))) ==
            good({"ping \xff", (kind == text ? "text " : "binary ") + inflated}));
    }
  }
  CHECK(read_compressed(frame(more | compressed | text, payload) + frame(fin | closing, "")) ==
        good({"close 1005 "}));
}

TEST_CASE("frames: the bit of compressed messages stands on their first frame only") {
  auto const aaab = "\x03\x61\x01\x62"s;
  auto const begun = frame(more | compressed | text, aaab);
  CHECK(read_compressed(begun + frame(fin | compressed | continuation, "")) == fault(1002));
  CHECK(read_compressed(begun + frame(more | compressed | continuation, aaab)) == fault(1002));
  CHECK(read_compressed(frame(more | text, "a") + frame(fin | compressed | continuation, aaab)) ==
        fault(1002));
  CHECK(read_compressed(frame(fin | compressed | continuation, aaab)) == fault(1002));
  for (auto const opcode : {closing, ping, pong, 3u, 11u}) {
    CHECK(read_compressed(frame(fin | compressed | opcode, "")) == fault(1002));
    CHECK(read_compressed(begun + frame(fin | compressed | opcode, "")) == fault(1002));
  }
  for (auto const bit : {0x20u, 0x10u}) {
    CHECK(read_compressed(frame(fin | compressed | bit | text, aaab)) == fault(1002));
    CHECK(read_compressed(begun + frame(fin | bit | continuation, "")) == fault(1002));
  }
  CHECK(read_both(frame(fin | compressed | text, aaab)) == fault(1002));  // not agreed on
  CHECK(read_both(begun) == fault(1002));
}

TEST_CASE("frames: the bound holds before and after inflating (W-067)") {
  CHECK(read_compressed(frame(fin | compressed | text, "\x05x"), 5) == good({"text xxxxx"}));
  CHECK(read_compressed(frame(fin | compressed | text, "\x06x"), 5) == fault(1009));
  CHECK(read_compressed(frame(fin | compressed | binary, "\x06x"), 5) == fault(1009));
  CHECK(read_compressed(frame(fin | compressed | text, "\x7fx\x7fx"), 254).fault == 0);
  CHECK(read_compressed(frame(fin | compressed | text, "\x7fx\x7fx"), 253) == fault(1009));
  CHECK(read_compressed(header(fin | compressed | text, 6), 5) == fault(1009));
  auto const two = "\x01x"s;
  CHECK(read_compressed(frame(more | compressed | text, two) + frame(fin | continuation, two), 4) ==
        good({"text xx"}));
  CHECK(read_compressed(frame(more | compressed | text, two + two) + header(fin | continuation, 2), 5) ==
        fault(1009));
}

TEST_CASE("frames: what cannot be inflated is refused") {
  for (auto const kind : {text, binary}) {
    CHECK(read_compressed(frame(fin | compressed | kind, "x")) == fault(1007));
    CHECK(read_compressed(frame(more | compressed | kind, "\x01x") + frame(fin | continuation, "x")) ==
          fault(1007));
    CHECK(read_compressed(frame(fin | text, "before") + frame(fin | compressed | kind, "x") +
                          frame(fin | text, "after")) == fault(1007, {"text before"}));
  }
}

TEST_CASE("frames: what counts as UTF-8 is the inflated text (W-068)") {
  auto const e = "\x01\xc3\x01\xa9"s;  // and no UTF-8 itself
  CHECK(read_compressed(frame(fin | compressed | text, e)) == good({"text \xc3\xa9"}));
  CHECK(read_compressed(frame(more | compressed | text, e.substr(0, 2)) +
                        frame(fin | continuation, e.substr(2))) == good({"text \xc3\xa9"}));
  for (std::string_view const bad : {"\x01\xc3"sv, "\x02\xa9"sv, "\x01\xff"sv, "\x01\xc3\x01\x28"sv}) {
    CHECK(read_compressed(frame(fin | compressed | text, bad)) == fault(1007));
    CHECK(read_compressed(frame(more | compressed | text, bad) + frame(fin | continuation, "")) ==
          fault(1007));
    CHECK(read_compressed(frame(fin | compressed | binary, bad)).fault == 0);
  }
}

TEST_CASE("frames: a whole message is handed out where it lies, also after one that was not whole") {
  struct : recorder {
    std::vector<char const*> places;
    bool on_text(std::span<char> payload) {
      places.push_back(payload.data());
      return true;
    }
  } sink;
  auto const fragments = frame(more | text, "a") + frame(fin | continuation, "b");
  auto bytes = frame(fin | text, "x") + fragments + frame(fin | ping, "") + frame(fin | text, "y") + '?';
  toy_compressor with;
  frame_reader reader(limit);
  CHECK(reader.consume(std::span(bytes).first(bytes.size() - 1), sink, &with) == 0);
  REQUIRE(sink.places.size() == 3);
  CHECK(sink.places[0] == bytes.data() + 6);
  CHECK((sink.places[1] < bytes.data() || sink.places[1] >= bytes.data() + bytes.size()));
  CHECK(sink.places[2] == bytes.data() + bytes.size() - 2);
  CHECK(bytes.back() == '?');
}

TEST_CASE("frames: an idle reader is small") { CHECK(sizeof(frame_reader) <= 3 * sizeof(void*)); }

TEST_CASE("frames: the reader may be destroyed in any call") {
  struct destroyer {
    std::optional<frame_reader> reader{limit};
    int calls = 0;

    bool go() {
      ++calls;
      reader.reset();
      return false;
    }
    bool on_text(std::span<char> payload) { return (payload[0] = 'x'), go(); }
    bool on_binary(std::span<char>) { return go(); }
    bool on_ping(std::span<char>) { return go(); }
    bool on_pong(std::span<char>) { return go(); }
    void on_close(std::uint16_t, std::string_view reason) {
      go();
      CHECK(reason == "reason");
    }
  };
  for (auto const& bytes : {frame(fin | text, "t"), frame(fin | binary, "b"), frame(fin | ping, "p"),
                            frame(fin | pong, "q"), frame(fin | closing, close_payload(1000, "reason")),
                            frame(more | text, "t") + frame(fin | continuation, "t")}) {
    auto twice = bytes + bytes + ' ';
    destroyer sink;
    CHECK(sink.reader->consume(std::span(twice).first(twice.size() - 1), sink) == 0);
    CHECK(sink.calls == 1);
  }
}

TEST_CASE("frames: unmasking by words is unmasking by bytes") {
  for (std::size_t size = 0; size < 80; ++size) {
    for (std::size_t offset = 0; offset < 9; ++offset) {
      std::array const mask{'\x01', '\x7f', '\x80', '\xff'};
      std::string bytes(offset + size, 'x');
      std::string expected = bytes;
      for (std::size_t i = 0; i < size; ++i) expected[offset + i] = static_cast<char>('x' ^ mask[i % 4]);
      detail::unmask(std::span(bytes).subspan(offset), std::bit_cast<std::uint32_t>(mask));
      CHECK(bytes == expected);
    }
  }
}

TEST_CASE("frames: what the server sends about the connection") {
  CHECK(control_frame(control_opcode::pong, "") == "\x8a\x00"sv);
  CHECK(control_frame(control_opcode::ping, std::string(125, 'x')) == "\x89\x7d" + std::string(125, 'x'));
  CHECK(close_frame(1002) == "\x88\x02\x03\xea"sv);
  CHECK(close_frame(1001, "away") == "\x88\x06\x03\xe9\x61way"sv);
  CHECK(close_frame(1005) == "\x88\x00"sv);
  CHECK(close_frame(1009, std::string(123, 'x')).size() == 127);
}

namespace {

// The same stream through `hybi13` alone, in pieces as they come; its three leniences are made good here.
struct plain_hybi13 : websocketpp::processor::hybi13<config> {
  explicit plain_hybi13(std::size_t max)
      : hybi13(false, true, std::make_shared<config::con_msg_manager_type>(), rng) {
    set_max_message_size(max);
  }

  outcome read(std::string bytes) {
    recorder sink;
    auto const as = [&](std::uint16_t code) { return outcome{sink.told, code}; };
    for (std::size_t at = 0; at < bytes.size();) {
      std::error_code code;
      at += consume(reinterpret_cast<std::uint8_t*>(&bytes[at]), bytes.size() - at, code);
      namespace error = websocketpp::processor::error;
      if (code == make_error_code(error::non_minimal_encoding)) return as(1002);
      if (code == make_error_code(error::message_too_big) && m_extended_header.bytes[0] >= 0x80 &&
          get_basic_size(m_basic_header) == 127)
        return as(1002);
      if (code) return as(error::to_ws(code));
      auto const message = get_message();
      if (!message) continue;
      auto const& payload = message->get_payload();
      namespace opcode = websocketpp::frame::opcode;
      switch (message->get_opcode()) {
        case opcode::text:
          if (!websocketpp::utf8_validator::validate(payload)) return as(1007);
          sink.told.push_back("text " + payload);
          break;
        case opcode::binary: sink.told.push_back("binary " + payload); break;
        case opcode::ping: sink.told.push_back("ping " + payload); break;
        case opcode::pong: sink.told.push_back("pong " + payload); break;
        default:
          auto const status = websocketpp::close::extract_code(payload, code);
          if (code) return as(1002);
          auto const reason = websocketpp::close::extract_reason(payload, code);
          if (code) return as(1007);
          sink.on_close(status, reason);
          return as(0);
      }
    }
    return as(0);
  }

  config::rng_type rng;
};

// Streams that are good but for a few bytes.
class stream_maker {
public:
  explicit stream_maker(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string make(std::size_t largest) {
    std::string stream;
    std::vector<std::size_t> starts;
    auto const add = [&](std::string const& one) {
      starts.push_back(stream.size());
      stream += one;
    };
    for (auto messages = 1 + below(8); messages > 0; --messages) {
      bool const is_text = below(2) == 0;
      auto const kind = is_text ? text : binary;
      auto const payload = is_text ? characters(below(largest)) : noise(below(largest));
      switch (below(6)) {
        case 0: add(frame(fin | ping, noise(below(126)))); break;
        case 1: {
          auto const cut = below(payload.size() + 1);
          add(frame(more | kind, payload.substr(0, cut)));
          if (below(2) == 0) add(frame(fin | pong, noise(below(10))));
          if (below(2) == 0) add(frame(more | continuation, ""));
          add(frame(fin | continuation, payload.substr(cut)));
          break;
        }
        default: add(frame(fin | kind, payload));
      }
    }
    if (below(4) == 0)
      add(frame(fin | closing, close_payload(1000 + static_cast<unsigned>(below(20)), noise(below(3)))));
    for (auto mutations = below(4); mutations > 0; --mutations) {
      // Half of them hit a header.
      auto const at = below(2) == 0 ? below(stream.size()) : starts[below(starts.size())] + below(6);
      if (at < stream.size()) stream[at] = static_cast<char>(stream[at] ^ (1 << below(8)));
    }
    if (below(4) == 0) stream.resize(below(stream.size() + 1));
    return stream;
  }

private:
  std::string noise(std::size_t size) {
    std::string out(size, '\0');
    for (auto& c : out) c = static_cast<char>(below(256));
    return out;
  }

  std::string characters(std::size_t size) {
    std::string out;
    while (out.size() < size)
      out += std::array{"a"sv, "z"sv, "\xc3\xa9"sv, "\xe2\x82\xac"sv, "\xf0\x9f\x98\x80"sv}[below(5)];
    return out;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("frames: in place, byte by byte, cut anywhere and through hybi13 alone, a stream gives the same") {
  std::size_t faults = 0;
  std::size_t messages = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    stream_maker maker(seed);
    // Mostly small, for many cuts and mutations in headers; sometimes over 64 KiB.
    std::size_t const largest = seed % 300 == 0 ? 66'000 : seed % 3 == 0 ? 400 : 20;
    auto const max = maker.below(8) == 0 ? largest / 2 : limit;
    auto const stream = maker.make(largest);
    auto const expected = plain_hybi13(max).read(stream);
    REQUIRE(read(stream, max) == expected);
    REQUIRE(read_bytewise(stream, max) == expected);
    REQUIRE(read_pieces(stream, max, [&] { return 1 + maker.below(2 * largest); }) == expected);
    faults += expected.fault != 0;
    messages += expected.told.size();
  }
  CHECK(faults > 500);
  CHECK(messages > 5000);
}
