// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <doctest/doctest.h>

#include "../transport/certificates.hpp"
#include "../transport/fakes.hpp"
#include "../transport/tls_client.hpp"
#include <socketiopp/executor/thread_per_core.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/tls.hpp>

using namespace socketiopp;
using namespace std::chrono_literals;

namespace {

struct threaded : default_policies {
  using transport = socketiopp::transport::tls;
  using executor = socketiopp::executor::thread_per_core;
};
using io_socket = socketiopp::socket<any, threaded>;

// An HTTP client over TLS that waits for its answers.
class https_client {
public:
  explicit https_client(std::uint16_t port) : over_(io_) {
    over_.connect(port);
    while (!over_.ready()) step();
  }
  fakes::response ask(std::string_view request) {
    over_.write(request);
    for (;;) {
      if (auto taken = in_.take_response(); taken.status != 0 || over_.disconnected) return taken;
      step();
    }
  }
  fakes::texts frames(std::size_t count, std::string_view bytes) {
    over_.write(bytes);
    fakes::texts taken;
    while (taken.size() < count && !over_.disconnected) {
      step();
      for (auto& frame : in_.take_frames()) taken.push_back(std::move(frame));
    }
    return taken;
  }

private:
  void step() {
    over_.step();
    in_.add(std::exchange(over_.received, {}));
    std::this_thread::yield();
  }

  asio::io_context io_;
  tls_client over_;
  fakes::inbox in_;
};

std::string const polling = "/socket.io/?EIO=4&transport=polling";
std::string const websocket = "/socket.io/?EIO=4&transport=websocket";

}  // namespace

TEST_CASE("threads: a connection over TLS follows its session too") {
  certificates::identity const authority("authority"), own("server", &authority);
  basic_server<threaded> io({}, 3);
  std::mutex mutex;
  std::set<std::thread::id> at;
  auto& nsp = io.of<any>();
  nsp.on_connect([&](io_socket&) {
    std::scoped_lock const lock(mutex);
    at.insert(std::this_thread::get_id());
  });
  nsp.on("echo", [](io_socket& s, arguments args) { s.emit("echo", args); });
  transport::tls_options const shown{.certificate_chain = transport::pem::text(own.certificate_pem()),
                                     .private_key = transport::pem::text(own.key_pem())};
  auto& door = io.listen(shown, "127.0.0.1", 0);
  std::thread server([&] { io.run(); });

  std::vector<std::string> sessions;
  auto const threads_seen = [&] {
    std::scoped_lock const lock(mutex);
    return at.size();
  };
  for (int i = 0; i < 300 && (i < 6 || threads_seen() < 3); ++i) {
    https_client one(door.port());
    auto const opened = one.ask(fakes::get(polling)).body;
    sessions.push_back(opened.substr(opened.find("\"sid\":\"") + 7, engine::id::size));
    CHECK(one.ask(fakes::post(fakes::with_sid(polling, sessions.back()), "40")).body == "ok");
    CHECK(one.ask(fakes::get(fakes::with_sid(polling, sessions.back()))).body.starts_with("40{"));
  }
  door.reload(shown);  // on all threads
  std::string const longest(200'000, 'x');
  https_client shared(door.port());
  for (auto const& sid : sessions) {
    CHECK(shared.ask(fakes::post(fakes::with_sid(polling, sid), "42[\"echo\",\"" + longest + "\"]")).body ==
          "ok");
    CHECK(shared.ask(fakes::get(fakes::with_sid(polling, sid))).body == "42[\"echo\",\"" + longest + "\"]");
    https_client socket(door.port());
    CHECK(socket.ask(fakes::get(fakes::with_sid(websocket, sid), fakes::websocket_headers)).status == 101);
    CHECK(socket.frames(1, fakes::text_frame("2probe")) == fakes::texts{"3probe"});
    CHECK(socket.frames(1, fakes::text_frame("5") + fakes::text_frame(R"(42["echo",1])")) ==
          fakes::texts{R"(42["echo",1])"});
  }
  io.stop();
  server.join();
  CHECK(at.size() == 3);
}
