// SPDX-License-Identifier: MIT
// Loads a Socket.IO server with the benchmark's application (see limit_server.cpp), checks every answer and
// its place in the order, and reports what a message costs the server as one line of JSON. One thread;
// whatever is missing, comes twice, out of order or with other content ends it with a sentence and an exit
// code.
#include <cstdio>
#include <exception>

#include "load_churn.hpp"
#include "load_idle.hpp"
#include "load_options.hpp"
#include "load_polling.hpp"
#include "load_streams.hpp"
#include "load_visits.hpp"

namespace {

using namespace bench;

void run(load_options const& wanted) {
  load_loop loop;
  auto const& kind = wanted.kind;
  if (kind == "ack" || kind == "echo" || kind == "offered")
    run_stream<answered_messages>(loop, wanted);
  else if (kind == "broadcast" || kind == "rooms")
    run_stream<shared_messages>(loop, wanted);
  else if (kind == "idle")
    run_idle(loop, wanted);
  else if (kind == "connect")
    run_visits<plain_visit>(loop, wanted);
  else if (kind == "upgrade")
    run_visits<upgrading_visit>(loop, wanted);
  else if (kind == "polling")
    run_polling(loop, wanted);
  else if (kind == "rooms_churn")
    run_rooms_churn(loop, wanted);
  else
    throw failure("there is no kind '" + kind + "'");
}

}  // namespace

int main(int count, char** words) try {
  if (count == 1) {
    std::fputs(load_usage.data(), stderr);
    return 2;
  }
  run(read_options(count, words));
} catch (std::exception const& failed) {
  std::fprintf(stderr, "bench_load: %s\n", failed.what());
  return 1;
}
