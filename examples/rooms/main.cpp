// SPDX-License-Identifier: MIT
// Rooms: who is in them, who gets what, and names made of typed parts. `examples/run rooms`, and in Node, in
// examples/tutorial: `s = require("socket.io-client")("http://localhost:3000"); s.onAny(console.log);
// s.emit("watch", 42, console.log)`.
#include <string>
#include <vector>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct ticker {
  using to_server =
      sio::events<sio::event<"watch", std::vector<std::string>(int match)>,  // answers with your rooms
                  sio::event<"unwatch", std::vector<std::string>(int match)>,
                  sio::event<"mute", void(bool on)>,                       // no cheers, but goals
                  sio::event<"cheer", void(int match, std::string text)>,  // to the others there
                  sio::event<"goal", void(int match)>,                     // to all who watch it
                  sio::event<"break", void(std::vector<int> matches)>,     // to all, once each
                  sio::event<"end", void(int match)>>;                     // and all are out
  using to_client = sio::events<sio::event<"news", void(std::string text)>>;
};

inline constexpr sio::room<"match", int> match;  // match(42) is "match:42" on the wire

int main() {
  using socket = sio::socket<ticker>;
  sio::server io;
  auto& stadium = io.of<ticker>();

  stadium.on<"watch">([](socket& s, int id) {
    s.join(match(id));
    s.to(match(id)).emit<"news">("one more watches");
    return s.rooms();
  });
  stadium.on<"unwatch">([](socket& s, int id) {
    s.leave(match(id));
    return s.rooms();
  });
  stadium.on<"mute">([](socket& s, bool on) { on ? s.join("muted") : s.leave("muted"); });
  stadium.on<"cheer">(
      [](socket& s, int id, std::string text) { s.to(match(id)).except("muted").emit<"news">(text); });
  stadium.on<"goal">([&](int id) { stadium.to(match(id)).emit<"news">("goal in " + match(id)); });
  stadium.on<"break">([&](std::vector<int> ids) {
    std::vector<std::string> rooms;
    for (auto const id : ids) rooms.push_back(match(id));
    stadium.to(rooms).emit<"news">("a break");
  });
  stadium.on<"end">([&](int id) {
    stadium.to(match(id)).emit<"news">("the end of " + match(id));
    stadium.to(match(id)).sockets_leave(match(id));
  });

  examples::serve(io);
}
