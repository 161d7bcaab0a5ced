// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/shared_packet.hpp>

namespace engine = socketiopp::engine;
using namespace std::string_literals;

namespace {

// The frame of a whole, unmasked message as RFC 6455, 5.2 has it.
std::string frame(bool binary, std::string_view payload) {
  std::string bytes(1, binary ? '\x82' : '\x81');
  int const length_bytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
  bytes += static_cast<char>(length_bytes == 0 ? payload.size() : length_bytes == 2 ? 126 : 127);
  for (int i = length_bytes; i-- > 0;) bytes += static_cast<char>(payload.size() >> 8 * i & 0xff);
  return bytes.append(payload);
}

}  // namespace

TEST_CASE("shared_packet: the frame is RFC 6455's, at every length where its header changes") {
  for (std::size_t const size : {0u, 1u, 124u, 125u, 126u, 127u, 65534u, 65535u, 65536u, 70000u}) {
    CAPTURE(size);
    std::string const payload(size, 'x');
    auto const text = engine::text_packet(payload);
    CHECK(text.payload() == payload);
    CHECK_FALSE(text.binary());
    CHECK((text.frame() == frame(false, payload)));

    auto const binary = engine::binary_message(std::as_bytes(std::span(payload)));
    CHECK(binary.payload() == payload);
    CHECK(binary.binary());
    CHECK((binary.frame() == frame(true, payload)));

    auto const message = engine::text_message(payload);
    CHECK(message.payload() == "4" + payload);
    CHECK((message.frame() == frame(false, "4" + payload)));
  }
}

TEST_CASE("shared_packet: raw bytes have no frame") {
  engine::packet_builder builder;
  builder.append("HTTP/1.1 200 OK\r\n");
  auto const raw = std::move(builder).raw();
  CHECK(raw.payload() == "HTTP/1.1 200 OK\r\n");
  CHECK(raw.frame() == raw.payload());
  CHECK_FALSE(raw.binary());
}

TEST_CASE("shared_packet: the builder grows from any guess, and takes zeros and nothing") {
  for (std::size_t const guess : {0u, 1u, 3u, 1000u}) {
    CAPTURE(guess);
    engine::packet_builder builder(guess);
    std::string expected;
    for (std::size_t i = 0; i < 300; ++i) {
      builder.push_back(static_cast<char>(i));
      std::string const more(i % 7, static_cast<char>(i + 1));
      builder.append(more);
      builder.append(nullptr, 0);
      expected += static_cast<char>(i) + more;
    }
    builder.append("\0"s);
    auto const packet = std::move(builder).binary();
    CHECK((packet.payload() == expected + "\0"s));
    CHECK((packet.frame() == frame(true, expected + "\0"s)));
  }
}

TEST_CASE("shared_packet: copies share one block, which goes with the last of them") {
  engine::shared_packet const none;
  CHECK_FALSE(none);
  auto first = engine::text_packet("2");
  auto second = first;
  CHECK(second.payload().data() == first.payload().data());
  auto third = std::move(first);
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): what it says is the point
  auto& self = second;
  second = self;
  CHECK(second.payload() == "2");
  second = engine::text_packet("3");
  CHECK(third.payload() == "2");
  CHECK(second.payload() == "3");
  third = none;
  CHECK_FALSE(third);
}

TEST_CASE("shared_packet: an unfinished builder leaves nothing behind") {
  auto builder = std::make_unique<engine::packet_builder>(10);
  builder->append("abc");
  CHECK_NOTHROW(builder.reset());  // and the sanitizer finds no leak
}

TEST_CASE("shared_packet: may be copied, read and dropped on many threads") {
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> readers;
    std::vector<int> good(4, 0);
    {
      auto const packet = engine::text_message(std::string(200, 'x'));
      for (auto& mine : good)
        readers.emplace_back([packet, &mine] {
          for (int i = 0; i < 100; ++i) {
            auto const copy = packet;
            mine += copy.payload().size() == 201 && copy.frame().size() == 205;
          }
        });
    }
    for (auto& each : readers) each.join();
    for (auto const mine : good) REQUIRE(mine == 100);
  }
}

TEST_CASE("shared_packet: messages may be compressed unless told, raw bytes never (F-144)") {
  auto packet = engine::text_message("a");
  CHECK(packet.compressible());
  packet.compress(false);
  CHECK_FALSE(packet.compressible());
  auto const shared = packet;
  CHECK_FALSE(shared.compressible());
  auto again = engine::text_message("a");
  again.compress(false);
  again.compress(true);
  CHECK(again.compressible());
  CHECK_FALSE(engine::packet_builder().raw().compressible());
}

TEST_CASE("shared_packet: the frame of compressed bytes says so (RFC 7692, 6)") {
  for (std::size_t const size : {0u, 125u, 126u, 65535u, 65536u}) {
    for (bool const binary : {false, true}) {
      CAPTURE(size);
      std::string const bytes(size, 'x');
      engine::packet_builder builder;
      builder.append(bytes);
      auto const packet = std::move(builder).compressed(binary);
      auto expected = frame(binary, bytes);
      expected[0] = binary ? '\xc2' : '\xc1';
      CHECK((packet.frame() == expected));
      CHECK(packet.payload() == bytes);
      CHECK(packet.binary() == binary);
      CHECK_FALSE(packet.compressible());
    }
  }
}

TEST_CASE("shared_packet: a twin is made once, and lives as long as anybody needs it") {
  int made = 0;
  auto const make = [&made] {
    ++made;
    return engine::text_packet("twin");
  };
  engine::shared_packet twin;
  {
    auto const packet = engine::text_packet("packet");
    auto const copy = packet;
    twin = packet.twin(make);
    CHECK(copy.twin(make).payload().data() == twin.payload().data());
    CHECK(made == 1);
    CHECK(packet.payload() == "packet");
  }
  CHECK(twin.payload() == "twin");
  {
    auto const unasked = engine::text_packet("packet");
    auto const dropped = engine::text_packet("packet");
    dropped.twin(make);  // and the sanitizer finds no leak
  }
  CHECK(made == 2);
}

TEST_CASE("shared_packet: a packet that has no other form is its own twin, which is remembered") {
  int asked = 0;
  auto const none = [&asked] {
    ++asked;
    return engine::shared_packet();
  };
  engine::shared_packet twin;
  {
    auto const packet = engine::text_packet("packet");
    twin = packet.twin(none);
    CHECK(packet.twin(none).payload().data() == packet.payload().data());
    CHECK(twin.payload().data() == packet.payload().data());
    CHECK(asked == 1);
  }
  CHECK(twin.payload() == "packet");
}

TEST_CASE("shared_packet: a twin that cannot be made is asked for again") {
  auto const packet = engine::text_packet("packet");
  CHECK_THROWS_AS(packet.twin([]() -> engine::shared_packet { throw std::bad_alloc(); }), std::bad_alloc);
  CHECK(packet.twin([] { return engine::text_packet("twin"); }).payload() == "twin");
}

TEST_CASE("shared_packet: all threads get the same twin") {
  for (int round = 0; round < 200; ++round) {
    std::vector<engine::shared_packet> got(4);
    {
      auto const packet = engine::text_message("packet");
      std::vector<std::thread> receivers;
      for (auto& mine : got)
        receivers.emplace_back([packet, &mine, round] {
          mine = packet.twin(
              [round] { return round % 2 ? engine::text_packet("twin") : engine::shared_packet(); });
        });
      for (auto& each : receivers) each.join();
    }
    for (auto const& mine : got) REQUIRE(mine.payload().data() == got[0].payload().data());
    REQUIRE(got[0].payload() == (round % 2 ? "twin" : "4packet"));
  }
}
