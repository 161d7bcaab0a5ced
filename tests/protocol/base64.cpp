// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/protocol/base64.hpp>

namespace protocol = socketiopp::protocol;
using namespace std::string_literals;

namespace {

std::string encode(std::string_view bytes) {
  std::vector<char> const exact(bytes.begin(), bytes.end());  // no spare capacity: an over-read is seen
  std::string text;
  protocol::base64_encode(std::as_bytes(std::span(exact)), text);
  return text;
}

std::string decode(std::string_view text) {
  std::vector<char> const exact(text.begin(), text.end());
  std::string bytes;
  protocol::base64_decode({exact.data(), exact.size()}, bytes);
  return bytes;
}

std::string random_bytes(std::mt19937& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random() & 0xff));
  return bytes;
}

constexpr auto id_of_zeros = protocol::base64url(std::array<std::byte, 15>{});
static_assert(std::string_view(id_of_zeros.data(), id_of_zeros.size()) == "AAAAAAAAAAAAAAAAAAAA");

}  // namespace

TEST_CASE("base64: the vectors of RFC 4648 section 10, both ways") {
  struct {
    std::string_view bytes, text;
  } const vectors[]{{"", ""},
                    {"f", "Zg=="},
                    {"fo", "Zm8="},
                    {"foo", "Zm9v"},
                    {"foob", "Zm9vYg=="},
                    {"fooba", "Zm9vYmE="},
                    {"foobar", "Zm9vYmFy"}};
  for (auto const& [bytes, text] : vectors) {
    CHECK(encode(bytes) == text);
    CHECK(decode(text) == bytes);
  }
}

TEST_CASE("base64: every byte value is encoded, the high ones with + and /") {
  CHECK(encode("\xfb\xff\xbf"s) == "+/+/");
  CHECK(encode("\0\0\0"s) == "AAAA");
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  CHECK(decode(encode(all)) == all);
}

TEST_CASE("base64: encoding and decoding append") {
  std::string text = "b";
  protocol::base64_encode(std::as_bytes(std::span("foob", 4)), text);
  CHECK(text == "bZm9vYg==");
  std::string bytes = "x";
  protocol::base64_decode("Zm9vYg==", bytes);
  CHECK(bytes == "xfoob");
  protocol::base64_decode("", bytes);
  CHECK(bytes == "xfoob");
}

// What Buffer.from(text, "base64") gives in Node 20.20.
TEST_CASE("base64: decoding is as lenient as the reference (W-043)") {
  struct {
    std::string text, bytes;
  } const measured[]{
      {"A", ""},
      {"AA", "\0"s},
      {"AAA", "\0\0"s},
      {"QUJ", "AB"},
      {"QUJDRA=", "ABCD"},
      {"QUJDRA", "ABCD"},
      {"QUJDR", "ABC"},
      {"QUJD=RA", "ABC"},
      {"QUJD==QUJD", "ABC"},
      {"QUJDRA==QUJD", "ABCD"},
      {"Q=UJD", ""},
      {"=QUJD", ""},
      {"Q==", ""},
      {"QU JD", "ABC"},
      {"QU\nJD", "ABC"},
      {"Q!U?J@D", "ABC"},
      {"QUJD\0RA"s, "ABCD"},
      {"QUJD\xc3\xa9", "ABC"},
      {"-_-_", "\xfb\xff\xbf"},
      {"-_+/", "\xfb\xff\xbf"},
  };
  for (auto const& vector : measured) {
    CAPTURE(vector.text);
    CHECK(decode(vector.text) == vector.bytes);
  }
}

TEST_CASE("base64: what was encoded comes back, for every size") {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    auto const bytes = random_bytes(random, size);
    auto const text = encode(bytes);
    CHECK(text.size() == (size + 2) / 3 * 4);
    CHECK(decode(text) == bytes);
  }
}

TEST_CASE("base64: characters of no alphabet change nothing, wherever they stand") {
  std::mt19937 random(2);
  std::string_view const noise = " \r\n!\"#$%&'()*,.:;<>?@[\\]^`{|}~\x7f\x80\xff";
  for (int round = 0; round < 300; ++round) {
    auto const bytes = random_bytes(random, random() % 40);
    std::string noisy;
    for (char const character : encode(bytes)) {
      while (random() % 3 == 0) noisy.push_back(noise[random() % noise.size()]);
      noisy.push_back(character);
    }
    CAPTURE(noisy);
    CHECK(decode(noisy) == bytes);
  }
}

TEST_CASE("base64: any text decodes to what its alphabet characters before the first = allow") {
  std::mt19937 random(3);
  std::string_view const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
  for (int round = 0; round < 2000; ++round) {
    auto const text = random_bytes(random, random() % 64);
    std::size_t read = 0;
    for (char const character : text.substr(0, text.find('=')))
      if (letters.find(character) != std::string_view::npos) ++read;
    CHECK(decode(text).size() == read * 6 / 8);
  }
}

TEST_CASE("base64: identifiers are 20 characters, safe in URLs, and lose no bit") {
  std::mt19937 random(4);
  std::set<std::string> seen;
  for (int round = 0; round < 500; ++round) {
    std::array<std::byte, 15> bytes;
    for (auto& byte : bytes) byte = static_cast<std::byte>(random() & 0xff);
    auto const id = protocol::base64url(bytes);
    std::string const text(id.data(), id.size());
    CHECK(text.size() == 20);
    CHECK(text.find_first_of("+/=") == std::string::npos);
    auto const back = decode(text);
    CHECK(back == std::string(reinterpret_cast<char const*>(bytes.data()), bytes.size()));
    seen.insert(text);
  }
  CHECK(seen.size() == 500);
  auto const high = protocol::base64url(std::array{std::byte{0xfb}, std::byte{0xff}, std::byte{0xbf}});
  CHECK(std::string(high.data(), high.size()) == "-_-_");
}
