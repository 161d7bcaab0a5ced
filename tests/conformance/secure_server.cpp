// SPDX-License-Identifier: MIT
// socket_server over TLS: CERTIFICATE and KEY are the paths of its PEM files, which SIGHUP makes it read
// again. With CLIENT_CA, clients must show a certificate that it vouches for.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <asio/signal_set.hpp>
#include <signal.h>

#include <socketiopp/server.hpp>
#include <socketiopp/transport/tls.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct secure_policies : sio::default_policies {
  using transport = sio::transport::tls;
};
using socket_type = sio::socket<sio::any, secure_policies>;

int main() {
  auto const variable = [](char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
  };
  sio::transport::tls_options tls{.certificate_chain = sio::transport::pem::file(variable("CERTIFICATE")),
                                  .private_key = sio::transport::pem::file(variable("KEY"))};
  if (*variable("CLIENT_CA")) {
    tls.client = sio::transport::client_certificate::required;
    tls.client_ca = sio::transport::pem::file(variable("CLIENT_CA"));
  }

  sio::basic_server<secure_policies> io{{.ping_interval = 300ms, .ping_timeout = 200ms}};
  auto& nsp = io.of<sio::any>("/");
  nsp.on("message", [](socket_type& s, sio::arguments const& args) { s.emit("message-back", args); });
  nsp.on("message-with-ack", [](sio::arguments args) { return args; });

  auto& door = io.listen(tls, static_cast<std::uint16_t>(std::atoi(variable("PORT"))));
  asio::signal_set reload(io.executor().io_context(), SIGHUP);
  auto const wait = [&](auto const& again) -> void {
    reload.async_wait([&](std::error_code, int) {
      try {
        door.reload(tls);
        std::puts("reloaded");
      } catch (std::system_error const& error) {
        std::puts(error.what());
      }
      std::fflush(stdout);
      again(again);
    });
  };
  wait(wait);
  std::printf("https://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
