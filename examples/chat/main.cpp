// SPDX-License-Identifier: MIT
// A chat: a contract, rooms, and what happens when somebody goes. `examples/run chat`; open the page in two
// tabs, and enter the same room in both.
#include <string>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct chat {
  using to_server = sio::events<sio::event<"enter", std::string(std::string room)>,  // answers with your name
                                sio::event<"say", void(std::string text)>>;
  using to_client = sio::events<sio::event<"said", void(std::string from, std::string text)>,
                                sio::event<"note", void(std::string text)>>;
  struct data {
    std::string name, room;
  };
};

// "chat:" stands before what a client chose, so that nobody enters the room of a socket's id.
inline constexpr sio::room<"chat", std::string> chat_room;

int main() {
  using socket = sio::socket<chat>;
  sio::server io{{.client = "../tutorial/node_modules/socket.io-client/dist"}};
  auto& lobby = io.of<chat>();
  int guests = 0;

  auto const leave = [](socket& s, std::string const& how) {
    if (!s.data().room.empty()) s.to(s.data().room).emit<"note">(s.data().name + how);
    s.leave(s.data().room);
  };
  lobby.on_connect([&](socket& s) { s.data().name = "guest " + std::to_string(++guests); });
  lobby.on<"enter">([=](socket& s, std::string room) {
    leave(s, " went to another room");
    s.join(s.data().room = chat_room(room));
    s.to(s.data().room).emit<"note">(s.data().name + " came in");
    return s.data().name;
  });
  lobby.on<"say">([&](socket& s, std::string text) {
    if (!s.data().room.empty()) lobby.to(s.data().room).emit<"said">(s.data().name, text);
  });
  lobby.on_disconnect([=](socket& s, sio::reason why) { leave(s, " left: " + std::string(to_string(why))); });

  io.http([page = sio::http::files("public"), look = sio::http::files("../tutorial/public")](
              sio::http::request const& asked, sio::http::response& answer) {
    asked.path == "/" ? page(asked, answer) : look(asked, answer);
  });
  examples::serve(io);
}
