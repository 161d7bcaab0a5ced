// SPDX-License-Identifier: MIT
// The Socket.IO server that the public Socket.IO protocol test suite (v5) expects.
#include <cstdio>
#include <cstdlib>

#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;
using socket_type = sio::socket<sio::any>;

int main() {
  char const* const port = std::getenv("PORT");
  sio::server io{{.ping_interval = 300ms,
                  .ping_timeout = 200ms,
                  .max_payload = 1'000'000,
                  .connect_timeout = 1000ms,
                  .cors = {.origins = {"*"}}}};
  for (auto const* const name : {"/", "/custom"}) {
    auto& nsp = io.of<sio::any>(name);
    nsp.on_connect([](socket_type& s) { s.emit("auth", s.auth()); });
    nsp.on("message", [](socket_type& s, sio::arguments const& args) { s.emit("message-back", args); });
    nsp.on("message-with-ack", [](sio::arguments args) { return args; });
  }

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
