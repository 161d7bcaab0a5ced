// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/core.hpp>

using namespace fakes;

namespace {

struct scene {
  world here;
  recorder& main = here.of("/");
  client one{here};
  core_socket& socket = one.join(main);
};

parser::outgoing event(std::string_view name) {
  return parser::encode_event<core::format_of<policies>>("/", std::nullopt, name);
}

}  // namespace

TEST_CASE("core: a socket's rooms, its own first") {
  scene s;
  auto const id = name(s.socket);
  CHECK(s.socket.rooms() == texts{id});
  s.socket.join("a");
  s.socket.join("b");
  s.socket.join("a");
  s.socket.join(id);
  CHECK(s.socket.rooms() == texts{id, "a", "b"});
  s.socket.leave("a");
  s.socket.leave(id);
  s.socket.leave("nowhere");
  CHECK(s.socket.rooms() == texts{id, "b"});
}

TEST_CASE("core: life-cycle rule 2: rooms are set in disconnecting and gone in disconnect") {
  scene s;
  auto const id = name(s.socket);
  s.socket.join("a");
  texts before, after;
  std::size_t inside = 0, outside = 1;
  s.main.then_disconnecting = [&](core_socket& who, reason) {
    CHECK(!who.connected());
    who.join("late");
    before = who.rooms();
    inside = s.main.slice_on(0).size();
    who.send(event("unheard"));
  };
  s.main.then_disconnect = [&](core_socket& who, reason) {
    CHECK(!who.connected());
    who.join("late");
    after = who.rooms();
    outside = s.main.slice_on(0).size();
    who.send(event("unheard"));
  };
  s.socket.disconnect(false);
  s.here.end();
  CHECK(before == texts{id, "a"});
  CHECK(after.empty());
  CHECK(inside == 1);
  CHECK(outside == 0);
  CHECK(s.one.hear() == texts{"1"});
}

TEST_CASE("core: W-130: disconnect ends the socket and not the connection") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto& socket = one.join(custom);
  one.join(main);
  custom.log.clear();
  auto const id = name(socket);
  socket.send(event("first"));
  socket.disconnect(false);
  socket.disconnect(false);
  socket.send(event("late"));
  here.end();
  CHECK(one.hear() == texts{R"(2["first"])", "1/custom,"});
  CHECK(!one.closed());
  CHECK(custom.log == texts{"disconnecting: server namespace disconnect " + id,
                            "disconnect: server namespace disconnect " + id});
  CHECK(main.slice_on(0).size() == 1);
  one.join(custom);  // and it may come back
  CHECK(custom.slice_on(0).size() == 1);
}

TEST_CASE("core: W-131: disconnect(true) ends every socket and the connection") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here), other(here);
  auto& socket = one.join(custom);
  auto const neighbour = name(one.join(main));
  other.join(main);
  socket.disconnect(true);
  here.end();
  CHECK(one.hear() == texts{"1/custom,", "1"});
  CHECK(one.closed());
  CHECK(main.log.back() == "disconnect: server namespace disconnect " + neighbour);
  CHECK(!other.closed());
  CHECK(main.slice_on(0).size() == 1);
}

TEST_CASE("core: disconnect(true) in a handler of the same end does nothing more") {
  scene s;
  s.main.then_disconnect = [&](core_socket& who, reason) { who.disconnect(true); };
  s.main.then_disconnecting = [&](core_socket& who, reason) { who.disconnect(true); };
  s.socket.disconnect(true);
  s.here.end();
  CHECK(s.one.hear() == texts{"1"});
  CHECK(s.one.closed());
  CHECK(s.main.log.size() == 4);
}
