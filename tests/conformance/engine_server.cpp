// SPDX-License-Identifier: MIT
// The Engine.IO server that the public Engine.IO protocol test suites (v4; v3 with EIO3 set) expect: it
// echoes every message.
#include <cstdio>
#include <cstdlib>

#include <socketiopp/engine_server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

int main() {
  char const* const port = std::getenv("PORT");
  sio::engine_server io{{.path = "/engine.io/",
                         .ping_interval = 300ms,
                         .ping_timeout = 200ms,
                         .max_payload = 1'000'000,
                         .allow_eio3 = std::getenv("EIO3") != nullptr,
                         .cors = {.origins = {"*"}}}};
  io.on_text([](auto& session, auto text) { session.send(sio::engine::text_message(text)); });
  io.on_binary([](auto& session, auto bytes) { session.send(sio::engine::binary_message(bytes)); });

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
