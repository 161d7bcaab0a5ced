// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/connection.hpp>

using namespace fakes;

namespace {

// What a client says first, and that the connection must close of it.
void closes(std::string const& packet) {
  CAPTURE(packet);
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto const& first = one.join(main);
  auto const id = name(first);
  one.join(custom);
  main.log.clear();
  one.say(packet);
  CHECK(one.closed());
  CHECK(one.hear().empty());
  CHECK(here.hub.size() == 0);
  REQUIRE(!main.log.empty());
  CHECK(main.log.back() == "disconnect: forced close " + id);
}

// What a client says first, and what the main namespace gets of it while the connection lives.
texts delivers(std::string const& packet) {
  CAPTURE(packet);
  world here;
  auto& main = here.of("/");
  client one(here);
  auto const& socket = one.join(main);
  one.say(packet);
  REQUIRE(!one.closed());
  auto lines = main.log_of(socket);
  lines.erase(lines.begin());
  return lines;
}

}  // namespace

TEST_CASE("connection: W-150: CONNECT to the main namespace, with and without a payload") {
  for (auto const& [packet, auth] : {std::pair{"40", "nothing"},
                                     {"40{}", "{}"},
                                     {R"(40{"token":1})", R"({"token":1})"},
                                     {"40/,", "nothing"},     // W-152
                                     {"4012", "nothing"}}) {  // W-154
    std::string const said(packet);
    CAPTURE(said);
    world here;
    auto& main = here.of("/");
    client one(here);
    one.say(std::string_view(packet).substr(1));
    REQUIRE(main.sockets.size() == 1);
    auto const& socket = *main.sockets[0];
    CHECK(one.hear() == texts{R"(0{"sid":")" + name(socket) + R"("})"});
    CHECK(name(socket).size() == 20);
    CHECK(name(socket) != one.session()->id().view());
    CHECK(main.log == texts{std::string("admit ") + auth, "connect " + name(socket)});
    CHECK(socket.connected());
    CHECK(&socket.handshake() == &one.session()->handshake());
  }
}

TEST_CASE("connection: W-151: CONNECT to another namespace") {
  for (auto const& [packet, auth] : {std::pair{"0/custom,", "nothing"},
                                     {"0/custom", "nothing"},
                                     {R"(0/custom,{"token":"x"})", R"({"token":"x"})"}}) {
    std::string const said(packet);
    CAPTURE(said);
    world here;
    auto& custom = here.of("/custom");
    client one(here);
    one.say(packet);
    REQUIRE(custom.sockets.size() == 1);
    CHECK(one.hear() == texts{R"(0/custom,{"sid":")" + name(*custom.sockets[0]) + R"("})"});
    CHECK(custom.log.front() == std::string("admit ") + auth);
  }
}

TEST_CASE("connection: each namespace has a socket of its own") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  one.say("0", "0/custom,");  // W-162
  CHECK(one.hear().size() == 2);
  CHECK(name(*main.sockets[0]) != name(*custom.sockets[0]));
  one.say(R"(2/custom,["a"])", R"(2["b"])");
  CHECK(custom.log_of(*custom.sockets[0]).back() == R"(a ["a"])");
  CHECK(main.log_of(*main.sockets[0]).back() == R"(b ["b"])");
}

TEST_CASE("connection: W-153, W-164, W-166 to W-170, W-173, W-176: what no client may say closes") {
  for (auto const* const packet : {"0[]",
                                   "0\"x\"",
                                   "0null",
                                   "0custom,",
                                   "0{",
                                   "0{}x",
                                   "1{}",
                                   "1/custom,[]",
                                   "2{}",
                                   "2[]",
                                   "2[null]",
                                   "2[{}]",
                                   "2[[]]",
                                   "2[true]",
                                   "2[",
                                   "2[\"a\"]x",
                                   "2[\"a\"",
                                   "2",
                                   "2\"a\"",
                                   "2[\"\xff\"]",
                                   R"(2["connect"])",
                                   R"(2["connect_error"])",
                                   R"(2["disconnect"])",
                                   R"(2["disconnecting"])",
                                   R"(2["newListener"])",
                                   R"(2["removeListener"])",
                                   R"(2-1["a"])",
                                   R"(21.5["a"])",
                                   R"(2abc["a"])",
                                   R"(2 1["a"])",
                                   R"(29007199254740992["a"])",
                                   "31{}",
                                   "4",
                                   "4{}",
                                   "7",
                                   "9[\"a\"]",
                                   "",
                                   "a",
                                   "5-[\"a\"]",
                                   "51[\"a\"]",
                                   "51.5-[\"a\"]",
                                   "50-[\"a\"]",
                                   "511-[\"a\"]",
                                   "51e1-[\"a\"]",
                                   "50x1-[\"a\"]",
                                   "51-",
                                   "61-"})
    closes(packet);
}

TEST_CASE("connection: W-165, W-168, W-170: events") {
  CHECK(delivers(R"(2["a",1])") == texts{R"(a ["a",1])"});
  CHECK(delivers(R"(212["a"])") == texts{R"(a ["a"] ack 12)"});
  CHECK(delivers(R"(2/,["a"])") == texts{R"(a ["a"])"});
  CHECK(delivers(R"(20["a"])") == texts{R"(a ["a"] ack 0)"});
  CHECK(delivers(R"(2007["a"])") == texts{R"(a ["a"] ack 7)"});
  CHECK(delivers(R"(29007199254740991["a"])") == texts{R"(a ["a"] ack 9007199254740991)"});
  CHECK(delivers("2[1,2]") == texts{"1 [1,2]"});
  CHECK(delivers("2[-1]") == texts{"-1 [-1]"});
  CHECK(delivers("2[18446744073709551615]") == texts{"18446744073709551615 [18446744073709551615]"});
  CHECK(delivers("2[1.5]") == texts{"1.5 [1.5]"});
  CHECK(delivers(R"(2[""])") == texts{R"( [""])"});
  CHECK(delivers(R"(2["Connect"])") == texts{R"(Connect ["Connect"])"});
  CHECK(delivers(R"(2["error"])") == texts{R"(error ["error"])"});
}

TEST_CASE("connection: W-179: a placeholder in an event without attachments is a plain object") {
  CHECK(delivers(R"(2["a",{"_placeholder":true,"num":0}])") ==
        texts{R"(a ["a",{"_placeholder":true,"num":0}])"});
}

TEST_CASE("connection: W-155, W-156: an unknown namespace is refused and the connection lives") {
  world here;
  auto& main = here.of("/");
  here.of("/custom");
  client one(here);
  one.say("0/random,", "0/custom?a=1,", "0/cust\"om");
  CHECK(one.hear() == texts{R"(4/random,{"message":"Invalid namespace"})",
                            R"(4/custom?a=1,{"message":"Invalid namespace"})",
                            R"(4/cust"om,{"message":"Invalid namespace"})"});
  one.join(main);
  CHECK(!one.closed());
}

TEST_CASE("connection: W-161: a refused client may try again") {
  world here;
  auto& main = here.of("/");
  main.refusal = "not \"authorized\"";
  client one(here);
  one.say("0");
  CHECK(one.hear() == texts{R"(4{"message":"not \"authorized\""})"});
  CHECK(main.sockets.empty());
  main.refusal.clear();
  one.join(main);
  CHECK(main.on(0).size() == 1);
}

TEST_CASE("connection: a client may not join namespaces without end") {
  world here({.max_namespaces = 2});
  auto& a = here.of("/a");
  auto& b = here.of("/b");
  auto& c = here.of("/c");
  client one(here);
  one.join(a);
  one.join(b);
  one.say("0/c,", "0/nowhere,");
  CHECK(one.hear() ==
        texts{R"(4/c,{"message":"Too many namespaces"})", R"(4/nowhere,{"message":"Too many namespaces"})"});
  one.say("1/a,");
  one.join(c);
  CHECK(c.sockets.size() == 1);
}

TEST_CASE("connection: W-157: CONNECT twice closes") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto const& socket = one.join(main);
  auto const id = name(socket);
  one.say("0");
  CHECK(one.closed());
  CHECK(main.log.back() == "disconnect: forced server close " + id);
  CHECK(main.sockets.size() == 1);
}

TEST_CASE("connection: W-158: packets for a namespace that was not joined close") {
  for (auto const* const packet : {R"(2/custom,["a"])", R"(3/custom,1["a"])", "3/custom,1", "1/custom,",
                                   R"(2/nowhere,["a"])", "1/nowhere,"}) {
    CAPTURE(packet);
    world here;
    auto& main = here.of("/");
    here.of("/custom");
    client one(here);
    one.join(main);
    one.say(packet);
    CHECK(one.closed());
    CHECK(here.hub.size() == 0);
  }
}

TEST_CASE("connection: W-158: an event before any CONNECT closes") {
  world here;
  auto& main = here.of("/");
  client one(here);
  one.say(R"(2["a"])");
  CHECK(one.closed());
  CHECK(main.log.empty());
}

TEST_CASE("connection: W-160: who joins no namespace in time is disconnected") {
  world here({.connect_timeout = 1s});
  auto& main = here.of("/");
  client idle(here), refused(here), joined(here), left(here);
  joined.join(main);
  left.join(main);
  left.say("1");
  here.advance(500ms);
  refused.say("0/nowhere,");  // life-cycle rule 4: does not count
  here.advance(499ms);
  CHECK(!idle.closed());
  here.advance(1ms);
  CHECK(idle.closed());
  CHECK(refused.closed());
  CHECK(!joined.closed());
  CHECK(!left.closed());  // life-cycle rule 3
  here.advance(1h);
  CHECK(!joined.closed());
  CHECK(!left.closed());
}

TEST_CASE("connection: W-163: a client leaves one namespace") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  one.join(main);
  auto const left = name(one.join(custom));
  one.say("1/custom,");
  CHECK(one.hear().empty());
  CHECK(custom.log.back() == "disconnect: client namespace disconnect " + left);
  CHECK(custom.on(0).size() == 0);
  CHECK(main.on(0).size() == 1);
  one.say("0/custom,", R"(2["still"])");
  CHECK(custom.sockets.size() == 2);
  CHECK(main.log_of(*main.sockets[0]).back() == R"(still ["still"])");
}

TEST_CASE("connection: W-174: a binary event is delivered when its last attachment has come") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto const& socket = one.join(main);
  one.say(R"(52-7["m",{"_placeholder":true,"num":1},{"in":[{"_placeholder":true,"num":0}]}])");
  one.attach("first");
  one.say_engine("3");  // W-180: no Socket.IO packet
  CHECK(main.log_of(socket).size() == 1);
  one.attach("second");
  CHECK(
      main.log_of(socket).back() ==
      R"(m ["m",{"_placeholder":true,"num":0},{"in":[{"_placeholder":true,"num":1}]}]<second><first> ack 7)");
  one.say(R"(51-["m",{"_placeholder":true,"num":0}])");
  one.attach("");
  CHECK(main.log_of(socket).back() == R"(m ["m",{"_placeholder":true,"num":0}]<>)");
  CHECK(!one.closed());
}

TEST_CASE("connection: W-178: placeholders and attachments need not match one to one") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto const& socket = one.join(main);
  one.say(R"(52-["m"])");
  one.attach("a");
  one.attach("b");
  CHECK(main.log_of(socket).back() == R"(m ["m"])");
  one.say(R"(51-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])");
  one.attach("a");
  CHECK(main.log_of(socket).back().ends_with("<a><a>"));
}

TEST_CASE("connection: W-177: a placeholder without its attachment closes") {
  for (auto const* const packet :
       {R"(51-["m",{"_placeholder":true,"num":1}])", R"(51-["m",{"_placeholder":true,"num":-1}])",
        R"(51-["m",{"_placeholder":true,"num":"0"}])", R"(51-["m",{"_placeholder":true,"num":0.5}])",
        R"(51-["m",[{"a":{"_placeholder":true}}]])"}) {
    CAPTURE(packet);
    world here;
    auto& main = here.of("/");
    client one(here);
    one.join(main);
    one.say(packet);
    CHECK(!one.closed());
    one.attach("x");
    CHECK(one.closed());
    CHECK(main.log.size() == 5);  // admit, connect, error, disconnecting, disconnect
  }
}

TEST_CASE("connection: W-180: attachments and texts out of turn close") {
  world here;
  auto& main = here.of("/");
  client text(here), unannounced(here), left(here), stranger(here);
  for (auto* const each : {&text, &unannounced, &left}) each->join(main);
  text.say(R"(51-["m"])");
  text.say(R"(2["a"])");
  CHECK(text.closed());
  unannounced.attach("x");
  CHECK(unannounced.closed());
  left.say(R"(51-["m"])");
  left.say("1");
  CHECK(left.closed());
  stranger.say(R"(51-["m"])");  // W-158, once it is whole
  stranger.attach("x");
  CHECK(stranger.closed());
  CHECK(here.hub.size() == 0);
}

TEST_CASE("connection: W-181: every socket is told of a packet that cannot be read") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here), other(here);
  auto const first = name(one.join(main));
  auto const second = name(one.join(custom));
  other.join(main);
  main.log.clear();
  custom.log.clear();
  one.say("7");
  CHECK(main.log == texts{"error: malformed packet " + first, "disconnecting: forced close " + first,
                          "disconnect: forced close " + first});
  CHECK(custom.log == texts{"error: malformed packet " + second, "disconnecting: forced close " + second,
                            "disconnect: forced close " + second});
  CHECK(!other.closed());
}

TEST_CASE("connection: W-181: whom another one's error handler has disconnected is told nothing more") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto& first = one.join(main);
  auto& second = one.join(custom);
  auto const id = name(second);
  main.then_error = [&](core_socket&) { second.disconnect(false); };
  custom.log.clear();
  SUBCASE("one of them") {}
  SUBCASE("all of them") {
    main.then_error = [&](core_socket&) { first.disconnect(true); };
  }
  one.say("7");
  CHECK(one.closed());
  CHECK(custom.log == texts{"disconnecting: server namespace disconnect " + id,
                            "disconnect: server namespace disconnect " + id});
}

TEST_CASE("connection: the transport's end is every socket's end, once") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto const first = name(one.join(main));
  auto const second = name(one.join(custom));
  main.log.clear();
  custom.log.clear();
  one.drop();
  CHECK(main.log == texts{"disconnecting: transport close " + first, "disconnect: transport close " + first});
  CHECK(custom.log ==
        texts{"disconnecting: transport close " + second, "disconnect: transport close " + second});
  CHECK(main.on(0).size() == 0);
  CHECK(here.hub.size() == 0);
}

TEST_CASE("connection: what comes after the end is not heard") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto& socket = one.join(main);
  main.then_event = [&](core_socket&, auto&) { socket.disconnect(true); };
  one.say(R"(2["bye"])", R"(2["late"])", "0");
  CHECK(one.closed());
  CHECK(main.log.size() == 5);
  CHECK(main.sockets.size() == 1);
}

TEST_CASE("connection: handlers may end anything from inside every callback") {
  enum class from { connect, event, disconnecting, disconnect, error };
  enum class what { self, self_and_connection, neighbour, other_client, other_connection, server };
  for (auto const place : {from::connect, from::event, from::disconnecting, from::disconnect, from::error})
    for (auto const deed : {what::self, what::self_and_connection, what::neighbour, what::other_client,
                            what::other_connection, what::server}) {
      CAPTURE(static_cast<int>(place));
      CAPTURE(static_cast<int>(deed));
      world here;
      auto& main = here.of("/");
      auto& custom = here.of("/custom");
      client one(here), other(here);
      auto& far = other.join(main);
      auto& neighbour = one.join(custom);
      core_socket* self = nullptr;
      bool done = false;
      auto const act = [&](core_socket& who) {
        self = &who;
        if (&who == &far || std::exchange(done, true)) return;
        who.join("room");
        switch (deed) {
          case what::self: return who.disconnect(false);
          case what::self_and_connection: return who.disconnect(true);
          case what::neighbour: return neighbour.disconnect(false);
          case what::other_client: return far.disconnect(false);
          case what::other_connection: return far.disconnect(true);
          case what::server: return here.hub.abort_all(reason::server_shutting_down);
        }
      };
      switch (place) {
        case from::connect: main.then_connect = act; break;
        case from::event: main.then_event = [&](core_socket& who, auto&) { act(who); }; break;
        case from::disconnecting:
          main.then_disconnecting = [&](core_socket& who, reason) { act(who); };
          break;
        case from::disconnect: main.then_disconnect = [&](core_socket& who, reason) { act(who); }; break;
        case from::error: main.then_error = act; break;
      }
      one.say("0", R"(2["a"])", place == from::error ? "7" : "1");
      CHECK(done);
      if (one.session()) one.drop();
      if (other.session()) other.drop();
      CHECK(main.on(0).size() == 0);
      CHECK(custom.on(0).size() == 0);
      CHECK(here.hub.size() == 0);
      auto ends = 0;
      for (auto const& line : main.log) ends += line.starts_with("disconnect: ");
      CHECK(ends == 2);
    }
}

TEST_CASE("connection: everything may go while clients are there") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto& socket = one.join(main);
  socket.join("room");
  bool called = false;
  socket.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); }, here.now + 1h,
                 [&](auto, auto const*) { called = true; });
  one.say(R"(51-["m"])");
  CHECK(!called);
}
