// SPDX-License-Identifier: MIT
// A server for clients with the npm package socket.io-msgpack-parser. With RECOVERY set, clients that lose
// their connection find everything again.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <socketiopp/parser/msgpack.hpp>
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct packed : sio::default_policies {
  using parser = sio::parser::msgpack;
};
using socket_type = sio::socket<sio::any, packed>;

int main() {
  char const* const port = std::getenv("PORT");
  sio::server_options options{.ping_interval = 300ms, .ping_timeout = 200ms, .max_payload = 1'000'000};
  if (std::getenv("RECOVERY")) options.recovery.emplace();
  sio::basic_server<packed> io(std::move(options));
  for (auto const* const name : {"/", "/custom"}) {
    auto& nsp = io.of<sio::any>(name);
    nsp.on_connect([](socket_type& s) { s.emit("auth", s.auth(), s.recovered()); });
    nsp.on("message", [](socket_type& s, sio::arguments const& args) { s.emit("message-back", args); });
    nsp.on("message-with-ack", [](sio::arguments args) { return args; });
    nsp.on("ask me", [](socket_type& s, sio::arguments args, sio::ack<sio::arguments> reply) {
      s.emit_with_ack("question", args,
                      [reply = std::move(reply)](std::error_code error, sio::arguments answer) mutable {
                        reply(error ? sio::arguments({error.message()}) : answer);
                      });
    });
    nsp.on("join", [](socket_type& s, sio::arguments const& args) {
      s.join(args[0].string());
      return s.rooms();
    });
    nsp.on("to", [&nsp](socket_type&, sio::arguments const& args) {
      nsp.to(args[0].string()).emit("told", sio::arguments(std::vector(args.begin() + 1, args.end())));
    });
    nsp.on("quit", [](socket_type& s, sio::arguments const& args) { s.disconnect(args.get<bool>(0)); });
  }
  io.of<sio::any>("/guarded").use([](socket_type& s) {
    if (s.auth()["token"].string() == "x") return sio::admit;
    return sio::admission("not authorized", R"({"content":"Please retry later","codes":[1,null,2.5]})");
  });

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
