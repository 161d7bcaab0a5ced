// SPDX-License-Identifier: MIT
// The Socket.IO server that the public Socket.IO protocol test suite (v5) expects. Environment variables
// change it: EIO3 (serves clients of Socket.IO v2 too), TRUSTED_PROXIES (an address), ORIGIN (that has
// access, with credentials; empty: none), COOKIE (is set), ALLOW (asks `allow_request`, which refuses who
// sends
// `?refuse=why` and answers who sends `?later` on another thread), CLOSE (milliseconds: closes in order at
// SIGTERM).
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <asio/signal_set.hpp>

#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;
using socket_type = sio::socket<sio::any>;

namespace {

bool is_set(char const* name) { return std::getenv(name) != nullptr; }

std::vector<std::string> list_of(char const* name) {
  char const* const value = std::getenv(name);
  return value && *value ? std::vector<std::string>{value} : std::vector<std::string>{};
}

void allow(sio::http::request const& asked, sio::decision decide) {
  namespace protocol = sio::protocol;
  auto const why = protocol::query_value(asked.query, "refuse");
  auto answer = [why, decide = std::move(decide)]() mutable { decide(why ? sio::refuse(*why) : sio::admit); };
  if (protocol::query_value(asked.query, "later"))
    std::thread(std::move(answer)).detach();
  else
    std::move(answer)();
}

}  // namespace

int main() {
  char const* const port = std::getenv("PORT");
  sio::server_options options{.ping_interval = 300ms,
                              .ping_timeout = 200ms,
                              .max_payload = 1'000'000,
                              .allow_eio3 = is_set("EIO3"),
                              .connect_timeout = 1000ms,
                              .cors = {.origins = {"*"}},
                              .trusted_proxies = list_of("TRUSTED_PROXIES")};
  if (is_set("ORIGIN")) options.cors = {.origins = list_of("ORIGIN"), .credentials = true};
  if (is_set("COOKIE")) options.cookie.emplace();
  if (is_set("ALLOW")) options.allow_request = allow;
  sio::server io(std::move(options));
  for (auto const* const name : {"/", "/custom"}) {
    auto& nsp = io.of<sio::any>(name);
    nsp.on_connect([](socket_type& s) { s.emit("auth", s.auth()); });
    nsp.on("message", [](socket_type& s, sio::arguments const& args) { s.emit("message-back", args); });
    nsp.on("message-with-ack", [](sio::arguments args) { return args; });
    nsp.on("address", [](socket_type& s, sio::arguments const&) { return s.handshake().remote_address; });
    nsp.on("join", [](socket_type& s, sio::arguments const& args) {
      s.join(args[0].string());
      return sio::arguments{};
    });
    nsp.on("to", [&nsp](socket_type&, sio::arguments const& args) {
      nsp.to(args[0].string()).emit("told", sio::arguments(std::vector(args.begin() + 1, args.end())));
    });
    nsp.on("quit", [](socket_type& s, sio::arguments const& args) { s.disconnect(args.get<bool>(0)); });
  }

  asio::signal_set signals(io.executor().io_context());
  if (char const* const deadline = std::getenv("CLOSE")) {
    signals.add(SIGTERM);
    signals.async_wait([&, deadline](std::error_code cancelled, int) {
      if (!cancelled) io.close(std::chrono::milliseconds(std::atoi(deadline)));
    });
  }

  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  io.run();
}
