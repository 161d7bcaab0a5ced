// SPDX-License-Identifier: MIT
// Servers of several threads, over real connections. What is random here has a seed that is told.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <unistd.h>

#include "../transport/fakes.hpp"
#include "tcp_client.hpp"
#include <socketiopp/executor/thread_per_core.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/local.hpp>

using namespace socketiopp;
using namespace std::chrono_literals;

namespace {

struct threaded : default_policies {
  using executor = socketiopp::executor::thread_per_core;
};
using io_socket = socketiopp::socket<any, threaded>;

std::string const polling = "/socket.io/?EIO=4&transport=polling";
std::string const websocket = "/socket.io/?EIO=4&transport=websocket";

// A server that runs, on threads of which none is the test's.
class running {
public:
  explicit running(std::size_t threads, server_options options = {}) : io(std::move(options), threads) {}
  // To be called when it is set up.
  void start() {
    port = io.listen("127.0.0.1", 0).port();
    thread_ = std::thread([this] { io.run(); });
  }
  ~running() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    io.stop();
    thread_.join();
  }
  // Until `close` has ended.
  void join() { thread_.join(); }

  basic_server<threaded> io;
  std::uint16_t port = 0;

private:
  std::thread thread_;
};

// A session, and the thread on which it is.
struct visitor {
  std::string sid;
  std::thread::id at;
};

std::string sid_of(std::string const& open_packet) {
  return open_packet.substr(open_packet.find("\"sid\":\"") + 7, engine::id::size);
}

// Sessions of clients that poll, one on each thread at least.
template <class Server> std::vector<visitor> everywhere(Server& on, std::size_t threads) {
  auto& nsp = on.io.template of<any>();
  std::mutex mutex;
  std::thread::id last;
  nsp.on_connect([&](io_socket&) {
    std::scoped_lock const lock(mutex);
    last = std::this_thread::get_id();
  });
  nsp.on("echo", [](io_socket& s, arguments args) { s.emit("echo", args); });
  nsp.on("join", [](io_socket& s, arguments) { s.join("room"); });
  on.start();
  std::vector<visitor> visitors;
  std::set<std::thread::id> seen;
  for (int i = 0; i < 400 && (seen.size() < threads || visitors.size() < 2 * threads); ++i) {
    tcp_client one(on.port);
    one.write(fakes::get(polling));
    auto const sid = sid_of(one.take_response().body);
    one.write(fakes::post(fakes::with_sid(polling, sid), "40"));
    CHECK(one.take_response().body == "ok");
    one.write(fakes::get(fakes::with_sid(polling, sid)));
    CHECK(one.take_response().body.starts_with("40{"));
    std::scoped_lock const lock(mutex);
    visitors.push_back({sid, last});
    seen.insert(last);
  }
  CHECK(seen.size() == threads);
  return visitors;
}

}  // namespace

TEST_CASE("threads: a request reaches its session, wherever its connection was accepted") {
  running on(3);
  on.io.http([](http::request const&, http::response& answer) { answer.body = "fallback"; });
  auto const visitors = everywhere(on, 3);
  auto const echoes = [](tcp_client& over, std::string const& sid, std::string const& what) {
    over.write(fakes::post(fakes::with_sid(polling, sid), "42[\"echo\",\"" + what + "\"]"));
    CHECK(over.take_response().body == "ok");
    over.write(fakes::get(fakes::with_sid(polling, sid)));
    CHECK(over.take_response().body == "42[\"echo\",\"" + what + "\"]");
  };
  SUBCASE("one connection for all of them") {
    tcp_client shared(on.port);
    for (int round = 0; round < 5; ++round)
      for (auto const& one : visitors) echoes(shared, one.sid, std::to_string(round));
  }
  SUBCASE("a connection for each request") {
    for (auto const& one : visitors)
      for (int i = 0; i < 6; ++i) {
        tcp_client fresh(on.port);
        echoes(fresh, one.sid, std::string(1000, 'x'));
      }
  }
  SUBCASE("a body that comes in pieces, which the session has to wait for") {
    for (auto const& one : visitors)
      for (int i = 0; i < 4; ++i) {
        tcp_client fresh(on.port);
        auto const whole = fakes::post(fakes::with_sid(polling, one.sid), R"(42["echo","piecemeal"])");
        for (std::size_t at = 0; at < whole.size(); at += 40) {
          fresh.write(std::string_view(whole).substr(at, 40));
          std::this_thread::sleep_for(1ms);
        }
        CHECK(fresh.take_response().body == "ok");
        fresh.write(fakes::get(fakes::with_sid(polling, one.sid)));
        CHECK(fresh.take_response().body == R"(42["echo","piecemeal"])");
      }
  }
  SUBCASE("all at once, in one write") {
    std::string requests;
    for (auto const& one : visitors)
      requests += fakes::post(fakes::with_sid(polling, one.sid), R"(42["echo",1])") + fakes::get("/x") +
                  fakes::get(fakes::with_sid(polling, one.sid));
    tcp_client shared(on.port);
    shared.write(requests);
    for (std::size_t i = 0; i < visitors.size(); ++i) {
      CHECK(shared.take_response().body == "ok");
      CHECK(shared.take_response().body == "fallback");
      CHECK(shared.take_response().body == R"(42["echo",1])");
    }
  }
  SUBCASE("nobody's session") {
    tcp_client one(on.port);
    one.write(fakes::get(fakes::with_sid(polling, std::string(engine::id::size, 'x'))));
    auto const answer = one.take_response();
    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"code":1,"message":"Session ID unknown"})");
  }
}

TEST_CASE("threads: a session is upgraded, wherever its WebSocket was accepted") {
  running on(3);
  auto const visitors = everywhere(on, 3);
  for (auto const& one : visitors) {
    tcp_client socket(on.port);
    socket.write(fakes::get(fakes::with_sid(websocket, one.sid), fakes::websocket_headers) +
                 fakes::text_frame("2probe"));
    CHECK(socket.take_response().status == 101);
    CHECK(socket.take_frames(1) == fakes::texts{"3probe"});
    socket.write(fakes::text_frame("5") + fakes::text_frame(R"(42["echo","up"])"));
    CHECK(socket.take_frames(1) == fakes::texts{R"(42["echo","up"])"});
  }
}

TEST_CASE("threads: who emits reaches everybody, on whatever thread they are") {
  running on(3);
  auto& nsp = on.io.of<any>();
  std::mutex mutex;
  std::vector<std::string> ids;
  nsp.on_connect([&](io_socket& s) {
    s.join("all");
    std::scoped_lock const lock(mutex);
    ids.emplace_back(s.id());
    if (ids.size() % 2 == 0) s.join("even");
  });
  nsp.on("say", [&](io_socket& s, arguments args) { s.to("all").emit("said", args); });
  on.start();
  constexpr std::size_t clients = 12;
  std::vector<std::unique_ptr<tcp_client>> all;
  std::vector<std::string> own;
  for (std::size_t i = 0; i < clients; ++i) {
    auto& one = *all.emplace_back(std::make_unique<tcp_client>(on.port));
    one.write(open_websocket + fakes::text_frame("40"));
    CHECK(one.take_response().status == 101);
    auto const frames = one.take_frames(2);
    REQUIRE(frames.size() == 2);
    own.push_back(sid_of(frames[1]));
  }
  SUBCASE("in order") {
    constexpr int emits = 50;
    for (int i = 0; i < emits; ++i) nsp.to("all").emit("n", i);
    for (auto const& one : all) {
      auto const frames = one->take_frames(emits);
      for (int i = 0; i < emits; ++i)
        CHECK(frames.at(static_cast<std::size_t>(i)) == "42[\"n\"," + std::to_string(i) + "]");
    }
  }
  SUBCASE("by the id of a socket") {
    for (std::size_t i = 0; i < clients; ++i) nsp.to(own[i]).emit("yours", own[i]);
    for (std::size_t i = 0; i < clients; ++i)
      CHECK(all[i]->take_frames(1) == fakes::texts{"42[\"yours\",\"" + own[i] + "\"]"});
  }
  SUBCASE("from a handler, without the sender") {
    for (auto const& one : all) one->write(fakes::text_frame(R"(42["say","hi"])"));
    for (auto const& one : all) {
      auto const heard = one->take_frames(clients - 1);
      CHECK(heard == fakes::texts(clients - 1, R"(42["said","hi"])"));
    }
  }
  SUBCASE("except a room") {
    nsp.except("even").emit("odd");
    nsp.to("even").emit("even");
    for (std::size_t i = 0; i < clients; ++i) {
      auto const even = i % 2 == 1;  // they connected one after the other
      CHECK(all[i]->take_frames(1) == fakes::texts{even ? R"(42["even"])" : R"(42["odd"])"});
    }
  }
  SUBCASE("and asks everybody") {
    std::atomic<std::size_t> answers = 0;
    std::atomic<bool> done = false;
    nsp.timeout(30s).emit_with_ack("how", [&](std::error_code error, responses<arguments> got) {
      CHECK_FALSE(error);
      answers = got.answers.size();
      done = true;
    });
    for (auto const& one : all) {
      auto const asked = one->take_frames(1);
      REQUIRE(asked.size() == 1);
      auto const id = asked[0].substr(2, asked[0].find('[') - 2);
      one->write(fakes::text_frame("43" + id + R"(["fine"])"));
    }
    while (!done) std::this_thread::sleep_for(1ms);
    CHECK(answers == clients);
  }
  SUBCASE("counts them") {
    std::atomic<std::size_t> found = 0;
    nsp.fetch_sockets([&](std::error_code error, auto const& sockets) {
      CHECK_FALSE(error);
      std::set<std::string> seen;
      for (auto const& each : sockets) seen.insert(std::string(each.id()));
      CHECK(seen == std::set<std::string>(own.begin(), own.end()));
      found = sockets.size();
    });
    while (found == 0) std::this_thread::sleep_for(1ms);
    CHECK(found == clients);
  }
  SUBCASE("takes them out") {
    nsp.disconnect_sockets();
    for (auto const& one : all) CHECK(one->take_frames(1) == fakes::texts{"41"});
  }
}

TEST_CASE("threads: a bound counts the connections of all threads") {
  running on(3, {.max_connections = 5});
  on.start();
  std::vector<std::unique_ptr<tcp_client>> all;
  std::map<int, int> answers;
  for (int i = 0; i < 12; ++i) {
    auto& one = *all.emplace_back(std::make_unique<tcp_client>(on.port));
    one.write(fakes::get(polling));
    ++answers[one.take_response().status];
  }
  CHECK(answers == std::map<int, int>{{200, 5}, {503, 7}});
}

TEST_CASE("threads: no id of the program's belongs to two sessions") {
  running on(3, {.generate_id = [](http::request const&) { return std::string("always-the-same-id-1"); }});
  on.start();
  std::map<int, int> answers;
  for (int i = 0; i < 12; ++i) {
    tcp_client one(on.port);
    one.write(fakes::get(polling));
    ++answers[one.take_response().status];
  }
  CHECK(answers == std::map<int, int>{{200, 1}, {400, 11}});
}

TEST_CASE("threads: accepting is paused on all of them") {
  running on(3);
  on.start();
  on.io.pause_accept();
  auto const paused_everywhere = [&] {
    // a connection that was accepted on the way is answered
    tcp_client one(on.port);
    one.write(fakes::get(polling));
    return !one.readable_within(30ms);
  };
  for (int i = 0; i < 6;) i = paused_everywhere() ? i + 1 : 0;
  std::vector<std::unique_ptr<tcp_client>> waiting;
  for (int i = 0; i < 6; ++i) waiting.push_back(std::make_unique<tcp_client>(on.port));
  on.io.resume_accept();
  for (auto const& one : waiting) {
    one->write(fakes::get(polling));
    CHECK(one->take_response().status == 200);
  }
}

TEST_CASE("threads: closing tells everybody, and ends when all threads have ended") {
  running on(3);
  auto const visitors = everywhere(on, 3);
  std::atomic<bool> told = false;
  std::vector<std::unique_ptr<tcp_client>> polls;
  for (auto const& one : visitors) {
    auto& poll = *polls.emplace_back(std::make_unique<tcp_client>(on.port));
    auto const get = fakes::get(fakes::with_sid(polling, one.sid));
    poll.write(fakes::post(fakes::with_sid(polling, one.sid), R"(42["echo",1])") + get);
    CHECK(poll.take_response().body == "ok");
    CHECK(poll.take_response().body == R"(42["echo",1])");
    poll.write(get);
  }
  on.io.close(10s, [&](std::error_code) { told = true; });
  for (auto const& one : polls) {
    auto const body = one->take_response().body;
    CHECK(body.ends_with("1"));
    one->shut();
  }
  on.join();
  CHECK(told);
  CHECK_THROWS_AS(tcp_client{on.port}, std::system_error);
}

TEST_CASE("threads: closing, who will poll may connect to any of them for it") {
  running on(3);
  auto const visitors = everywhere(on, 3);  // none of them has a connection
  on.io.of<any>().emit("last");
  on.io.close(1h);
  for (auto const& one : visitors) {
    std::string heard;
    while (!heard.ends_with('1')) {  // which is not with the first answer if its thread does not close yet
      tcp_client fresh(on.port);
      fresh.write(fakes::get(fakes::with_sid(polling, one.sid)));
      auto const answer = fresh.take_response();
      REQUIRE(answer.status == 200);
      heard += answer.body;
    }
    CHECK(heard.starts_with(R"(42["last"])"));
  }
  on.join();
  CHECK_THROWS_AS(tcp_client{on.port}, std::system_error);
}

TEST_CASE("threads: a handler may stop the server, on any thread") {
  for (int i = 0; i < 6; ++i) {
    running on(3);
    on.io.of<any>().on("stop", [&](arguments) { on.io.stop(); });
    on.start();
    tcp_client idle(on.port), one(on.port);
    idle.write(open_websocket);
    CHECK(idle.take_response().status == 101);
    one.write(open_websocket + fakes::text_frame("40") + fakes::text_frame(R"(42["stop"])"));
    CHECK(one.take_response().status == 101);
    CHECK(one.ended());
    CHECK(idle.ended());
    on.join();
  }
}

TEST_CASE("threads: somebody else who listens there is an error as ever") {
  running first(2);
  first.start();
  basic_server<threaded> second({}, 2);
  std::error_code error;
  CHECK(second.listen(error, "127.0.0.1", first.port) == nullptr);
  CHECK(error == std::errc::address_in_use);
}

TEST_CASE("threads: connections are handed out in turn where a place cannot be shared") {
  struct unix_threaded : threaded {
    using transport = socketiopp::transport::local;
  };
  std::string const path = "/tmp/socketiopp_threads_" + std::to_string(::getpid());
  basic_server<unix_threaded> io({}, 3);
  std::mutex mutex;
  std::map<std::thread::id, int> at;
  io.of<any>().on_connect([&](socketiopp::socket<any, unix_threaded>&) {
    std::scoped_lock const lock(mutex);
    ++at[std::this_thread::get_id()];
  });
  io.listen(path);
  std::thread server([&] { io.run(); });
  asio::io_context clients;
  std::vector<asio::local::stream_protocol::socket> all;
  for (int i = 0; i < 6; ++i) {
    auto& one = all.emplace_back(clients);
    one.connect({path});
    asio::write(one, asio::buffer(open_websocket + fakes::text_frame("40")));
    fakes::inbox in;
    std::size_t frames = 0;
    for (bool answered = false; frames < 2;) {
      std::array<char, 1000> bytes;
      in.add({bytes.data(), one.read_some(asio::buffer(bytes))});
      if (!answered) answered = in.take_response().status == 101;
      if (answered) frames += in.take_frames().size();
    }
  }
  io.stop();
  server.join();
  CHECK(at.size() == 3);
  for (auto const& [thread, sockets] : at) CHECK(sockets == 2);
}

// -- whatever happens at the same time
// -----------------------------------------------------------------------

namespace {

// A visitor of the server below: it does anything, on a thread of its own, one life after the other. Some of
// its connections serve several of its sessions, and so go from thread to thread. What is wrong is thrown.
class restless {
public:
  restless(std::uint16_t port, std::uint32_t seed) : port_(port), random_(seed) {}

  void live() {
    doomed_ = false;
    try {
      switch (pick(3)) {
        case 0: return over_websocket();
        case 1: return over_polling();
        default: return upgraded();
      }
    } catch (std::exception const&) {
      if (!doomed_) throw;  // it was thrown out
    }
  }

private:
  unsigned pick(unsigned of) { return static_cast<unsigned>(random_() % of); }

  static void expect(bool so) {
    if (!so) throw std::runtime_error("another answer");
  }
  static std::string ask(tcp_client& over, std::string const& request, int status = 200) {
    over.write(request);
    auto const answer = over.take_response();
    expect(answer.status == status);
    return answer.body;
  }
  // Reads until that comes.
  static void hear(tcp_client& over, std::string_view wanted) {
    for (bool heard = false; !heard;) {
      auto const frames = over.take_frames(1);
      expect(!frames.empty());
      for (auto const& frame : frames) heard |= frame.starts_with(wanted);
    }
  }
  void hear(std::string const& sid, std::string_view wanted) {
    while (ask(any(), fakes::get(fakes::with_sid(polling, sid))).find(wanted) == std::string::npos) {}
  }

  tcp_client& any() {
    auto& one = kept_[pick(most_kept)];
    if (!one || pick(8) == 0) one = std::make_unique<tcp_client>(port_);
    return *one;
  }

  std::string something() {
    if (pick(12) == 0) {
      doomed_ = true;
      return R"(42["doom"])";
    }
    static constexpr std::array<std::string_view, 5> says = {
        R"(42["join"])", R"(42["leave"])", R"(42["room",1])", R"(42["all","x"])", R"(42["ask everybody"])"};
    return std::string(says[pick(says.size())]);
  }
  std::string echo() { return "42[\"echo\",\"" + std::to_string(random_()) + "\"]"; }

  std::string enter() {
    auto const sid = sid_of(ask(any(), fakes::get(polling)));
    expect(ask(any(), fakes::post(fakes::with_sid(polling, sid), "40")) == "ok");
    hear(sid, "40{");
    return sid;
  }

  void over_polling() {
    auto const sid = enter();
    for (auto rounds = pick(6); rounds > 0; --rounds) {
      auto const word = echo();
      expect(ask(any(), fakes::post(fakes::with_sid(polling, sid), something() + '\x1e' + word)) == "ok");
      hear(sid, word);
    }
    if (pick(3) != 0)  // else it never comes back
      expect(ask(any(), fakes::post(fakes::with_sid(polling, sid), "1")) == "ok");
  }

  void over_websocket() {
    tcp_client one(port_);
    ask(one, open_websocket, 101);
    one.write(fakes::text_frame("40"));
    hear(one, "40{");
    talk(one);
  }

  void upgraded() {
    auto const sid = enter();
    tcp_client one(port_);
    ask(one, fakes::get(fakes::with_sid(websocket, sid), fakes::websocket_headers), 101);
    one.write(fakes::text_frame("2probe"));
    hear(one, "3probe");
    one.write(fakes::text_frame("5"));
    talk(one);
  }

  void talk(tcp_client& over) {
    bool inside = false;  // of a namespace that goes when the last has left it
    for (auto steps = pick(20); steps > 0; --steps) {
      if (pick(3) != 0) {
        over.write(fakes::text_frame(something()));
      } else if (!std::exchange(inside, !inside)) {
        over.write(fakes::text_frame("40/room-1,") + fakes::text_frame(R"(42/room-1,["echo",true])"));
      } else {
        over.write(fakes::text_frame("41/room-1,"));
      }
    }
    auto const word = echo();
    over.write(fakes::text_frame(word));
    hear(over, word);
  }

  std::uint16_t port_;
  std::mt19937 random_;
  static constexpr unsigned most_kept = 3;
  std::array<std::unique_ptr<tcp_client>, most_kept> kept_;
  bool doomed_ = false;
};

// Who lets in whom he is asked about, on a thread of his own.
class doorman {
public:
  ~doorman() {
    {
      std::scoped_lock const lock(mutex_);
      asked_.emplace_back();
    }
    thread_.join();
  }
  void ask(decision answer) {
    std::scoped_lock const lock(mutex_);
    asked_.emplace_back(std::move(answer));
  }

private:
  void work() {
    for (;;) {
      std::deque<std::optional<decision>> now;
      {
        std::scoped_lock const lock(mutex_);
        now.swap(asked_);
      }
      for (auto& each : now) {
        if (!each) return;
        (*each)(admit);
      }
      std::this_thread::sleep_for(1ms);
    }
  }

  std::mutex mutex_;
  std::deque<std::optional<decision>> asked_;  // nothing: the end
  std::thread thread_{[this] { work(); }};
};

}  // namespace

// Visitors that do anything while another thread emits: what each has got is in order, and nothing is lost to
// who stays. It ends in the middle of it, one way or the other.
TEST_CASE("threads: whatever happens at the same time") {
  auto const* const given = std::getenv("SIMULATION_SEED");  // NOLINT(concurrency-mt-unsafe)
  auto const seed = given ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  CAPTURE(seed);
  doorman door;
  server_options options{.cleanup_empty_namespaces = true};
  auto const recovers = seed % 2 == 0;
  if (recovers) options.recovery = recovery_options{};
  running on(3, std::move(options));
  auto& nsp = on.io.of<any>();
  on.io.of<any>([](std::string_view name) { return name.starts_with("/room-"); })
      .on("echo", [](io_socket& s, arguments args) { s.emit("echo", args); });
  std::atomic<int> connected = 0;
  nsp.use([&](io_socket&, decision answer) { door.ask(std::move(answer)); });
  nsp.on_connect([&](io_socket&) { ++connected; });
  nsp.on_disconnect([&](io_socket& s, reason) {
    --connected;
    s.to("room").emit("gone");
  });
  nsp.on("join", [](io_socket& s, arguments) { s.join("room"); });
  nsp.on("leave", [](io_socket& s, arguments) { s.leave("room"); });
  nsp.on("doom", [](io_socket& s, arguments) { s.join("doomed"); });
  nsp.on("room", [&](io_socket& s, arguments args) { s.to("room").emit("room", args); });
  nsp.on("all", [&](arguments args) { nsp.emit("all", args); });
  nsp.on("echo", [](io_socket& s, arguments args) { s.emit("echo", args); });
  nsp.on("ask everybody", [&](io_socket& s, arguments) {
    s.to("room").timeout(5ms).emit_with_ack("how", [](std::error_code, responses<arguments> const&) {});
  });
  on.start();

  tcp_client witness(on.port);
  witness.write(open_websocket + fakes::text_frame("40"));
  CHECK(witness.take_response().status == 101);
  witness.take_frames(2);

  constexpr int emits = 300;
  std::atomic<bool> closing = false, failed = false;
  std::vector<std::thread> others;
  for (std::uint32_t i = 0; i < 4; ++i)
    others.emplace_back([&, i] {
      try {
        for (restless one(on.port, seed + i); !closing;) one.live();
      } catch (std::exception const&) {
        if (!closing) failed = true;
      }
    });
  for (int i = 0; i < emits; ++i) {
    nsp.emit("n", i);
    if (i % 10 == 0) nsp.fetch_sockets([](std::error_code, auto const&) {});
    if (i % 25 == 0) nsp.to("room").sockets_leave("room");
    if (i % 40 == 0) nsp.except("doomed").sockets_join("room");
    if (i % 15 == 0) nsp.to("doomed").disconnect_sockets(i % 2 == 0);
    if (i % 7 == 0) std::this_thread::sleep_for(1ms);
  }
  int next = 0;
  auto const* const last = recovers ? "," : "]";  // the offset follows
  while (next < emits) {
    auto const frames = witness.take_frames(1);
    REQUIRE(!frames.empty());
    for (auto const& frame : frames)
      if (frame.starts_with("42[\"n\""))
        CHECK(frame.starts_with("42[\"n\"," + std::to_string(next++) + last));
  }
  closing = true;
  if (seed % 3 == 0) {
    on.stop();
  } else {
    on.io.close(500ms);  // some have gone without a word
    on.join();
  }
  for (auto& one : others) one.join();
  CHECK_FALSE(failed);
  CHECK(connected == 0);
}
