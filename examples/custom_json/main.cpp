// SPDX-License-Identifier: MIT
// Another JSON library (nlohmann-json3-dev), and types that say themselves how they look in JSON.
// `examples/run custom_json`, and in Node, in examples/tutorial: `s = require("socket.io-client")(
// "http://localhost:3000"); s.emit("paint", { x: 1, y: 2, color: "#ff8800" }, console.log)`.
#include <charconv>
#include <optional>
#include <string>
#include <tuple>

#include "../serve.hpp"
#include <socketiopp/json/nlohmann.hpp>
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct colour {
  unsigned rgb = 0;
};

template <> struct sio::fields<colour> {  // travels as another type: as text, "#ff8800"
  using as = std::string;
  static std::string to(colour c) {
    char text[7];
    std::to_chars(text, text + 7, 0x1000000 | c.rgb, 16);  // the 1 is there for the zeros after it
    return "#" + std::string(text + 1, 6);
  }
  static std::optional<std::string> from(std::string const& text, colour& c) {
    auto const* const end = text.data() + text.size();
    if (text.size() == 7 && text[0] == '#' && std::from_chars(&text[1], end, c.rgb, 16).ptr == end) return {};
    return "a colour looks like #ff8800";
  }
};

struct pixel {
  int x = 0, y = 0;
  colour paint;
};

template <> struct sio::fields<pixel> {  // an object with members of other names
  static constexpr std::tuple members{sio::field{"x", &pixel::x}, sio::field{"y", &pixel::y},
                                      sio::field{"color", &pixel::paint}};
};

struct canvas {
  using to_server = sio::events<sio::event<"paint", pixel(pixel)>>;  // answers with its negative
  using to_client = sio::events<sio::event<"wrong", void(std::string where, std::string why)>>;
};

struct mine : sio::default_policies {
  using json = sio::json::nlohmann;
};

int main() {
  sio::basic_server<mine> io;
  auto& wall = io.of<canvas>();
  wall.on<"paint">([](pixel const& p) { return pixel{p.x, p.y, {0xffffff - p.paint.rgb}}; });
  wall.on_error([](sio::socket<canvas, mine>& s, auto const& e) { s.emit<"wrong">(e.path, e.message); });
  examples::serve(io);
}
