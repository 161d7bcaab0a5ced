// SPDX-License-Identifier: MIT
// Handlers that are coroutines: they wait for timers, for clients, for whatever Asio knows to wait for, while
// everybody else is served. `examples/run coroutine`, and in Node, in examples/tutorial:
// `s = require("socket.io-client")("http://localhost:3000", { auth: { name: "Ann" } });
//  s.on("confirm", (question, answer) => answer(true)); s.emit("remind", "tea", 2, console.log)`.
#include <chrono>
#include <string>
#include <system_error>

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "../serve.hpp"
#include <socketiopp/asio.hpp>
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;
using asio::awaitable;
using asio::use_awaitable;

struct reminders {
  using to_server = sio::events<sio::event<"remind", std::string(std::string what, unsigned seconds)>>;
  using to_client = sio::events<sio::event<"confirm", bool(std::string question)>>;
  struct auth {
    std::string name;
  };
};
using io_socket = sio::socket<reminders>;

awaitable<void> wait(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(use_awaitable);
}

int main() {
  sio::server io;
  auto& lobby = io.of<reminders>();

  lobby.use([](io_socket& s) -> awaitable<sio::admission> {
    co_await wait(100ms);  // as long as a database may take
    if (s.auth().name.empty()) co_return sio::refuse("who are you?");
    co_return sio::admit;
  });

  lobby.on<"remind">([](io_socket& s, std::string what, unsigned seconds) -> awaitable<std::string> {
    try {
      if (!co_await s.timeout(10s).emit_with_ack<"confirm">(what + ", really?", use_awaitable))
        co_return "Never mind.";
    } catch (std::system_error const& failed) {  // no answer, or gone
      co_return "You did not say: " + std::string(failed.what());
    }
    co_await wait(std::chrono::seconds(seconds));
    co_return s.auth().name + ": " + what;
  });

  examples::serve(io);
}
