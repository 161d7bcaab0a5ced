// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>
#include <zlib.h>

#include <socketiopp/compression.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/websocket/frames.hpp>
#include <socketiopp/transport/zlib.hpp>

namespace transport = socketiopp::transport;
using transport::inflation;
using transport::wrapping;
using namespace std::literals;

namespace {

constexpr auto tail = "\x00\x00\xff\xff"sv;

std::unique_ptr<transport::compressor> compressor(transport::zlib_options const& options = {}) {
  return transport::zlib(options).make();
}

// What zlib itself makes of it; bits as for `inflateInit2`.
std::string inflated(std::string data, int bits) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, bits) == Z_OK);
  std::string out(2'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(data.data());
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  auto const result = inflate(&stream, Z_SYNC_FLUSH);
  CHECK(result == (bits < 0 ? Z_OK : Z_STREAM_END));
  CHECK(stream.avail_in == 0);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

// What zlib itself makes of it; `flush` ends it.
std::string deflated(std::string_view text, int flush, int level = 6) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string copy(text);
  std::string out(text.size() + text.size() / 100 + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, flush);
  REQUIRE(stream.avail_out > 0);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

struct outcome {
  inflation what;
  std::string text;

  bool operator==(outcome const&) const = default;
};

// `payload` is that of a message, without the four bytes at its end.
outcome read(transport::compressor& with, std::string_view payload, std::size_t most = 1'000'000) {
  std::string out = "old";
  auto const what = with.inflate(std::string(payload).append(tail), most, out);
  return {what, what == inflation::done ? out : ""};
}

outcome read(std::string_view payload, std::size_t most = 1'000'000) {
  return read(*compressor(), payload, most);
}

outcome done(std::string text) { return {inflation::done, std::move(text)}; }
outcome const corrupt{inflation::corrupt, ""};
outcome const too_large{inflation::too_large, ""};

std::string words(std::size_t size) {
  std::mt19937 random(1);
  std::string text;
  while (text.size() < size) text += "word" + std::to_string(random() % 100) + ' ';
  text.resize(size);
  return text;
}

std::string noise(std::size_t size) {
  std::mt19937 random(2);
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(random());
  return bytes;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("zlib: the examples of RFC 7692, 7.2.3") {
  CHECK(read("\xf2\x48\xcd\xc9\xc9\x07\x00"sv) == done("Hello"));
  CHECK(read("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv) == done("Hello"));  // not compressed
  CHECK(read("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv) == done("Hello"));              // the block is the last
  CHECK(read("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv) == done("Hello"));
  CHECK(read("\x00"sv) == done(""));
  CHECK(read("\x02\x00"sv) == done(""));
  // 7.2.3.2 refers to the message before it, which was not agreed on.
  auto const with = compressor();
  CHECK(read(*with, "\xf2\x48\xcd\xc9\xc9\x07\x00"sv) == done("Hello"));
  CHECK(read(*with, "\xf2\x00\x11\x00\x00"sv) == corrupt);
}

TEST_CASE("zlib: a message is what zlib inflates, and inflates what zlib makes") {
  auto const with = compressor();
  for (std::size_t const size : {100u, 1024u, 16383u, 16384u, 16385u, 32768u, 65535u, 65536u, 1'000'000u}) {
    CAPTURE(size);
    auto const text = words(size);
    std::string out = "old";
    REQUIRE(with->deflate(wrapping::message, text, out));
    CHECK(out.size() < text.size());
    CHECK_FALSE(out.ends_with(tail));
    CHECK((inflated(out + std::string(tail), -15) == text));
    CHECK((read(*with, out) == done(text)));
    for (int const level : {0, 1, 9}) {
      auto const made = deflated(text, Z_SYNC_FLUSH, level);
      REQUIRE(made.ends_with(tail));
      CHECK((read(*with, std::string_view(made).substr(0, made.size() - 4)) == done(text)));
    }
  }
}

TEST_CASE("zlib: a message does not depend on those before it") {
  auto const with = compressor();
  auto const text = words(5000);
  std::string first;
  std::string second;
  REQUIRE(with->deflate(wrapping::message, text, first));
  CHECK_FALSE(with->deflate(wrapping::message, noise(5000), second));  // given up within
  REQUIRE(with->deflate(wrapping::message, text, second));
  CHECK(first == second);
}

TEST_CASE("zlib: bodies are zlib's and gzip's formats") {
  auto const with = compressor();
  for (int round = 0; round < 2; ++round) {
    for (std::size_t const size : {1024u, 100'000u}) {
      auto const text = words(size);
      std::string out = "old";
      REQUIRE(with->deflate(wrapping::gzip, text, out));
      CHECK((inflated(out, 15 + 16) == text));
      REQUIRE(with->deflate(wrapping::zlib, text, out));
      CHECK((inflated(out, 15) == text));
    }
  }
}

TEST_CASE("zlib: what gets no shorter is not compressed") {
  auto const with = compressor();
  std::string out;
  for (auto const form : {wrapping::message, wrapping::zlib, wrapping::gzip}) {
    for (auto const& bytes : {""s, "a"s, "abcdefgh"s, noise(1000), noise(100'000)})
      CHECK_FALSE(with->deflate(form, bytes, out));
  }
  for (std::size_t size = 1; size < 60; ++size) {
    auto const text = std::string(size, 'x');
    for (auto const form : {wrapping::message, wrapping::zlib, wrapping::gzip}) {
      CAPTURE(size);
      if (with->deflate(form, text, out)) CHECK(out.size() < size);
    }
    if (with->deflate(wrapping::message, text, out)) CHECK(read(*with, out) == done(text));
  }
}

TEST_CASE("zlib: compressed data refer no further back than was agreed on") {
  auto const text = words(100'000);
  for (int const bits : {9, 10, 14, 15}) {
    auto const with = compressor({.window_bits = bits});
    CHECK(with->terms().window_bits == bits);
    std::string out;
    REQUIRE(with->deflate(wrapping::message, text, out));
    CHECK((inflated(out + std::string(tail), -bits) == text));
    CHECK((read(*with, out) == done(text)));
  }
}

TEST_CASE("zlib: the bound is exact") {
  auto const with = compressor();
  for (std::size_t const size : {1u, 5u, 16383u, 16384u, 16385u, 49152u, 500'000u}) {
    CAPTURE(size);
    for (auto const& text : {words(size), noise(size), std::string(size, '\0')}) {
      auto const made = deflated(text, Z_SYNC_FLUSH);
      auto const payload = std::string_view(made).substr(0, made.size() - 4);
      CHECK((read(*with, payload, size) == done(text)));
      CHECK((read(*with, payload, size + 1) == done(text)));
      CHECK(read(*with, payload, size - 1) == too_large);
      CHECK(read(*with, payload, 0) == too_large);
    }
  }
  CHECK(read(*with, "\x00"sv, 0) == done(""));
}

TEST_CASE("zlib: a bomb is stopped at the bound, in bounded memory") {
  // 1 MiB of zeros is about 1 KiB; a thousand of these follow each other in one message.
  auto const part = deflated(std::string(1 << 20, '\0'), Z_FULL_FLUSH);
  auto bomb = repeated(part, 1000);
  CHECK(bomb.size() < 1'100'000);
  auto const with = compressor();
  std::string out;
  CHECK(with->inflate(bomb, 1'000'000, out) == inflation::too_large);
  CHECK(out.capacity() <= 2'000'000);
  CHECK(read(*with, "\xf2\x48\xcd\xc9\xc9\x07\x00"sv) == done("Hello"));  // and is over
}

TEST_CASE("zlib: empty blocks, however many, are no fault") {
  auto const empty = "\x00\x00\x00\xff\xff"s;
  auto const hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
  CHECK(read(repeated(empty, 100'000) + hello) == done("Hello"));
  CHECK(read(hello + std::string(tail) + repeated(empty, 100'000) + '\0') == done("Hello"));
}

TEST_CASE("zlib: what is not DEFLATE is corrupt") {
  auto const with = compressor();
  for (std::string_view const bad : {
           ""sv,                                              // not even an empty block
           "\x06\x00"sv, "\xff"sv, "\x07"sv,                  // a block of no type
           "\x00\x05\x00\xfa\xfe\x48\x65\x6c\x6c\x6f\x00"sv,  // lengths that contradict each other
           "\x00\x06\x00\xf9\xff\x48"sv,                      // less than its length
           "\xf2\x48\xcd\xc9\xc9\x07"sv,                      // the end cut off
           "\xf2\x48\xcd\xc9"sv, "\xf2"sv, "\x04"sv, "\x00\x00"sv,
           "\xf2\x48\xcd\xc9\xc9\x07\x00\x00"sv,                                      // more behind the end
           "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xf3\x48\xcd\xc9\xc9\x07\x00"sv,  // gzip
           "\x78\x9c\xf3\x48\xcd\xc9\xc9\x07\x00\x05\x8c\x01\xf5"sv,                  // zlib
       }) {
    CAPTURE(bad.size());
    CHECK(read(*with, bad) == corrupt);
    CHECK(read(*with, "\xf2\x48\xcd\xc9\xc9\x07\x00"sv) == done("Hello"));  // nothing is left of it
  }
}

TEST_CASE("zlib: what follows a last block is the end, or a fault") {
  auto const last = deflated("Hello", Z_FINISH);
  CHECK(read(last) == done("Hello"));
  CHECK(read(last + '\0') == done("Hello"));
  CHECK(read("\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff\x01"sv) ==
        done("Hello"));  // the empty one is the last
  CHECK(read(last + "\x00\x00"s) == corrupt);
  CHECK(read(last + "\x01"s) == corrupt);
  CHECK(read(last + last) == corrupt);
  CHECK(read(last + "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == corrupt);
}

TEST_CASE("zlib: a message that is cut off is never taken for another") {
  auto const text = words(3000);
  auto const made = deflated(text, Z_SYNC_FLUSH);
  auto const with = compressor();
  for (std::size_t size = 0; size + 4 < made.size(); ++size) {
    CAPTURE(size);
    CHECK(read(*with, std::string_view(made).substr(0, size)) == corrupt);
  }
}

TEST_CASE("zlib: any bytes are inflated, or refused") {
  auto const with = compressor();
  std::mt19937 random(3);
  auto const good = deflated(words(2000), Z_SYNC_FLUSH);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto bytes = good.substr(0, good.size() - 4);
    for (int changes = 1 + i % 3; changes > 0; --changes)
      bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    auto const got = read(*with, bytes, 3000);
    CHECK(got.text.size() <= 3000);
    refused += got.what != inflation::done;
  }
  CHECK(refused > 1000);
}

TEST_CASE("zlib: the frames of a client, inflated (F-012)") {
  struct {
    std::vector<std::string> told;

    bool on_text(std::span<char> text) { return told.emplace_back(text.data(), text.size()), true; }
    bool on_binary(std::span<char> bytes) { return told.emplace_back(bytes.data(), bytes.size()), true; }
    bool on_ping(std::span<char>) { return true; }
    bool on_pong(std::span<char>) { return true; }
    void on_close(std::uint16_t, std::string_view) {}
  } sink;
  auto const with = compressor();
  auto const code_of = [&](std::string frame, std::size_t most = 100'000) {
    transport::websocket::frame_reader reader(most);
    frame += '?';
    return reader.consume(std::span(frame).first(frame.size() - 1), sink, with.get());
  };
  auto const masked = "\0\0\0\0"s;
  CHECK(code_of("\xc1\x87" + masked + "\xf2\x48\xcd\xc9\xc9\x07\x00"s) == 0);
  // RFC 7692, 7.2.3.1: in two fragments, and in between a ping
  CHECK(code_of("\x41\x83" + masked + "\xf2\x48\xcd"s + "\x89\x80" + masked + "\x80\x84" + masked +
                "\xc9\xc9\x07\x00"s) == 0);
  CHECK(sink.told == std::vector{"Hello"s, "Hello"s});
  CHECK(code_of("\xc1\x84" + masked + "\xf2\x48\xcd\xc9"s) == 1007);
  CHECK(code_of("\xc1\x87" + masked + "\xf2\x48\xcd\xc9\xc9\x07\x00"s, 7) == 0);
  auto bomb = repeated(deflated(std::string(1 << 20, '\0'), Z_FULL_FLUSH), 60);
  REQUIRE(bomb.size() > 60'000);
  REQUIRE(bomb.size() < 65'536);
  auto const header =
      "\xc2\xfe"s + static_cast<char>(bomb.size() >> 8) + static_cast<char>(bomb.size() & 0xff);
  CHECK(code_of(header + masked + bomb) == 1009);
  CHECK(sink.told.size() == 3);
}

TEST_CASE("zlib: options that zlib cannot work with are refused by name") {
  auto const refusal = [](transport::zlib_options const& options) -> std::string {
    try {
      return socketiopp::compression(options) ? "none" : "null";
    } catch (std::system_error const& error) {
      CHECK(error.code() == std::errc::invalid_argument);
      return error.what();
    }
  };
  CHECK(refusal({}) == "none");
  CHECK(refusal({.threshold = 0, .level = 9, .window_bits = 9}) == "none");
  for (int const level : {-1, 0, 10}) CHECK(refusal({.level = level}).find("level") != std::string::npos);
  for (int const bits : {-15, 0, 8, 16, 31})
    CHECK(refusal({.window_bits = bits}).find("window_bits") != std::string::npos);
}

TEST_CASE("zlib: each shard has a compressor of its own") {
  auto const settings = socketiopp::compression({.threshold = 77});
  auto const one = settings->make();
  auto const other = settings->make();
  CHECK(one != other);
  CHECK(one->terms().threshold == 77);
  CHECK(other->terms().window_bits == 15);
}
