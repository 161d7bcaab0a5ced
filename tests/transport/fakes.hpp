// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/hooks.hpp>
#include <socketiopp/transport/host.hpp>
#include <socketiopp/transport/loopback.hpp>

/// An Engine.IO server in memory that echoes, and clients for it that write bytes.
namespace fakes {

using namespace socketiopp;
using namespace std::chrono_literals;
using transport::loopback;
using texts = std::vector<std::string>;

/// A GET, as a browser sends it.
inline std::string get(std::string_view target, std::string_view headers = "") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n";
}

/// A POST with a length.
inline std::string post(std::string_view target, std::string_view body, std::string_view headers = "") {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

inline constexpr std::string_view polling = "/engine.io/?EIO=4&transport=polling";
inline constexpr std::string_view websocket = "/engine.io/?EIO=4&transport=websocket";
inline constexpr std::string_view websocket_headers =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

inline std::string with_sid(std::string_view target, std::string_view sid) {
  return std::string(target) + "&sid=" + std::string(sid);
}

/// A POST to a session whose last character, a `c`, is missing.
inline std::string unfinished_post(std::string_view sid) {
  auto whole = post(with_sid(polling, sid), "4abc");
  whole.pop_back();
  return whole;
}

/// A masked frame: what a client sends. `first` is the first byte.
inline std::string frame(unsigned first, std::string_view payload) {
  constexpr std::string_view mask = "mask";
  std::string made(1, static_cast<char>(first));
  if (payload.size() < 126) {
    made += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 0x10000) {
    made += static_cast<char>(0x80 | 126);
    made += static_cast<char>(payload.size() >> 8);
    made += static_cast<char>(payload.size() & 0xff);
  } else {
    made += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) made += static_cast<char>(payload.size() >> shift & 0xff);
  }
  made += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) made += static_cast<char>(payload[i] ^ mask[i % 4]);
  return made;
}
inline std::string text_frame(std::string_view payload) { return frame(0x81, payload); }
inline std::string binary_frame(std::string_view payload) { return frame(0x82, payload); }
inline std::string close_frame(std::string_view payload = "") { return frame(0x88, payload); }

/// The answer to a request.
struct response {
  int status = 0;
  std::string head, body;

  bool has(std::string_view line) const { return head.find(std::string(line) + "\r\n") != std::string::npos; }
  bool mentions(std::string_view part) const { return head.find(part) != std::string::npos; }
};

/// What has come from the server, taken apart as far as it is whole.
class inbox {
public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  std::string const& rest() const { return bytes_; }

  /// Takes a response, which has status 0 if there is none. The answer to HEAD has no body.
  response take_response(bool head = false) {
    auto const end = bytes_.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    response taken{std::stoi(bytes_.substr(9, 3)), bytes_.substr(0, end + 2), {}};
    std::size_t length = 0;
    if (auto const at = taken.head.find("\r\nContent-Length: "); at != std::string::npos && !head)
      length = std::stoul(taken.head.substr(at + 18));
    if (bytes_.size() < end + 4 + length) return {};
    taken.body = bytes_.substr(end + 4, length);
    bytes_.erase(0, end + 4 + length);
    return taken;
  }

  /// Takes all whole frames: texts as they are, binary ones as `<bytes>`, control frames as `[name:payload]`.
  texts take_frames() {
    texts frames;
    for (;;) {
      if (bytes_.size() < 2) return frames;
      auto const byte = [this](std::size_t i) { return static_cast<std::uint8_t>(bytes_[i]); };
      std::uint64_t length = byte(1);
      std::size_t start = 2;
      if (length >= 126) {
        start = length == 126 ? 4 : 10;
        if (bytes_.size() < start) return frames;
        length = 0;
        for (std::size_t i = 2; i < start; ++i) length = length << 8 | byte(i);
      }
      if (bytes_.size() < start + length) return frames;
      auto const payload = bytes_.substr(start, static_cast<std::size_t>(length));
      switch (byte(0)) {
        case 0x81: frames.push_back(payload); break;
        case 0x82: frames.push_back("<" + payload + ">"); break;
        case 0x88: frames.push_back("[close:" + close_code(payload) + "]"); break;
        case 0x89: frames.push_back("[ping:" + payload + "]"); break;
        case 0x8a: frames.push_back("[pong:" + payload + "]"); break;
        default: frames.push_back("[no frame]"); break;
      }
      bytes_.erase(0, start + static_cast<std::size_t>(length));
    }
  }

private:
  static std::string close_code(std::string const& payload) {
    if (payload.size() < 2) return "";
    return std::to_string(static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]));
  }

  std::string bytes_;
};

/// The server: echoes messages, and keeps a log.
class echo {
public:
  using host = transport::host<loopback, executor::caller>;

  explicit echo(engine::options of_engine = {}, transport::service serving = plain_service(),
                transport::census::limits most = {}) {
    serving.hooks.on_bound_hit([this](bound_hit const& what) {
      bounds.push_back(std::string(to_string(what.which)) + " " + std::string(what.remote_address) + " " +
                       std::string(what.session));
    });
    serving.hooks.on_connection_error([this](connection_error const& what) {
      refused.push_back(std::to_string(what.code) + " " + std::string(what.message) + " " +
                        std::string(what.context));
    });
    host_ = std::make_unique<host>(
        std::move(of_engine), most, std::move(serving),
        [this](std::size_t, engine::session& opened) { return std::make_unique<user>(*this, opened); });
    host_->listen(network);
  }
  echo(echo const&) = delete;
  echo& operator=(echo const&) = delete;

  static transport::service plain_service() {
    transport::service serving{};
    serving.path = "/engine.io/";
    serving.limits = {.head = 4096, .body = 1'000'000};
    serving.head_timeout = 10s;
    serving.request_timeout = 30s;
    serving.keep_alive_timeout = 60s;
    return serving;
  }

  void run() { executor().run(); }
  void advance(std::chrono::milliseconds by) { executor().advance(by); }
  executor::caller& executor() { return host_->executor(); }
  engine::hub& hub() { return host_->at(0).hub(); }
  auto& endpoint() { return host_->at(0).endpoint(); }
  host& whole() { return *host_; }
  void destroy() { host_.reset(); }

  loopback::network network;
  texts log;
  texts bounds;   // "option address session" of each bound that was exceeded
  texts refused;  // "code message context" of each request that was turned away
  unique_function<void(engine::session&)> then_open = [](auto&) {};
  unique_function<void(engine::session&, std::string_view)> then_text = [](auto& session, auto text) {
    session.send(engine::text_message(text));
  };
  unique_function<void(engine::session&)> then_drain = [](auto&) {};
  unique_function<void(engine::session&)> then_close = [](auto&) {};

private:
  class user final : public engine::session_user {
  public:
    user(echo& server, engine::session& over) : server_(server), session_(over) {
      server_.log.emplace_back("open");
      server_.then_open(session_);
    }
    void on_text(std::span<char> text) override {
      server_.log.push_back("text " + std::string(text.data(), text.size()));
      server_.then_text(session_, {text.data(), text.size()});
    }
    void on_binary(std::span<std::byte const> bytes) override {
      server_.log.push_back("binary " + std::to_string(bytes.size()));
      session_.send(engine::binary_message(bytes));
    }
    void on_drain() override { server_.then_drain(session_); }
    void on_close(reason why) override {
      server_.log.push_back("close " + std::string(to_string(why)));
      server_.then_close(session_);
    }

  private:
    echo& server_;
    engine::session& session_;
  };

  std::unique_ptr<host> host_;
};

/// One connection to the server.
class connection {
public:
  explicit connection(echo& to) : server_(to), wire(to.network.connect()) {}

  /// Sends, and lets the server work until there is nothing left to do.
  void write(std::string_view bytes) {
    wire.write(bytes);
    pump();
  }
  /// Lets the server work, and reads what it says.
  void pump() {
    server_.run();
    for (auto bytes = wire.read(); !bytes.empty(); bytes = wire.read()) {
      in.add(bytes);
      server_.run();
    }
  }
  /// The next answer, or one with status 0 if none has come.
  response answer(bool head = false) {
    pump();
    return in.take_response(head);
  }
  response ask(std::string_view request, bool head = false) {
    write(request);
    return in.take_response(head);
  }
  /// The frames that have come.
  texts frames() {
    pump();
    return in.take_frames();
  }

  /// Opens a session with long-polling, and answers its id.
  std::string open_polling() {
    auto const opened = ask(get(polling));
    auto const at = opened.body.find(R"("sid":")");
    return at == std::string::npos ? "" : opened.body.substr(at + 7, 20);
  }
  /// Becomes a WebSocket: of a new session, or of the one with that id. Answers the status.
  int open_websocket(std::string_view sid = "") {
    return ask(get(sid.empty() ? std::string(websocket) : with_sid(websocket, sid), websocket_headers))
        .status;
  }
  void close() {
    wire.close();
    server_.run();
  }

private:
  echo& server_;

public:
  loopback::client wire;
  inbox in;
};

}  // namespace fakes
