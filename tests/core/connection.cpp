// SPDX-License-Identifier: MIT
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
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

TEST_CASE("connection: F-103: each namespace has a socket of its own") {
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
  CHECK(main.slice_on(0).size() == 1);
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

TEST_CASE("connection: F-186: W-158: packets for a namespace that was not joined close") {
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
  CHECK(custom.slice_on(0).size() == 0);
  CHECK(main.slice_on(0).size() == 1);
  one.say("0/custom,", R"(2["still"])");
  CHECK(custom.sockets.size() == 2);
  CHECK(main.log_of(*main.sockets[0]).back() == R"(still ["still"])");
}

TEST_CASE("connection: F-222: W-174: a binary event is delivered when its last attachment has come") {
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

TEST_CASE("connection: F-182: W-181: every socket is told of a packet that cannot be read") {
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

TEST_CASE("connection: F-181: the transport's end is every socket's end, once") {
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
  CHECK(main.slice_on(0).size() == 0);
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
      CHECK(main.slice_on(0).size() == 0);
      CHECK(custom.slice_on(0).size() == 0);
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
  request(
      socket, [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
      here.now + 1h, [&](auto, auto const*) { called = true; });
  one.say(R"(51-["m"])");
  CHECK(!called);
}

// -- bounds, and clients that do not read --------------------------------------------------------------

TEST_CASE("connection: who joins too many namespaces is reported each time, and lives") {
  world here({.max_namespaces = 1});
  auto& main = here.of("/");
  here.of("/a");
  client one(here);
  one.join(main);
  one.say("0/a,", "0/b,");
  CHECK(here.bounds == texts{"max_namespaces", "max_namespaces"});
  CHECK(one.hear().size() == 2);
  CHECK(!one.closed());
}

TEST_CASE("connection: too many attachments are reported, other faults are not") {
  world here({.max_attachments = 2});
  auto& main = here.of("/");
  for (auto const* const fine : {R"(52-["m"])", R"(51-["m"])"}) {
    client one(here);
    one.join(main);
    one.say(fine);
    CHECK(!one.closed());
  }
  for (auto const* const fault : {"7", R"(5-["m"])", R"(5x-["m"])", R"(54294967296-["m"])", "2{}"}) {
    client one(here);
    one.join(main);
    one.say(fault);
    CHECK(one.closed());
  }
  CHECK(here.bounds.empty());
  client one(here);
  one.join(main);
  one.say(R"(53-["m"])");
  CHECK(one.closed());
  CHECK(here.bounds == texts{"max_attachments"});
}

TEST_CASE("connection: W-160: who joins no namespace in time is told why, and reported") {
  world here({.connect_timeout = 1s});
  client one(here);
  here.advance(1s);
  CHECK(one.closed());
  CHECK(one.close_reason() == "connect_timeout");
  CHECK(here.bounds == texts{"connect_timeout"});
}

TEST_CASE("connection: who is told of a bound may end everything") {
  for (bool const abort : {false, true}) {
    world here({.connect_timeout = 1s, .max_attachments = 1, .max_namespaces = 1});
    auto& main = here.of("/");
    here.then_bound = [&] {
      if (abort)
        here.hub.abort_all(reason::server_shutting_down);
      else
        here.hub.close_all(reason::server_shutting_down);
    };
    client one(here);
    one.join(main);
    SUBCASE("namespaces") { one.say("0/a,", "0"); }
    SUBCASE("attachments") { one.say(R"(52-["m"])", "0"); }
    SUBCASE("time") {
      client idle(here);
      here.advance(1s);
      CHECK(idle.closed());
    }
    CHECK(one.closed());
    CHECK(here.hub.size() == 0);
    CHECK(main.log.back().starts_with("disconnect: server shutting down"));
    CHECK(main.log.size() == 4);
  }
}

TEST_CASE("connection: on_drain is told to every socket, once for each wait") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here), other(here);
  auto& first = one.join(main);
  auto& second = one.join(custom);
  other.join(main);
  main.log.clear();
  custom.log.clear();
  one.slow_down();
  first.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "a"));
  here.end();
  first.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "b"));
  here.end();
  CHECK(!first.writable());
  CHECK(second.queued_bytes() == first.queued_bytes());
  CHECK(main.log.empty());
  one.catch_up();
  CHECK(main.log.empty());  // `b` waits
  one.catch_up();
  CHECK(main.log == texts{"drain " + name(first)});
  CHECK(custom.log == texts{"drain " + name(second)});
  one.catch_up();
  CHECK(main.log.size() == 1);
  CHECK(one.hear() == texts{R"(2["a"])", R"(2["b"])"});
}

TEST_CASE("connection: on_drain may emit, disconnect neighbours, and end the connection") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here);
  auto& first = one.join(main);
  auto& second = one.join(custom);
  main.log.clear();
  custom.log.clear();
  one.slow_down();
  first.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "a"));
  here.end();
  auto const drains = [&] {
    int count = 0;
    for (auto const& line : main.log) count += line.starts_with("drain ");
    for (auto const& line : custom.log) count += line.starts_with("drain ");
    return count;
  };
  SUBCASE("emit") {
    main.then_drain = [&](core_socket& who) {
      who.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "more"));
    };
    one.catch_up();
    CHECK(drains() == 2);
    one.catch_up();
    CHECK(drains() == 4);
    CHECK(one.hear() == texts{R"(2["a"])", R"(2["more"])", R"(2["more"])"});
  }
  SUBCASE("disconnect the neighbour, who is told no more") {
    main.then_drain = [&](core_socket&) { second.disconnect(false); };
    one.catch_up();
    CHECK(drains() == 1);
    CHECK(custom.log.size() == 2);
  }
  SUBCASE("end the connection") {
    main.then_drain = [](core_socket& who) { who.disconnect(true); };
    one.catch_up();
    CHECK(drains() == 1);
    one.catch_up();
    CHECK(one.closed());
    CHECK(here.hub.size() == 0);
  }
}

TEST_CASE("connection: a slow consumer's sockets end in order, at the end of the turn") {
  world here;
  here.engine_options.max_queued_bytes = 100;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  client one(here), other(here);
  auto& first = one.join(main);
  auto const id = name(first), second = name(one.join(custom));
  other.join(main);
  first.join("room");
  main.log.clear();
  custom.log.clear();
  one.slow_down();
  texts rooms;
  main.then_disconnecting = [&](core_socket& who, reason) { rooms = who.rooms(); };
  main.then_disconnect = [&](core_socket& who, reason) {
    CHECK(who.rooms().empty());
    who.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "late"));
  };
  request(
      first, [](std::uint64_t ack) { return parser::encode_event<core::format_of<policies>>("/", ack, "q"); },
      here.now + 1h,
      [&](std::error_code error, auto const*) { main.log.push_back("ack: " + error.message()); });
  for (int i = 0; i < 20; ++i) {
    first.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "many"));
    CHECK(first.connected());
  }
  CHECK(main.log.empty());
  here.end();
  auto const gone = make_error_code(errc::disconnected).message();
  CHECK(main.log ==
        texts{"disconnecting: slow consumer " + id, "ack: " + gone, "disconnect: slow consumer " + id});
  CHECK(custom.log == texts{"disconnecting: slow consumer " + second, "disconnect: slow consumer " + second});
  CHECK(rooms == texts{id, "room"});
  CHECK(here.bounds == texts{"max_queued_bytes"});
  CHECK(one.closed());
  CHECK(!other.closed());
  CHECK(main.slice_on(0).size() == 1);
}

// -- clients of v2 -------------------------------------------------------------------------------------

namespace {

constexpr engine::dialect v2{.v3 = true};

}  // namespace

TEST_CASE("connection: W-190: a client of v2 is in the main namespace unasked, by its session's id") {
  world here;
  auto& main = here.of("/");
  main.then_connect = [](core_socket& socket) {
    socket.send(parser::encode_event<core::format_of<policies>>("/", std::nullopt, "hi"));
  };
  client one(here, v2);
  CHECK(one.hear() == texts{"0", R"(2["hi"])"});
  REQUIRE(main.sockets.size() == 1);
  CHECK(name(*main.sockets[0]) == one.session()->id().view());
  CHECK(main.sockets[0]->rooms() == texts{name(*main.sockets[0])});
  CHECK(main.log.front() == "admit nothing");
  one.say(R"(2["a",1])");
  CHECK(main.log_of(*main.sockets[0]).back() == R"(a ["a",1])");
  here.advance(here.options.connect_timeout);
  CHECK(!one.closed());
}

TEST_CASE("connection: W-192: a main namespace may refuse a client of v2, which may join others") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  main.refusal = "no \"entry\"";
  client one(here, v2);
  CHECK(one.hear() == texts{R"(4"no \"entry\"")"});
  CHECK(!one.closed());
  SUBCASE("another namespace") {
    one.say("0/custom,");
    CHECK(one.hear() == texts{"0/custom,"});
    CHECK(custom.sockets.size() == 1);
    here.advance(here.options.connect_timeout);
    CHECK(!one.closed());
  }
  SUBCASE("none") {
    here.advance(here.options.connect_timeout);
    CHECK(one.closed());
  }
}

TEST_CASE("connection: a client of v2 is told nothing of a main namespace that there is not") {
  world here;
  auto& custom = here.of("/custom");
  client one(here, v2);
  CHECK(one.hear().empty());
  one.say("0/custom,");
  CHECK(one.hear() == texts{"0/custom,"});
  CHECK(custom.sockets.size() == 1);
}

TEST_CASE("connection: a main namespace that disconnects a client of v2 at once") {
  for (bool const close : {false, true}) {
    CAPTURE(close);
    world here;
    auto& main = here.of("/");
    main.then_connect = [close](core_socket& socket) { socket.disconnect(close); };
    client one(here, v2);
    CHECK(one.hear() == texts{"0", "1"});
    CHECK(one.closed() == close);
    CHECK(main.log.back().starts_with("disconnect: server namespace disconnect"));
  }
}

TEST_CASE("connection: W-192: the query of a namespace is what a client of v2 has for auth") {
  for (auto const& [packet, auth] : {std::pair{"0/custom,", "nothing"},
                                     {"0/custom", "nothing"},
                                     {"0/custom?,", "nothing"},
                                     {"0/custom?&,", "{}"},
                                     {"0/custom?token=x,", R"({"token":"x"})"},
                                     {"0/custom?b=2&a=1&b=3", R"({"a":"1","b":"3"})"},
                                     {"0/custom?a=%22%5C%0a+%C3%A4?&%2C=,", R"({",":"","a":"\"\\\n ä?"})"},
                                     {R"(0/custom?a=1,{"token":"x"})", R"({"a":"1"})"},
                                     {R"(0/custom,{"token":"x"})", "nothing"}}) {
    std::string const said(packet);
    CAPTURE(said);
    world here;
    here.of("/");
    auto& custom = here.of("/custom");
    client one(here, v2);
    CHECK(one.hear() == texts{"0"});
    one.say(said);
    CHECK(one.hear() == texts{"0/custom,"});
    REQUIRE(custom.sockets.size() == 1);
    CHECK(custom.log.front() == std::string("admit ") + auth);
    one.say(R"(2/custom,["a"])");  // it names the namespace without the query
    CHECK(custom.log_of(*custom.sockets[0]).back() == R"(a ["a"])");
  }
}

TEST_CASE("connection: W-192: in other namespaces a client of v2 is found by what it takes for its id") {
  world here;
  auto& main = here.of("/");
  auto& custom = here.of("/custom");
  bool joined = false;
  custom.then_connect = [&](core_socket& socket) { joined = socket.rooms().size() == 2; };
  client one(here, v2);
  client four(here);
  four.join(main);
  four.join(custom);
  one.say("0/custom?x=1,");
  CHECK(joined);
  one.hear();
  auto const id = std::string(one.session()->id().view());
  CHECK(name(*custom.sockets[1]) == id);
  for (auto const& room : {id, "/custom#" + id}) {
    custom.send({.some = true, .rooms = {room}, .except = {}, .sender = {}},
                parser::encode_event<core::format_of<policies>>("/custom", std::nullopt, "x"));
    here.end();
    CHECK(one.hear() == texts{R"(2/custom,["x"])"});
  }
  CHECK(four.hear().empty());
}

TEST_CASE("connection: W-192: what a client of v2 is refused with") {
  world here({.max_namespaces = 2});
  here.of("/");
  auto& a = here.of("/a");
  here.of("/b");
  a.refusal = "no";
  client one(here, v2);
  one.hear();
  one.say("0/a?token=1,", "0/x?y,", "0/b,", "0/a,");
  CHECK(one.hear() ==
        texts{R"(4/a,"no")", R"(4/x,"Invalid namespace")", "0/b,", R"(4/a,"Too many namespaces")"});
  CHECK(here.bounds == texts{"max_namespaces"});
  CHECK(!one.closed());
}

TEST_CASE("connection: a query that is no text, or too long, ends the connection") {
  auto const longest = "a=" + std::string(16 * 1024 - 2, 'x');
  for (auto const& query : {std::string("a=%ff"), std::string("%c3=1"), longest + "x"}) {
    world here;
    auto& main = here.of("/");
    auto& custom = here.of("/custom");
    client one(here, v2);
    one.say("0/custom?" + query + ",");
    CHECK(one.closed());
    CHECK(custom.log.empty());
    CHECK(main.log.back().starts_with("disconnect: forced close"));
  }
  world here;
  auto& custom = here.of("/custom");
  client one(here, v2);
  one.say("0/custom?" + longest + ",");
  CHECK(custom.sockets.size() == 1);
}

TEST_CASE("connection: the longest query has as many fields as it may") {
  world here;
  auto& custom = here.of("/custom");
  client one(here, v2);
  std::string query;
  for (int i = 0; i < 8192; ++i) query += "a&";
  one.say("0/custom?" + query + ",");
  CHECK(custom.log.front() == R"(admit {"a":""})");
}

TEST_CASE("connection: a client of v2 that joins twice is closed (W-157)") {
  for (auto const* const twice : {"0", "0/,", "0/?a=1,"}) {
    CAPTURE(twice);
    world here;
    here.of("/");
    client one(here, v2);
    one.say(twice);
    CHECK(one.closed());
  }
}

TEST_CASE("connection: W-156: to a client of v4 the query is part of the name") {
  world here;
  here.of("/custom");
  client one(here);
  one.say("0/custom?a=1,");
  CHECK(one.hear() == texts{R"(4/custom?a=1,{"message":"Invalid namespace"})"});
}
