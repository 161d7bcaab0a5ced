// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "http_head.hpp"
#include "load_channel.hpp"

/// Long-polling as a client does it: requests over one connection that stays.
namespace bench {

class http_client {
public:
  http_client(load_loop& loop, std::uint64_t key, std::uint16_t port, std::string name)
      : channel_(loop, key, port, std::move(name)),
        host_("Host: 127.0.0.1:" + std::to_string(port) + "\r\n") {}

  [[noreturn]] void fail(std::string const& what) const { channel_.fail(what); }
  void writable() { channel_.writable(); }

  /// From then on requests are those of a session.
  void enter(std::string_view session) { query_ = "&sid=" + std::string(session); }

  void get() {
    request_.assign("GET ").append(path_).append(query_).append(" HTTP/1.1\r\n").append(host_).append("\r\n");
    channel_.send(request_);
  }
  void post(std::string_view body) {
    request_.assign("POST ").append(path_).append(query_).append(" HTTP/1.1\r\n").append(host_);
    request_.append("Content-Type: text/plain;charset=UTF-8\r\nContent-Length: ");
    request_.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    channel_.send(request_);
  }

  /// Reads, and calls `on_body(std::string_view)` for each response.
  template <class OnBody> void receive(OnBody&& on_body) {
    bool const there = channel_.receive([&](char const* data, std::size_t size) -> std::size_t {
      std::string_view const bytes(data, size);
      auto const head = read_head(bytes);
      if (head.empty()) return 0;
      auto const length = number(header_value(head, "content-length"));
      if (!length) fail("a response has no Content-Length: " + quoted(head));
      if (size < head.size() + *length) return 0;
      auto const body = bytes.substr(head.size(), *length);
      if (!head.starts_with("HTTP/1.1 200"))
        fail("instead of 200 comes " + quoted(head.substr(0, head.find("\r\n"))) + " with " + quoted(body));
      on_body(body);
      return head.size() + *length;
    });
    if (!there) fail("the server closed the connection");
  }

private:
  static constexpr std::string_view path_ = "/socket.io/?EIO=4&transport=polling";

  channel channel_;
  std::string host_, query_, request_;
};

/// Calls `on_packet(std::string_view)` for each packet of a payload.
template <class OnPacket> void for_each_packet(std::string_view payload, OnPacket&& on_packet) {
  while (!payload.empty()) {
    auto const packet = payload.substr(0, payload.find('\x1e'));
    payload.remove_prefix(std::min(payload.size(), packet.size() + 1));
    on_packet(packet);
  }
}

/// The session that the first response opens.
inline std::string session_of(http_client const& client, std::string_view opening) {
  auto const id = between(opening, R"("sid":")", "\"");
  if (!opening.starts_with("0{") || id.empty())
    client.fail("instead of the opening comes " + quoted(opening));
  return std::string(id);
}

}  // namespace bench
