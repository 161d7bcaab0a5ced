// SPDX-License-Identifier: MIT
// A server for https and wss: `secure CHAIN.pem KEY.pem`, on PORT (8443 when not set). After a renewal of the
// certificate, SIGHUP makes it read the files again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include <asio/signal_set.hpp>
#include <signal.h>

#include <socketiopp/server.hpp>
#include <socketiopp/transport/tls.hpp>

namespace sio = socketiopp;

struct chat {
  using to_server = sio::events<sio::event<"message", void(std::string text)>>;
  using to_client = sio::events<sio::event<"message", void(std::string from, std::string text)>>;
};

struct secure : sio::default_policies {
  using transport = sio::transport::tls;
};

int main(int count, char** arguments) {
  if (count != 3) return std::fputs("usage: secure CHAIN.pem KEY.pem\n", stderr), 1;
  sio::transport::tls_options const tls{.certificate_chain = sio::transport::pem::file(arguments[1]),
                                        .private_key = sio::transport::pem::file(arguments[2])};

  sio::basic_server<secure> io;
  auto& lobby = io.of<chat>();
  lobby.on<"message">([&](sio::socket<chat, secure>& s, std::string text) {
    lobby.emit<"message">(std::string(s.id()), text);
  });

  char const* const port = std::getenv("PORT");
  auto& door = io.listen(tls, static_cast<std::uint16_t>(port ? std::atoi(port) : 8443));
  asio::signal_set renewed(io.executor().io_context(), SIGHUP);
  auto const reload = [&](auto const& again) -> void {
    renewed.async_wait([&](std::error_code, int) {
      try {
        door.reload(tls);
      } catch (std::system_error const& error) {
        std::fprintf(stderr, "%s\n", error.what());  // and goes on with the old ones
      }
      again(again);
    });
  };
  reload(reload);
  std::printf("https://localhost:%d\n", door.port());
  io.run();
}
