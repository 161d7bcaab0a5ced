// SPDX-License-Identifier: MIT
// Recovery: who loses the connection for a while comes back as the same socket, with its data, and gets what
// it missed. `examples/run recovery`, open the page, and cut the connection there: no number is left out.
#include <chrono>
#include <string>
#include <system_error>

#include <asio/steady_timer.hpp>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct counter {
  using to_server = sio::events<>;
  using to_client = sio::events<sio::event<"count", void(int number)>,
                                sio::event<"welcome", void(bool recovered, int visits)>>;
  struct data {
    int visits = 0;
  };
};

int main() {
  using socket = sio::socket<counter>;
  sio::server io{{.recovery = sio::recovery_options{.max_disconnection_duration = 60s},
                  .client = "../tutorial/node_modules/socket.io-client/dist"}};
  auto& lobby = io.of<counter>();
  lobby.on_connect([](socket& s) { s.emit<"welcome">(s.recovered(), ++s.data().visits); });

  asio::steady_timer timer(io.executor().io_context());
  auto const count = [&](auto const& again, int number) -> void {
    timer.expires_after(500ms);
    timer.async_wait([&, number](std::error_code) {
      lobby.emit<"count">(number);
      again(again, number + 1);
    });
  };
  count(count, 1);

  io.http([page = sio::http::files("public"), look = sio::http::files("../tutorial/public")](
              sio::http::request const& asked, sio::http::response& answer) {
    asked.path == "/" ? page(asked, answer) : look(asked, answer);
  });
  examples::serve(io);
}
