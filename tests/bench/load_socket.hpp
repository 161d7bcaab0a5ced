// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "accept_key.hpp"
#include "frames.hpp"
#include "http_head.hpp"
#include "load_channel.hpp"

/// A client of Socket.IO over WebSocket.
namespace bench {

/// Not zero, so that servers have something to unmask.
inline constexpr mask_bytes client_mask{'\x37', '\x7a', '\x21', '\x5d'};

inline std::string client_frame(std::string_view text) {
  return masked_frame(opcode::text, text, client_mask);
}

class web_socket {
public:
  /// Connects and goes on to join the main namespace; of a session that is there already it is the probe.
  web_socket(load_loop& loop, std::uint64_t key, std::uint16_t port, std::string name,
             std::string_view session = {})
      : channel_(loop, key, port, std::move(name)), probes_(!session.empty()) {
    channel_.send("GET /socket.io/?EIO=4&transport=websocket" +
                  (probes_ ? "&sid=" + std::string(session) : std::string()) +
                  " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                  "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: " +
                  std::string(key_) + "\r\n\r\n");
  }

  /// Whether it is in the namespace; of a probe, whether it was answered.
  bool open() const { return at_ == stage::open; }
  [[noreturn]] void fail(std::string const& what) const { channel_.fail(what); }
  void send(std::string_view frames) { channel_.send(frames); }
  void writable() { channel_.writable(); }

  /// Says goodbye. From then on the server may close.
  void close() {
    at_ = stage::closing;
    channel_.send(masked_frame(opcode::close, {"\x03\xe8", 2}, client_mask));
  }

  /// Reads, and calls `on_text(std::string_view)` for each message that comes while it is open, but answers
  /// pings itself. True when the server has closed after `close`.
  template <class OnText> bool receive(OnText&& on_text) {
    bool const there = channel_.receive([&](char const* data, std::size_t size) {
      return at_ == stage::upgrading ? take_head({data, size}) : take_frame({data, size}, on_text);
    });
    if (!there && at_ != stage::closing) fail("the server closed the connection");
    return !there;
  }

private:
  enum class stage : unsigned char { upgrading, opening, joining, open, closing };
  static constexpr std::string_view key_ = "dGhlIHNhbXBsZSBub25jZQ==";

  std::size_t take_head(std::string_view bytes) {
    auto const head = read_head(bytes);
    if (head.empty()) return 0;
    if (!head.starts_with("HTTP/1.1 101"))
      fail("no WebSocket, but " + quoted(head.substr(0, head.find("\r\n"))));
    static std::string const expected = accept_key(key_);
    if (header_value(head, "sec-websocket-accept") != expected)
      fail("the WebSocket's key is answered wrongly");
    at_ = stage::opening;
    if (probes_) send(client_frame("2probe"));
    return head.size();
  }

  template <class OnText> std::size_t take_frame(std::string_view bytes, OnText&& on_text) {
    auto const header = read_header(bytes);
    if (!header || bytes.size() - header->length < header->size) return 0;
    auto const content = bytes.substr(header->length, static_cast<std::size_t>(header->size));
    if (header->masked || !header->final) fail("the server sends masked or fragmented frames");
    if (header->kind == opcode::text)
      take_text(content, on_text);
    else if (header->kind == opcode::ping)
      send(masked_frame(opcode::pong, content, client_mask));
    else if (header->kind == opcode::close && at_ != stage::closing)
      fail("the server closed the WebSocket");
    else if (header->kind != opcode::close && header->kind != opcode::pong)
      fail("the server sends binary messages");
    return header->length + content.size();
  }

  template <class OnText> void take_text(std::string_view text, OnText&& on_text) {
    if (text == "2") return send(client_frame("3"));
    switch (at_) {
      case stage::opening:
        if (!text.starts_with(probes_ ? "3probe" : "0{"))
          fail("instead of the opening comes " + quoted(text));
        at_ = probes_ ? stage::open : stage::joining;
        if (!probes_) send(client_frame("40"));
        return;
      case stage::joining:
        if (!text.starts_with(R"(40{"sid":)")) fail("it may not join: " + quoted(text));
        at_ = stage::open;
        return;
      case stage::open: return on_text(text);
      default: fail("after the end comes " + quoted(text));
    }
  }

  channel channel_;
  stage at_ = stage::upgrading;
  bool probes_;
};

}  // namespace bench
