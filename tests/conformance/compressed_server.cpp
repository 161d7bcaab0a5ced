// SPDX-License-Identifier: MIT
// An Engine.IO server with compression: it echoes every message, those that begin with "plain"
// uncompressed.
#include <cstdio>
#include <cstdlib>

#include <socketiopp/compression.hpp>
#include <socketiopp/engine_server.hpp>

namespace sio = socketiopp;

int main() {
  char const* const port = std::getenv("PORT");
  sio::engine_server io{{.path = "/engine.io/", .max_payload = 1'000'000, .compression = sio::compression()}};
  io.on_text([](auto& session, auto text) {
    auto echo = sio::engine::text_message(text);
    echo.compress(!text.starts_with("plain"));
    session.send(echo);
  });
  io.on_binary([](auto& session, auto bytes) { session.send(sio::engine::binary_message(bytes)); });

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
