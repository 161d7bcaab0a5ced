// SPDX-License-Identifier: MIT
#include <concepts>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "../typed/client.hpp"
#include <socketiopp/observer/concept.hpp>
#include <socketiopp/observer/counters.hpp>
#include <socketiopp/server.hpp>

// Observers written from the concept alone.

namespace {

namespace sio = socketiopp;
namespace observer = socketiopp::observer;

// A log of what happens to sockets, which says who did what.
struct diary {
  std::vector<std::string> lines;

  void operator()(observer::socket_connected const& what) { add("connected", what); }
  void operator()(observer::socket_disconnected const& what) {
    add("disconnected (" + std::string(to_string(what.why)) + ")", what);
  }
  void operator()(observer::event_received const& what) {
    add("said " + std::string(what.name) + " in " + std::to_string(what.bytes) + " bytes", what);
  }
  void operator()(observer::room_joined const& what) { add("joined " + std::string(what.room), what); }
  void operator()(observer::room_left const& what) { add("left " + std::string(what.room), what); }
  void operator()(observer::error_reported const& what) {
    add(what.code.message() + " of " + std::string(what.event), what);
  }
  void operator()(sio::bound_hit const& what) { lines.push_back(std::string(to_string(what.which))); }
  void operator()(observer::request_refused const& what) {
    lines.push_back(std::string(what.remote_address) + ": " + std::string(what.message));
  }

  template <class What> void add(std::string const& text, What const& what) {
    lines.push_back(std::string(what.nsp) + " " + std::string(what.id) + " " + text);
  }
};

// Whatever happens, it throws.
struct clumsy {
  std::size_t told = 0;
  void operator()(auto const&) {
    ++told;
    throw std::runtime_error("the log is full");
  }
};

struct by_name {
  void on_connect(observer::socket_connected const&) {}
};
struct made_of_something {
  explicit made_of_something(int) {}
  void operator()(observer::socket_connected const&) {}
};

static_assert(observer::policy<diary>);
static_assert(observer::policy<clumsy>);
static_assert(observer::policy<observer::counters>);
static_assert(!observer::policy<by_name>);
static_assert(!observer::policy<made_of_something>);
static_assert(!observer::policy<int>);
static_assert(observer::hears<diary, observer::room_left>);
static_assert(!observer::hears<diary, observer::event_sent>);
static_assert(observer::hears<clumsy, observer::event_sent>);

template <class Observer> struct watched : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
  using observer = Observer;
};

template <class Observer> struct world {
  explicit world(sio::server_options options = {}) : io(std::move(options)) { io.listen(net); }
  void run() { io.executor().run(); }

  sio::transport::loopback::network net;
  sio::basic_server<watched<Observer>> io;
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("concept: an observer is told only what it takes") {
  diary kept;
  observer::tell(kept, observer::room_joined{"/", "one", "hall"});
  observer::tell(kept, observer::session_opened{"secret", "polling"});
  CHECK(kept.lines == texts{"/ one joined hall"});
}

TEST_CASE("concept: what happens is told in its order, before handlers hear of it") {
  world<diary> w({.max_namespaces = 1});
  auto& log = w.io.observer().lines;
  using socket = sio::socket<sio::any, watched<diary>>;
  auto& hall = w.io.template of<sio::any>("/hall");
  hall.on_connect([&](socket& s) {
    log.push_back("on_connect");
    s.join("front");
    s.join("front");
    s.join(s.id());
  });
  hall.on("shout", [&](socket& s, sio::arguments const&) {
    log.push_back("on shout");
    s.leave("front");
    s.leave("front");
    s.join("back");
    throw std::runtime_error("hoarse");
  });
  hall.on_disconnecting([&](socket&, sio::reason) { log.push_back("on_disconnecting"); });
  hall.on_disconnect([&](socket&, sio::reason) { log.push_back("on_disconnect"); });

  typed_tests::client c(w);
  auto const id = c.join("/hall");
  c.send(R"(2/hall,["shout","a"])");
  c.send("0/hall2,");
  c.send("1/hall,");
  auto const who = "/hall " + id + " ";
  CHECK(log == texts{who + "connected", "on_connect", who + "joined front", who + "said shout in 20 bytes",
                     "on shout", who + "left front", who + "joined back",
                     who + "a handler ended with an exception of shout", "max_namespaces", "on_disconnecting",
                     who + "left back", who + "disconnected (client namespace disconnect)", "on_disconnect"});

  log.clear();
  auto stranger = w.net.connect();
  stranger.write("GET /socket.io/?EIO=4&transport=pigeon HTTP/1.1\r\nHost: x\r\n\r\n");
  w.run();
  CHECK(log == texts{"127.0.0.1: Transport unknown"});
}

TEST_CASE("concept: what an observer throws is dropped") {
  world<clumsy> w;
  auto& hall = w.io.template of<sio::any>("/hall");
  hall.on("double", [](sio::arguments const& given) { return given; });
  typed_tests::client c(w);
  c.join("/hall");
  c.send(R"(2/hall,7["double",2])");
  CHECK(c.all() == texts{"3/hall,7[2]"});
  c.close();
  CHECK(w.io.observer().told == 6);  // a session, a socket, an event, its acknowledgement, and their ends
}
