// SPDX-License-Identifier: MIT
// Another JSON library (nlohmann-json3-dev), and types that say themselves how they look in JSON.
// `examples/run custom_json`, and in Node, in examples/tutorial: `s = require("socket.io-client")(
// "http://localhost:3000"); s.emit("paint", { x: 1, y: 2, color: "#ff8800" }, console.log)`.
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <tuple>

#include "../serve.hpp"
#include <socketiopp/json/nlohmann.hpp>
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct colour {
  std::uint32_t rgb = 0;
};

struct pixel {
  int x = 0, y = 0;
  colour paint;
};

/// Travels as another type: as text, "#ff8800".
template <> struct sio::fields<colour> {
  using as = std::string;
  static std::string to(colour c) {
    char text[16];
    return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "#%06x", c.rgb & 0xffffff))};
  }
  static std::optional<std::string> from(std::string const& text, colour& c) {
    auto const* const end = text.data() + text.size();
    bool const good =
        text.size() == 7 && text[0] == '#' && std::from_chars(&text[1], end, c.rgb, 16).ptr == end;
    return good ? std::nullopt : std::optional("a colour looks like #ff8800");
  }
};

/// An object with members of other names.
template <> struct sio::fields<pixel> {
  static constexpr std::tuple members{sio::field{"x", &pixel::x}, sio::field{"y", &pixel::y},
                                      sio::field{"color", &pixel::paint}};
};

struct canvas {
  using to_server = sio::events<sio::event<"paint", pixel(pixel)>>;  // answers with its negative
  using to_client = sio::events<sio::event<"wrong", void(std::string where, std::string why)>>;
};

struct over_nlohmann : sio::default_policies {
  using json = sio::json::nlohmann;
};

int main() {
  sio::basic_server<over_nlohmann> io;
  auto& wall = io.of<canvas>();
  wall.on<"paint">([](pixel const& p) { return pixel{p.x, p.y, {0xffffff - p.paint.rgb}}; });
  wall.on_error([](sio::socket<canvas, over_nlohmann>& s, sio::event_error const& error) {
    s.emit<"wrong">(error.path, error.message);
  });
  examples::serve(io);
}
