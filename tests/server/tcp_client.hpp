// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <poll.h>

#include "../transport/fakes.hpp"

// A client over real TCP, on a thread of its own.
class tcp_client {
public:
  explicit tcp_client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }
  void write(std::string_view bytes) { asio::write(socket_, asio::buffer(bytes.data(), bytes.size())); }
  fakes::response take_response() {
    for (;;) {
      if (auto taken = in_.take_response(); taken.status != 0 || !more()) return taken;
    }
  }
  // As many frames as that, or fewer if the connection ends.
  fakes::texts take_frames(std::size_t count) {
    fakes::texts taken;
    do {
      for (auto& frame : in_.take_frames()) taken.push_back(std::move(frame));
    } while (taken.size() < count && more());
    return taken;
  }
  // Whether something comes, or the connection ends, in that time.
  bool readable_within(std::chrono::milliseconds time) {
    ::pollfd waiting{socket_.native_handle(), POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
  }
  void shut() { socket_.shutdown(asio::ip::tcp::socket::shutdown_send); }
  bool ended() {
    while (more()) {}
    return true;
  }

private:
  bool more() {
    std::array<char, 4096> into;
    std::error_code error;
    auto const size = socket_.read_some(asio::buffer(into), error);
    in_.add({into.data(), size});
    return !error;
  }

  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
  fakes::inbox in_;
};

inline std::string const open_websocket =
    fakes::get("/socket.io/?EIO=4&transport=websocket", fakes::websocket_headers);
