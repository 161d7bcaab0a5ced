// SPDX-License-Identifier: MIT
// socket_server on the Unix socket at the path PORT.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <asio/signal_set.hpp>
#include <signal.h>

#include <socketiopp/server.hpp>
#include <socketiopp/transport/local.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct local_policies : sio::default_policies {
  using transport = sio::transport::local;
};
using socket_type = sio::socket<sio::any, local_policies>;

int main() {
  char const* const path = std::getenv("PORT");
  sio::basic_server<local_policies> io{{.ping_interval = 300ms, .ping_timeout = 200ms}};
  auto& nsp = io.of<sio::any>("/");
  nsp.on("message", [](socket_type& s, sio::arguments const& args) { s.emit("message-back", args); });
  nsp.on("message-with-ack", [](sio::arguments args) { return args; });

  io.listen(path ? path : "local_server.sock");
  asio::signal_set end(io.executor().io_context(), SIGTERM);
  end.async_wait([&](std::error_code, int) { io.stop(); });
  std::printf("http://localhost:0\n");
  std::fflush(stdout);
  io.run();
}
