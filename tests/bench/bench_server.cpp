// SPDX-License-Identifier: MIT
// The benchmark's application on the library's typed API. PORT is the port (0: any), THREADS how many threads
// serve it: 0, which is the default, is a single loop, any other number that many shards.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <socketiopp/executor/thread_per_core.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/signals.hpp>

namespace sio = socketiopp;
using namespace sio::literals;

namespace {

struct note {
  std::string message;
};
struct room_note {
  std::string id, message;
};
struct room_name {
  std::string id;
};
struct response {
  std::optional<std::string> id;  // of the room, if it was sent to one
  std::string message;
};
struct receipt {
  bool ok;
};

struct application {
  using to_server =
      sio::events<sio::event<"echo", void(note)>, sio::event<"message", void(note)>,
                  sio::event<"messageAndAck", receipt(note)>, sio::event<"broadcast", void(note)>,
                  sio::event<"join", std::tuple<>(room_name)>, sio::event<"roomMessage", void(room_note)>>;
  using to_client = sio::events<sio::event<"echo", void(note)>, sio::event<"response", void(response)>>;
};

int setting(char const* name) {
  char const* const value = std::getenv(name);
  return value ? std::atoi(value) : 0;
}

struct threaded : sio::default_policies {
  using executor = sio::executor::thread_per_core;
};

template <class Policies> void serve(sio::basic_server<Policies>& io) {
  using socket = sio::socket<application, Policies>;
  auto& everybody = io.template of<application>();

  everybody.on("echo"_ev, [](socket& s, note const& said) { s.emit("echo"_ev, said); });
  everybody.on("message"_ev, [&](note said) {
    everybody.emit("response"_ev, response{{}, std::move(said.message)});
  });
  everybody.on("messageAndAck"_ev, [](note const&) { return receipt{true}; });
  everybody.on("broadcast"_ev, [](socket& s, note said) {
    s.broadcast().emit("response"_ev, response{{}, std::move(said.message)});
  });
  everybody.on("join"_ev, [](socket& s, room_name const& room) {
    s.join(room.id);
    return std::tuple();
  });
  everybody.on("roomMessage"_ev, [&](room_note said) {
    auto const room = everybody.to(said.id);
    room.emit("response"_ev, response{std::move(said.id), std::move(said.message)});
  });

  auto const& door = io.listen("127.0.0.1", static_cast<std::uint16_t>(setting("PORT")));
  std::printf("listening on %d\n", door.port());
  std::fflush(stdout);
  sio::close_on_signals const signals(io);
  io.run();
}

}  // namespace

int main() {
  auto const threads = setting("THREADS");
  if (threads == 0) {
    sio::server io;
    serve(io);
  } else {
    sio::basic_server<threaded> io({}, static_cast<std::size_t>(threads));
    serve(io);
  }
}
