// SPDX-License-Identifier: MIT
// A binary upload in chunks, each acknowledged, so that the page shows how far it is and never runs ahead.
// `examples/run upload`, and open the page. Files go to the system's folder for temporary files.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "../serve.hpp"
#include <socketiopp/server.hpp>

namespace sio = socketiopp;
namespace fs = std::filesystem;

struct upload {
  using to_server =
      sio::events<sio::event<"begin", std::optional<std::string>(std::uint64_t size)>,  // or why not
                  sio::event<"chunk", std::uint64_t(sio::binary bytes)>>;  // how much is there now
  using to_client = sio::events<sio::event<"stored", void(std::string name)>>;
  struct data {
    fs::path path;
    std::ofstream file;
    std::uint64_t size = 0, received = 0;
  };
};

int main() {
  using socket = sio::socket<upload>;
  constexpr std::uint64_t largest = 100'000'000;
  sio::server io{{.client = "../tutorial/node_modules/socket.io-client/dist"}};
  auto& desk = io.of<upload>();

  auto const discard = [](upload::data& d) {
    if (d.received < d.size) d.file.close(), fs::remove(d.path);
  };
  desk.on<"begin">([=](socket& s, std::uint64_t size) -> std::optional<std::string> {
    if (size == 0 || size > largest) return "a file has between 1 and " + std::to_string(largest) + " bytes";
    discard(s.data());
    // Its name is the server's: one that a client chooses could lead anywhere.
    auto const path = fs::temp_directory_path() / ("upload-" + std::string(s.id()));
    s.data() = {.path = path, .file = std::ofstream(path, std::ios::binary), .size = size};
    return std::nullopt;
  });
  desk.on<"chunk">([](socket& s, sio::binary const& chunk) {
    auto& d = s.data();
    if (chunk.bytes.size() > d.size - d.received) return s.disconnect(), d.received;
    d.file << chunk.text();
    d.received += chunk.bytes.size();
    if (d.received == d.size) d.file.close(), s.emit<"stored">(d.path.filename().string());
    return d.received;
  });
  desk.on_disconnect([=](socket& s, sio::reason) { discard(s.data()); });
  io.http([page = sio::http::files("public"), look = sio::http::files("../tutorial/public")](
              sio::http::request const& asked, sio::http::response& answer) {
    asked.path == "/" ? page(asked, answer) : look(asked, answer);
  });
  examples::serve(io);
}
