// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/core/socket.hpp>

using namespace fakes;

namespace {

// A socket that asks its client, and what came of it.
struct scene {
  explicit scene(core::options options = {}) : here(options) {}

  void ask(std::string const& who) {
    request(
        socket,
        [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
        here.now + 1s,
        [this, who](std::error_code error, core::incoming<policies> const* answer) {
          answers.push_back(who + ": " + (answer ? describe(*answer) : error.message()));
          CHECK((answer == nullptr) == static_cast<bool>(error));
        });
    here.end();
  }

  world here;
  recorder& main = here.of("/");
  client one{here};
  core_socket& socket = one.join(main);
  texts answers;
};

auto const no_answer = make_error_code(errc::no_answer).message();
auto const disconnected = make_error_code(errc::disconnected).message();

}  // namespace

TEST_CASE("socket: W-171, F-151, F-152: an acknowledgement is heard once, others are ignored") {
  scene s;
  s.ask("a");
  s.ask("b");
  CHECK(s.one.hear() == texts{R"(20["q"])", R"(21["q"])"});
  s.one.say("31[1,\"x\"]", "31[2]", "37[3]", "3[4]", "31", "3");
  CHECK(s.answers == texts{R"(b: [1,"x"])"});
  s.one.say("30[]");
  CHECK(s.answers == texts{R"(b: [1,"x"])", "a: []"});
  CHECK(!s.one.closed());
}

TEST_CASE("socket: W-175: a binary acknowledgement") {
  scene s;
  s.ask("a");
  s.one.say(R"(61-0[{"_placeholder":true,"num":0}])");
  s.one.attach("bytes");
  CHECK(s.answers == texts{R"(a: [{"_placeholder":true,"num":0}]<bytes>)"});
}

TEST_CASE("socket: an acknowledgement that is no array closes") {
  for (auto const* const packet : {"30{}", "30\"x\"", "30[", "30[]x", "31-[1]", "3-1[]"}) {
    CAPTURE(packet);
    scene s;
    s.ask("a");
    s.one.say(packet);
    CHECK(s.one.closed());
    CHECK(s.answers == texts{"a: " + disconnected});
  }
}

TEST_CASE("socket: F-153: an acknowledgement that does not come in time, and then comes") {
  scene s;
  s.ask("a");
  s.here.advance(500ms);
  s.ask("b");
  s.here.advance(499ms);
  CHECK(s.answers.empty());
  s.here.advance(1ms);
  CHECK(s.answers == texts{"a: " + no_answer});
  s.one.say("30[]", "31[]");
  s.here.advance(1h);
  CHECK(s.answers == texts{"a: " + no_answer, "b: []"});
}

TEST_CASE("socket: F-155: what is pending fails when the socket goes, before on_disconnect") {
  scene s;
  s.ask("a");
  s.ask("b");
  std::size_t answered = 0;
  s.main.then_disconnecting = [&](core_socket&, reason) { CHECK(s.answers.empty()); };
  s.main.then_disconnect = [&](core_socket& who, reason) {
    answered = s.answers.size();
    request(
        who, [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
        s.here.now + 1s,
        [&](std::error_code error, auto const*) { s.answers.push_back("late: " + error.message()); });
  };
  SUBCASE("by the client") { s.one.say("1"); }
  SUBCASE("by the server") { s.socket.disconnect(false); }
  SUBCASE("with the connection") { s.one.drop(); }
  SUBCASE("with the server") { s.here.hub.abort_all(reason::server_shutting_down); }
  s.here.end();
  s.here.advance(1h);
  CHECK(answered == 2);
  REQUIRE(s.answers.size() == 3);
  CHECK(s.answers[0].ends_with(disconnected));
  CHECK(s.answers[1].ends_with(disconnected));
  CHECK(s.answers[2] == "late: " + disconnected);
}

TEST_CASE("socket: no more acknowledgements pend than the option says") {
  scene s({.max_pending_acks = 2});
  for (auto const* const each : {"a", "b", "c"}) s.ask(each);
  CHECK(s.one.hear().size() == 2);
  CHECK(s.answers == texts{"c: " + make_error_code(errc::too_large).message()});
  s.one.say("30[]");
  s.ask("d");
  CHECK(s.one.hear() == texts{R"(23["q"])"});
}

TEST_CASE("socket: what cannot be encoded is not awaited") {
  scene s;
  auto const nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(request(
                      s.socket,
                      [&](std::uint64_t id) {
                        return parser::encode_event<core::format_of<policies>>("/", id, "q", nan);
                      },
                      s.here.now + 1s, [&](auto, auto const*) { s.answers.push_back("called"); }),
                  std::system_error);
  s.here.advance(1h);
  CHECK(s.answers.empty());
  s.ask("a");
  CHECK(s.one.hear() == texts{R"(21["q"])"});
}

TEST_CASE("socket: a callback may ask again, and end the socket") {
  scene s;
  SUBCASE("ask again") {
    request(
        s.socket,
        [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
        s.here.now + 1s, [&](auto, auto const*) { s.ask("second"); });
    s.one.say("30[]", "31[2]");
    CHECK(s.answers == texts{"second: [2]"});
  }
  SUBCASE("end the socket") {
    s.ask("pending");
    request(
        s.socket,
        [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
        s.here.now + 1s, [&](auto, auto const*) { s.socket.disconnect(true); });
    s.one.say("31[]");
    CHECK(s.answers == texts{"pending: " + disconnected});
    CHECK(s.one.closed());
  }
  SUBCASE("end the socket when time is up") {
    request(
        s.socket,
        [](std::uint64_t id) { return parser::encode_event<core::format_of<policies>>("/", id, "q"); },
        s.here.now + 1s, [&](auto, auto const*) { s.socket.disconnect(true); });
    s.ask("pending");
    s.here.advance(1s);
    CHECK(s.answers.size() == 1);
    CHECK(s.one.closed());
  }
}

// -- what waits ----------------------------------------------------------------------------------------

namespace {

parser::outgoing event(std::string_view name) {
  return parser::encode_event<core::format_of<policies>>("/", std::nullopt, name);
}
parser::outgoing binary_event(std::string_view bytes) {
  return parser::encode_event<core::format_of<policies>>("/", std::nullopt, "b", binary(bytes));
}

auto const slow = make_error_code(errc::slow_consumer).message();

/// A client that takes nothing any more, and has a hundred bytes waiting of the 150 that may.
struct slow_scene : scene {
  explicit slow_scene(overflow policy = overflow::drop_newest) {
    here.engine_options.max_queued_bytes = 150;
    here.engine_options.on_overflow = policy;
    one.slow_down();
    socket.send(event(std::string(92, 'x')));
    here.end();
    one.hear();
    main.log.clear();
    REQUIRE(socket.queued_bytes() == 100);
  }

  std::size_t errors() const { return main.log.size(); }
};

}  // namespace

TEST_CASE("socket: knows whether the client must wait, and for how much, while it is there") {
  slow_scene s;
  CHECK(!s.socket.writable());
  s.one.catch_up();
  CHECK(s.socket.writable());
  CHECK(s.socket.queued_bytes() == 0);
  s.socket.send(event("a"));
  CHECK(s.socket.queued_bytes() == 9);
  s.main.then_disconnect = [](core_socket& who, reason) {
    CHECK(!who.writable());
    CHECK(who.queued_bytes() == 0);
  };
  s.socket.disconnect(true);
}

TEST_CASE("socket: of a binary event all or nothing is dropped, and the rest keeps its order") {
  slow_scene s;
  s.socket.send(event("1"));
  s.socket.send(binary_event(std::string(30, 'y')));  // the head alone would fit
  s.socket.send(event("2"));
  s.socket.send(binary_event(""));
  s.socket.send(event("3"));
  s.here.end();
  s.one.catch_up();
  CHECK(s.one.hear() == texts{R"(2["1"])", R"(2["2"])", R"(2["3"])"});
  CHECK(s.errors() == 2);
  s.one.catch_up();
  s.socket.send(binary_event("y"));
  s.here.end();
  CHECK(s.one.hear() == texts{R"(51-["b",{"_placeholder":true,"num":0}])", "<y>"});
}

TEST_CASE("socket: volatile binary events are dropped whole, too, and nobody is told") {
  slow_scene s;
  s.socket.send(binary_event("y").with({.is_volatile = true}));
  s.here.end();
  s.one.catch_up();
  CHECK(s.one.hear().empty());
  CHECK(s.errors() == 1);  // the drain
}

TEST_CASE("socket: on_error may emit to the same slow client, disconnect it, and end the connection") {
  slow_scene s;
  SUBCASE("emit") {
    s.main.then_error = [&](core_socket& who) {
      who.send(event(std::string(100, 'z')));
      who.send(event("small"));
    };
    s.socket.send(event(std::string(100, 'y')));
    CHECK(s.errors() == 1);
    s.socket.send(event(std::string(100, 'y')));
    CHECK(s.errors() == 2);  // not for ever silent
  }
  SUBCASE("disconnect") {
    s.main.then_error = [&](core_socket& who) { who.disconnect(false); };
    s.socket.send(event(std::string(100, 'y')));
    CHECK(s.main.slice_on(0).size() == 0);
    s.here.end();
  }
  SUBCASE("end the connection") {
    s.main.then_error = [&](core_socket& who) { who.disconnect(true); };
    s.socket.send(event(std::string(100, 'y')));
    s.here.end();
    s.one.catch_up();
    CHECK(s.one.closed());
    CHECK(s.here.hub.size() == 0);
  }
}

TEST_CASE("socket: a question that is dropped is answered with that, and not awaited") {
  slow_scene s;
  request(
      s.socket,
      [](std::uint64_t id) {
        return parser::encode_event<core::format_of<policies>>("/", id, std::string(100, 'q'));
      },
      s.here.now + 1s,
      [&](std::error_code error, auto const*) { s.answers.push_back("long: " + error.message()); });
  CHECK(s.answers == texts{"long: " + slow});
  CHECK(s.errors() == 0);  // who asked has been told
  s.ask("short");
  s.one.catch_up();
  CHECK(s.one.hear() == texts{R"(21["q"])"});
  s.one.say("31[1]");
  CHECK(s.answers == texts{"long: " + slow, "short: [1]"});
}

TEST_CASE("socket: a question to a slow consumer that is closed for it fails with its socket") {
  slow_scene s(overflow::close);
  request(
      s.socket,
      [](std::uint64_t id) {
        return parser::encode_event<core::format_of<policies>>("/", id, std::string(100, 'q'));
      },
      s.here.now + 1s, [&](std::error_code error, auto const*) { s.answers.push_back(error.message()); });
  CHECK(s.answers.empty());
  s.here.end();
  CHECK(s.answers == texts{disconnected});
  CHECK(s.one.closed());
}

TEST_CASE("socket: too many acknowledgements are reported; who is told may end the socket") {
  scene s({.max_pending_acks = 1});
  s.ask("a");
  SUBCASE("reported each time") {
    s.ask("b");
    s.ask("c");
    CHECK(s.here.bounds == texts{"max_pending_acks", "max_pending_acks"});
    CHECK(s.answers.size() == 2);
  }
  SUBCASE("ends the socket") {
    s.here.then_bound = [&] { s.socket.disconnect(true); };
    s.ask("b");
    CHECK(s.answers == texts{"a: " + disconnected, "b: " + make_error_code(errc::too_large).message()});
    CHECK(s.one.closed());
  }
}
