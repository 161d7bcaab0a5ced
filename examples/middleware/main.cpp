// SPDX-License-Identifier: MIT
// Middleware: who is let in, by what CONNECT carries, and how often they may speak. `examples/run
// middleware`, and in Node, in examples/tutorial: `s = require("socket.io-client")("http://localhost:3000", {
// auth: { token: "member" } }); s.onAny(console.log); s.emit("message", "hello")`.
#include <chrono>
#include <string>
#include <string_view>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct club {
  using to_server = sio::events<sio::event<"message", void(std::string text)>>;
  using to_client = sio::events<sio::event<"message", void(std::string from, std::string text)>,
                                sio::event<"refused", void(std::string event, std::string why)>>;
  struct auth {  // who carries none, or one of another type, is refused before any middleware is asked
    std::string token;
  };
  struct data {
    std::string role;
    std::chrono::steady_clock::time_point since;
    int events = 0;
  };
};

struct details {  // the `data` of the client's connect_error
  int code;
};

int main() {
  using socket = sio::socket<club>;
  constexpr int events_per_second = 5;
  sio::server io;
  auto& room = io.of<club>();

  room.use([](socket& s) -> sio::admission {
    auto const& token = s.auth().token;  // in earnest: look it up, and answer later by a `sio::decision`
    if (token != "member" && token != "guest") return sio::refuse("no such token", details{401});
    s.data().role = token;
    return sio::admit;
  });
  room.use([](socket& s, std::string_view, sio::arguments const&) -> sio::admission {
    auto const now = std::chrono::steady_clock::now();
    auto& [role, since, events] = s.data();
    if (now - since > 1s) since = now, events = 0;
    return ++events > events_per_second ? sio::refuse("too fast") : sio::admit;
  });
  room.on_error(
      [](socket& s, sio::event_error const& error) { s.emit<"refused">(error.event, error.message); });
  room.on<"message">([&](socket& s, std::string text) { room.emit<"message">(s.data().role, text); });

  examples::serve(io);
}
