// SPDX-License-Identifier: MIT
// Acknowledgements: to the client and to the server, of several values, with a time limit, and of many.
// `examples/run acknowledgements`, and in Node, in examples/tutorial:
// `s = require("socket.io-client")("http://localhost:3000"); s.emit("divide", 7, 2, console.log)`.
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using namespace std::chrono_literals;

struct tally {
  int yes = 0, no = 0, silent = 0;
};

struct survey {
  // Several values are a tuple: here an error or null, and then the result, as Node has it.
  using quotient = std::tuple<std::optional<std::string>, unsigned>;
  using to_server = sio::events<sio::event<"divide", quotient(unsigned what, unsigned by)>,
                                sio::event<"greet", std::string()>,                // asks you for your name
                                sio::event<"poll", tally(std::string question)>>;  // asks everybody else
  using to_client =
      sio::events<sio::event<"name?", std::string()>, sio::event<"vote", bool(std::string question)>>;
};

int main() {
  using socket = sio::socket<survey>;
  sio::server io;
  auto& lobby = io.of<survey>();

  lobby.on<"divide">([](unsigned what, unsigned by) -> survey::quotient {  // what it returns is the answer
    if (by == 0) return {"division by zero", 0};
    return {std::nullopt, what / by};
  });
  lobby.on<"greet">([](socket& s, sio::ack<std::string> reply) {  // or it answers later, from anywhere
    s.timeout(1s).emit_with_ack<"name?">(
        [reply = std::move(reply)](std::error_code error, std::string const& name) {
          reply(error ? "You did not say: " + error.message() : "Hello, " + name);
        });
  });
  lobby.on<"poll">([](socket& s, std::string question, sio::ack<tally> reply) {
    s.broadcast().timeout(1s).emit_with_ack<"vote">(
        question, [reply = std::move(reply)](std::error_code, sio::responses<bool> const& votes) {
          tally result{.silent = static_cast<int>(votes.missing.size())};
          for (auto const& vote : votes.answers) ++(vote.value ? result.yes : result.no);
          reply(result);
        });
  });

  examples::serve(io);
}
