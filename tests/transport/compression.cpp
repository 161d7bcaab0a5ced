// SPDX-License-Identifier: MIT
#include <span>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "toy_compressor.hpp"
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/transport/compression.hpp>

namespace engine = socketiopp::engine;
using socketiopp::transport::deflated;
using socketiopp::transport::wrapping;
using namespace std::literals;

TEST_CASE("compression: a packet is compressed once, for all who receive it (F-012)") {
  toy_compressor with;
  auto const packet = engine::text_packet("4" + std::string(100, 'x'));
  auto const first = deflated(packet, with);
  CHECK(first.frame() == "\xc1\x04\x01\x34\x64x"sv);  // FIN, RSV1, text
  CHECK(with.last_form == wrapping::message);
  toy_compressor of_another_shard;
  auto const second = deflated(packet, of_another_shard);
  CHECK(second.payload().data() == first.payload().data());
  CHECK(with.times_deflated == 1);
  CHECK(of_another_shard.times_deflated == 0);
  CHECK(packet.payload() == "4" + std::string(100, 'x'));  // for those who take it as it is
}

TEST_CASE("compression: binary messages stay binary") {
  toy_compressor with;
  auto const bytes = std::string(100, '\0');
  auto const made = deflated(engine::binary_message(std::as_bytes(std::span(bytes))), with);
  CHECK(made.binary());
  CHECK(made.frame() == "\xc2\x02\x64\x00"sv);
}

TEST_CASE("compression: what is shorter than the threshold stays as it is") {
  toy_compressor with(10);
  auto const shorter = engine::text_packet("xxxxxxxxx");
  CHECK(deflated(shorter, with).payload().data() == shorter.payload().data());
  CHECK(with.times_deflated == 0);
  CHECK(deflated(engine::text_packet("xxxxxxxxxx"), with).payload().size() == 2);
}

TEST_CASE("compression: what gains nothing stays as it is, and is not tried again") {
  toy_compressor with;
  auto const packet = engine::text_packet("abcdefgh");
  CHECK(deflated(packet, with).payload().data() == packet.payload().data());
  CHECK(deflated(packet, with).payload().data() == packet.payload().data());
  CHECK(with.times_deflated == 1);
}

TEST_CASE("compression: what must not be compressed stays as it is (F-144)") {
  toy_compressor with;
  auto secret = engine::text_packet("xxxxxxxxxx");
  secret.compress(false);
  CHECK(deflated(secret, with).payload().data() == secret.payload().data());
  engine::packet_builder builder;
  builder.append("HTTP/1.1 100 Continue............");
  auto const raw = std::move(builder).raw();
  CHECK(deflated(raw, with).payload().data() == raw.payload().data());
  auto const twice = deflated(deflated(engine::text_packet(std::string(4000, 'x')), with), with);
  CHECK(with.times_deflated == 1);
  CHECK(twice.payload().size() == 64);
}
