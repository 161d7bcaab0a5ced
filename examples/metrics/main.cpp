// SPDX-License-Identifier: MIT
// What a server has done, for Prometheus: GET /metrics. The observer counts; a server without one pays
// nothing.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <socketiopp/observer/counters.hpp>
#include <socketiopp/server.hpp>

namespace sio = socketiopp;

struct echo {
  using to_server = sio::events<sio::event<"echo", std::string(std::string text)>>;
  using to_client = sio::events<>;
};

struct counting : sio::default_policies {
  using observer = sio::observer::counters;
};

/// The totals in Prometheus' text format, version 0.0.4: two lines for each.
std::string prometheus_text(sio::observer::totals const& counted) {
  std::string text;
  for (auto const& [name, value] : sio::observer::all_totals) {
    auto const metric = "socketio_" + std::string(name) + "_total";
    text += "# TYPE " + metric + " counter\n";
    text += metric + " " + std::to_string(counted.*value) + "\n";
  }
  return text;
}

int main() {
  sio::basic_server<counting> io;
  io.of<echo>().on<"echo">([](std::string text) { return text; });

  io.http([&](sio::http::request const& asked, sio::http::response& answer) {
    if (asked.path != "/metrics") return void(answer = sio::http::text(404, "Not found\n"));
    answer = sio::http::text(200, prometheus_text(io.counted()));
    answer.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  });

  char const* const port = std::getenv("PORT");
  auto& listening = io.listen(static_cast<std::uint16_t>(port ? std::atoi(port) : 3000));
  std::printf("http://localhost:%d/metrics\n", listening.port());
  std::fflush(stdout);
  io.run();
}
