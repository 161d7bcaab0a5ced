// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/namespace.hpp>

using namespace fakes;

namespace {

parser::outgoing event(std::string_view name) {
  return parser::encode_event<core::format_of<policies>>("/", std::nullopt, name);
}

}  // namespace

TEST_CASE("namespace: on its shard's thread a packet reaches the sockets before send returns") {
  world here;
  auto& main = here.of("/");
  client one(here), other(here);
  one.join(main).join("room");
  other.join(main);
  main.send({.some = true, .rooms = {"room"}, .except = {}, .sender = {}}, event("a"));
  CHECK(here.posted.empty());
  main.send({}, event("b"));
  here.end();
  CHECK(one.hear() == texts{R"(2["a"])", R"(2["b"])"});
  CHECK(other.hear() == texts{R"(2["b"])"});
}

TEST_CASE("namespace: from elsewhere it is posted, and what it refers to may be gone by then") {
  world here;
  auto& main = here.of("/");
  client one(here), other(here);
  one.join(main).join("room");
  other.join(main);
  here.is_here = false;
  {
    core::targets to{.some = true, .rooms = {"room"}, .except = {}, .sender = {}};
    main.send(to, event("a"));
    to.rooms.clear();
  }
  here.turn.end();
  CHECK(one.hear().empty());
  other.drop();
  here.end();
  CHECK(one.hear() == texts{R"(2["a"])"});
}

TEST_CASE("namespace: sockets of one namespace are none of another") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto& in_main = one.join(main);
  auto& in_custom = one.join(custom);
  in_main.join("room");
  custom.send({.some = true, .rooms = {"room", name(in_main)}, .except = {}, .sender = {}}, event("a"));
  here.end();
  CHECK(one.hear().empty());
  CHECK(custom.slice_on(0).find(in_main.id()) == nullptr);
  CHECK(custom.slice_on(0).find(in_custom.id()) == &in_custom);
  CHECK(&in_custom.in() == &custom.slice_on(0));
  CHECK(&custom.slice_on(0).of() == &custom);
  CHECK(custom.name() == "/custom");
}

TEST_CASE("namespace: who connects in a turn gets what is sent after its connect packet") {
  world here;
  auto& main = here.of("/");
  main.then_connect = [&](core_socket&) { main.send({}, event("welcome")); };
  client one(here);
  one.say("0");
  auto const heard = one.hear();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].starts_with("0{"));
  CHECK(heard[1] == R"(2["welcome"])");
}
