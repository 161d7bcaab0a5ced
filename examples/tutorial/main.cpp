// SPDX-License-Identifier: MIT
// The Socket.IO tutorial: messages, acknowledgements, broadcasts, namespaces and rooms.
#include <cstdio>
#include <cstdlib>

#include "contract.hpp"
#include <socketiopp/server.hpp>
#include <socketiopp/signals.hpp>

namespace sio = socketiopp;
using namespace tutorial;

/// Shows the predefined events of a namespace.
template <class Namespace> void show_events(Namespace& nsp) {
  using socket = typename Namespace::socket;
  auto const line = [](socket& s, std::string const& what) {
    std::printf("%-16s %s %s\n", s.nsp().c_str(), std::string(s.id()).c_str(), what.c_str());
    std::fflush(stdout);
  };
  nsp.on_connect([=](socket& s) { line(s, "connect"); });
  nsp.on_disconnecting([=](socket& s, sio::reason why) {
    line(s, "disconnecting: " + std::string(to_string(why)) + ", from " + std::to_string(s.rooms().size()) +
                " rooms");
  });
  nsp.on_disconnect(
      [=](socket& s, sio::reason why) { line(s, "disconnect: " + std::string(to_string(why))); });
  nsp.on_error([=](socket& s, sio::event_error const& e) {
    line(s, "error: " + std::string(e.event) + " " + e.path + ": " + e.message);
  });
}

int main() {
  sio::server io{{.client = "node_modules/socket.io-client/dist"}};

  auto& everybody = io.of<lobby>();
  everybody.on<"message">([&](text said) { everybody.emit<"response">(said); });
  everybody.on<"messageAndAck">([&](text said) {
    everybody.emit<"response">(said);
    return receipt{.ok = true};
  });
  everybody.on<"broadcast">([](sio::socket<lobby>& s, text said) { s.broadcast().emit<"response">(said); });

  auto& others = io.of<other>("/some-namespace");
  others.on<"message">([&](text said) { others.emit<"response">(said); });

  auto& room = io.of<rooms>("/room");
  room.on<"join">([](sio::socket<rooms>& s, room_id wanted) { s.join(s.data().room = wanted.id); });
  room.on<"message">(
      [&](sio::socket<rooms>& s, text said) { room.to(s.data().room).emit<"response">(said); });

  show_events(everybody);
  show_events(others);
  show_events(room);

  io.http([pages = sio::http::files("public")](sio::http::request const& asked, sio::http::response& answer) {
    auto const in_rooms = asked.path.starts_with("/room/") && asked.target.rfind('/') == 5;
    in_rooms ? pages.send("room.html", asked, answer) : pages(asked, answer);
  });

  char const* const port = std::getenv("PORT");
  auto const& door = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d\n", door.port());
  std::fflush(stdout);
  sio::close_on_signals const signals(io);
  io.run();
}
