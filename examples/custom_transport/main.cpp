// SPDX-License-Identifier: MIT
// A transport of one's own: TCP that counts its bytes. `examples/run custom_transport`, and in Node, in
// examples/tutorial: `s = require("socket.io-client")("http://localhost:3000"); s.emit("traffic",
// console.log)`.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct traffic {
  std::uint64_t in = 0, out = 0;
};

/// What `transport::policy` asks for: a stream, and a listener that accepts streams.
struct counted_tcp {
  using tcp = sio::transport::tcp;

  struct stream : tcp::stream {
    stream(tcp::stream accepted, std::shared_ptr<traffic> count)
        : tcp::stream(std::move(accepted)), bytes(std::move(count)) {}
    std::size_t read_some(std::span<char> into, std::error_code& error) {
      auto const size = tcp::stream::read_some(into, error);
      return bytes->in += size, size;
    }
    std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
      auto const size = tcp::stream::write_some(pieces, error);
      return bytes->out += size, size;
    }
    std::shared_ptr<traffic> bytes;
  };

  struct listener : tcp::listener {
    template <class Context> listener(Context& on, std::uint16_t port, std::shared_ptr<traffic> count)
        : tcp::listener(on, port), bytes(std::move(count)) {}
    void accept(sio::unique_function<void(stream)> accepted) {
      tcp::listener::accept([bytes = bytes, accepted = std::move(accepted)](tcp::stream one) {
        accepted(stream(std::move(one), bytes));
      });
    }
    std::shared_ptr<traffic> bytes;
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
  sio::basic_server<counting> io;
  auto const bytes = std::make_shared<traffic>();
  io.of<meter>().on<"traffic">([=] { return *bytes; });
  examples::serve(io, bytes);
}
