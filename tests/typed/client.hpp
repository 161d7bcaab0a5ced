// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

/// A server in memory, and clients that speak Socket.IO over WebSockets with it.
namespace typed_tests {

namespace sio = socketiopp;

struct policies : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
};

using server = sio::basic_server<policies>;
template <class C> using socket_of = sio::socket<C, policies>;
template <class C> using namespace_of = sio::namespace_<C, policies>;

/// A server whose time and work go on when the test says so.
struct world {
  explicit world(sio::server_options options = {}) : io(std::move(options)) { io.listen(net); }

  void run() { io.executor().run(); }
  void advance(std::chrono::milliseconds by) { io.executor().advance(by); }

  sio::transport::loopback::network net;
  server io;
};

/// A client. Packets are written and read without the `4` of their Engine.IO message.
class client {
public:
  template <class World> explicit client(World& in, std::string_view query = "")
      : run_([&in] { in.run(); }), stream_(in.net.connect()) {
    stream_.write("GET /socket.io/?EIO=4&transport=websocket" + std::string(query) +
                  " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    run_();
    buffer_ = stream_.read();
    buffer_.erase(0, buffer_.find("\r\n\r\n") + 4);
    frame();  // the open packet
  }

  /// Joins a namespace, and gives the socket's id.
  std::string join(std::string const& nsp, std::string_view auth = "") {
    send("0" + nsp + "," + std::string(auth));
    auto const answer = next();
    auto const start = answer.find(":\"") + 2;
    REQUIRE(answer.starts_with("0"));
    return answer.substr(start, answer.find('"', start) - start);
  }

  void send(std::string_view packet) { write(0x81, "4" + std::string(packet)); }
  void send_binary(std::string_view bytes) { write(0x82, bytes); }
  /// What it sends is not read, until it is released.
  void hold() { held_ = true; }
  void release() {
    held_ = false;
    run_();
  }
  /// It takes nothing any more, until it catches up.
  void slow_down() { stream_.limit(0); }
  void catch_up() {
    stream_.limit(std::string::npos);
    buffer_ += stream_.read();
    run_();
  }
  void close() {
    stream_.close();
    run_();
  }

  /// The next packet, `binary:` and its bytes for a binary one; empty if there is none.
  std::string next() {
    while (true) {
      auto const [kind, payload] = frame();
      if (kind == 0x82) return "binary:" + payload;
      if (kind == 0x88) return "closed";
      if (kind != 0x81) return {};
      if (payload == "2")
        write(0x81, "3");
      else
        return payload.substr(payload.starts_with("4"));
    }
  }

  /// All packets that have come.
  std::vector<std::string> all() {
    std::vector<std::string> packets;
    for (auto packet = next(); !packet.empty(); packet = next()) packets.push_back(std::move(packet));
    return packets;
  }

private:
  void write(unsigned char kind, std::string_view payload) {
    REQUIRE(payload.size() < 0x10000);
    std::string frame{static_cast<char>(kind)};
    if (payload.size() < 126) {
      frame += static_cast<char>(0x80 | payload.size());
    } else {
      frame += static_cast<char>(0x80 | 126);
      frame += static_cast<char>(payload.size() >> 8);
      frame += static_cast<char>(payload.size() & 0xff);
    }
    frame.append(4, '\0');  // masked with zeros
    stream_.write(frame.append(payload));
    if (!held_) run_();
  }

  std::pair<unsigned, std::string> frame() {
    buffer_ += stream_.read();
    auto const byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(buffer_.at(i))}; };
    if (buffer_.empty()) return {};
    std::size_t size = byte(1), head = 2;
    if (size == 126) size = byte(2) << 8 | byte(3), head = 4;
    REQUIRE(size < 0x10000);
    std::pair<unsigned, std::string> read{static_cast<unsigned>(byte(0)), buffer_.substr(head, size)};
    buffer_.erase(0, head + size);
    return read;
  }

  sio::unique_function<void()> run_;
  sio::transport::loopback::client stream_;
  std::string buffer_;
  bool held_ = false;
};

using packets = std::vector<std::string>;

}  // namespace typed_tests
