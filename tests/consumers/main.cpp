// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct user {
  std::string name;
  int age = 0;
};

struct chat {
  using to_server = sio::events<sio::event<"join", std::vector<std::string>(std::string room)>,
                                sio::event<"message", void(std::string room, std::string text)>,
                                sio::event<"lookup", user(std::string name)>>;
  using to_client = sio::events<sio::event<"message", void(std::string from, std::string text)>>;
  struct data {
    std::string name;
  };
};

inline constexpr sio::room<"match", int> match;

// What a user of the library writes, built the way a user builds it: a server that stops as soon as it runs.
int main() {
  using socket = sio::socket<chat>;
  sio::server io;
  auto& lobby = io.of<chat>("/chat");

  lobby.on_connect([](socket& s) { s.join(match(42)); });
  lobby.on<"join">([](socket& s, std::string room) {
    s.join(room);
    return s.rooms();
  });
  lobby.on<"message">([](socket& s, std::string room, std::string text) {
    s.to(room).except("muted").emit<"message">(s.data().name, text);
  });
  lobby.on<"lookup">([](std::string name, sio::ack<user> reply) { reply({.name = name, .age = 7}); });
  lobby.to(match(42)).emit<"message">("server", "hello");

  io.listen(0);
  io.post([&io] { io.stop(); });
  io.run();
}
