// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <socketiopp/signals.hpp>

/// How the examples end their `main`.
namespace examples {

/// Listens on PORT (3000 when not set), says where, and serves until the system asks the process to end. What
/// else the transport's listener takes follows the server.
template <class Server, class... More> void serve(Server& io, More&&... more) {
  char const* const port = std::getenv("PORT");
  auto const& door =
      io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000), std::forward<More>(more)...);
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  socketiopp::close_on_signals const signals(io);
  io.run();
}

}  // namespace examples
