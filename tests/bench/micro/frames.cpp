// SPDX-License-Identifier: MIT
// A masked text frame of a client: handed out in place, and read by websocketpp's hybi13.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include <benchmark/benchmark.h>
#include <websocketpp/processors/hybi13.hpp>

#include <socketiopp/transport/websocket/config.hpp>
#include <socketiopp/transport/websocket/frames.hpp>

namespace {

namespace websocket = socketiopp::transport::websocket;

constexpr std::size_t longest = 1'000'000;

std::string masked_text(std::size_t size) {
  std::string made = "\x81";
  if (size < 126) {
    made += static_cast<char>(0x80 | size);
  } else {
    made += static_cast<char>(0x80 | 126);
    made += static_cast<char>(size >> 8);
    made += static_cast<char>(size & 0xff);
  }
  std::string_view const mask = "mask";
  made += mask;
  for (std::size_t i = 0; i < size; ++i) made += static_cast<char>('x' ^ mask[i % 4]);
  return made;
}

void sizes(benchmark::internal::Benchmark* of) {
  for (int const size : {32, 1024, 16384}) of->Arg(size);
}

void in_place(benchmark::State& state) {
  struct sink {
    std::size_t taken = 0;
    bool on_text(std::span<char> text) {
      taken += text.size();
      return true;
    }
    bool on_binary(std::span<char>) { return false; }
    bool on_ping(std::span<char>) { return false; }
    bool on_pong(std::span<char>) { return false; }
    void on_close(std::uint16_t, std::string_view) {}
  } to;
  auto const frame = masked_text(static_cast<std::size_t>(state.range(0)));
  websocket::frame_reader reader(longest);
  std::string bytes;
  for (auto _ : state) {
    bytes = frame;
    if (reader.consume({bytes.data(), bytes.size()}, to, nullptr)) state.SkipWithError("no frame");
  }
  if (to.taken != state.iterations() * static_cast<std::size_t>(state.range(0)))
    state.SkipWithError("something is missing");
}
BENCHMARK(in_place)->Apply(sizes);

void hybi13(benchmark::State& state) {
  using config = websocket::config;
  auto const frame = masked_text(static_cast<std::size_t>(state.range(0)));
  config::rng_type random;
  websocketpp::processor::hybi13<config> reader(
      false, true, websocketpp::lib::make_shared<config::con_msg_manager_type>(), random);
  reader.set_max_message_size(longest);
  std::string bytes;
  for (auto _ : state) {
    bytes = frame;
    std::error_code error;
    reader.consume(reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size(), error);
    if (error || !reader.ready()) state.SkipWithError("no frame");
    benchmark::DoNotOptimize(reader.get_message());
  }
}
BENCHMARK(hybi13)->Apply(sizes);

}  // namespace
