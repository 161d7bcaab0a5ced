// SPDX-License-Identifier: MIT
// A transport of one's own: TCP that counts its bytes. `examples/run custom_transport`, and in Node, in
// examples/tutorial: `s = require("socket.io-client")("http://localhost:3000"); s.emit("traffic",
// console.log)`.
#include <cstddef>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
using sio::transport::tcp;

struct traffic {
  std::size_t in = 0, out = 0;
};

/// What `transport::policy` asks for: a stream, and a listener that accepts streams.
struct counted_tcp {
  struct stream : tcp::stream {
    traffic& bytes;
    std::size_t read_some(std::span<char> into, std::error_code& error) {
      auto const size = tcp::stream::read_some(into, error);
      return bytes.in += size, size;
    }
    std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
      auto const size = tcp::stream::write_some(pieces, error);
      return bytes.out += size, size;
    }
  };

  struct listener : tcp::listener {
    traffic& bytes;
    listener(auto& context, auto port, traffic& count) : tcp::listener(context, port), bytes(count) {}
    void accept(sio::unique_function<void(stream)> take) {
      tcp::listener::accept([this, take = std::move(take)](auto one) { take({std::move(one), bytes}); });
    }
  };
};

struct counting : sio::default_policies {
  using transport = counted_tcp;
};

struct meter {
  using to_server = sio::events<sio::event<"traffic", traffic()>>;
  using to_client = sio::events<>;
};

int main() {
  traffic bytes;  // what `listen` takes after the port goes to the listener
  sio::basic_server<counting> io;
  io.of<meter>().on<"traffic">([&] { return bytes; });
  examples::serve(io, bytes);
}
