// SPDX-License-Identifier: MIT
// Your own handlers under test: server and client in one program, without a network, and time passes when the
// test says so. `examples/run testing` ends with 0 if all is well.
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

namespace sio = socketiopp;

struct quiz {
  using to_server = sio::events<sio::event<"double", int(int number)>>;
  using to_client = sio::events<sio::event<"ready?", bool()>, sio::event<"start", void(bool in_time)>>;
};

/// What the program registers, on whatever server: this is tested.
template <class Policies> void add_quiz(sio::basic_server<Policies>& io) {
  using namespace sio::literals;
  auto& nsp = io.template of<quiz>();
  nsp.on("double"_ev, [](int number) { return 2 * number; });
  nsp.on_connect([](sio::socket<quiz, Policies>& s) {
    s.timeout(std::chrono::seconds(10)).emit_with_ack("ready?"_ev, [&s](std::error_code error, bool ready) {
      if (s.connected()) s.emit("start"_ev, !error && ready);
    });
  });
}

struct in_memory : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
};

int main() {
  sio::transport::loopback::network net;
  sio::basic_server<in_memory> io;
  io.listen(net);
  add_quiz(io);
  std::string target = " /socket.io/?EIO=4&transport=polling";
  auto const request = [&](std::string const& method, std::string const& body = "") {
    auto client = net.connect();
    client.write(method + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
                 "\r\n\r\n" + body);
    io.executor().run();
    auto const answer = client.read();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };
  target += "&sid=" + request("GET").substr(9, 20);
  request("POST", "40");
  request("POST", R"(427["double",21])");
  bool good = request("GET").ends_with("437[42]");
  io.executor().advance(std::chrono::seconds(10));  // "ready?" has not been answered
  good &= request("GET") == R"(42["start",false])";
  std::puts(good ? "all is well" : "not what was expected");
  return good ? 0 : 1;
}
