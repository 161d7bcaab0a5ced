// SPDX-License-Identifier: MIT
// An event to a room: from its encoding to the packets of each connection, without writing them.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "../../core/fakes.hpp"
#include <socketiopp/parser/text.hpp>
#include <socketiopp/parser/values.hpp>

namespace {

using namespace socketiopp;

// A WebSocket that takes everything at once.
class sink final : public engine::link {
public:
  std::size_t taken = 0;

  void respond(engine::answer const&) override {}
  void send(std::vector<engine::shared_packet>& packets) override {
    taken += packets.size();
    packets.clear();
  }
  bool writable() const override { return true; }
  std::size_t queued_bytes() const override { return 0; }
  void close(std::uint16_t, std::string_view) override {}
  void cut() override {}
};

// So many sockets in the room, and as many outside.
struct scene {
  explicit scene(std::size_t members) {
    for (std::size_t i = 0; i < 2 * members; ++i) {
      auto& link = *links.emplace_back(std::make_unique<sink>());
      auto& session = world.hub.open(world.hub.claim_next_id(), link, true, {}, {});
      std::string packet = "40";
      session.receive_text(link, packet);
      world.end();
      if (i < members) nsp.sockets.back()->join("room");
      nsp.log.clear();
    }
    for (auto const& link : links) link->taken = 0;
  }

  fakes::world world;
  fakes::recorder& nsp = world.of("/");
  std::vector<std::unique_ptr<sink>> links;
};

// The time is that of one delivery.
void to_room(benchmark::State& state) {
  using format = parser::text::format<json::rapidjson>;
  auto const members = static_cast<std::size_t>(state.range(0));
  scene in(members);
  core::targets to;
  to.some = true;
  to.rooms = {"room"};
  std::string const message(32, 'x');
  for (auto _ : state) {
    in.nsp.send(to, parser::encode_event<format>("/", std::nullopt, "response", message));
    in.world.end();
  }
  std::size_t taken = 0;
  for (auto const& link : in.links) taken += link->taken;
  if (taken != members * static_cast<std::size_t>(state.iterations())) state.SkipWithError("some got none");
  state.SetItemsProcessed(static_cast<std::int64_t>(taken));
}
BENCHMARK(to_room)->Arg(10)->Arg(1'000)->Arg(100'000);

}  // namespace
