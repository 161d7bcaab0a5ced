// SPDX-License-Identifier: MIT
// Namespaces that clients bring about: each team has as many boards as it likes, and none hears of another.
// `examples/run dynamic_namespaces`, and in Node, in examples/tutorial:
// `s = require("socket.io-client")("http://localhost:3000/blue/board-1"); s.emit("pin", "a note")`.
#include <cstdio>
#include <string>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct board {
  using to_server = sio::events<sio::event<"pin", int(std::string note)>>;  // answers with the board's number
  using to_client = sio::events<sio::event<"pinned", void(std::string note)>>;
};

struct office {
  using to_server = sio::events<sio::event<"announce", void(std::string note)>,  // to every board there is
                                sio::event<"remind", void(std::string team, int number, std::string note)>>;
  using to_client = sio::events<>;
};

inline constexpr sio::pattern<"/{team}/board-{number}", std::string, int> boards;

int main() {
  using socket = sio::socket<board>;
  sio::server io{{.cleanup_empty_namespaces = true}};  // a board goes with the last who looks at it

  auto& all = io.of<board>(boards);
  all.use([](socket& s) {
    auto const [team, number] = *boards.parts(s.nsp());
    return team == "blue" || team == "green" ? sio::admit : sio::refuse("no such team");
  });
  all.on_new_namespace([](sio::namespace_<board>& one) {
    std::printf("%s is here\n", one.name().c_str());
    std::fflush(stdout);
  });
  all.on<"pin">([](socket& s, std::string note) {
    s.broadcast().emit<"pinned">(note);
    return std::get<1>(*boards.parts(s.nsp()));
  });

  auto& main = io.of<office>();
  main.on<"announce">([&](std::string note) { all.emit<"pinned">(note); });
  main.on<"remind">([&](std::string team, int number, std::string note) {
    if (auto const one = all.find(boards(team, number))) one->emit<"pinned">(note);  // `io.of` would make it
  });

  examples::serve(io);
}
