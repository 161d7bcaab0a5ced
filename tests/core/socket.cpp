// SPDX-License-Identifier: MIT
#include <cstdint>
#include <limits>
#include <string>
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
    socket.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); }, here.now + 1s,
                   [this, who](std::error_code error, core::incoming<codec> const* answer) {
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
    who.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); }, s.here.now + 1s,
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
  CHECK(s.one.hear() == texts{R"(22["q"])"});
}

TEST_CASE("socket: what cannot be encoded is not awaited") {
  scene s;
  auto const nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(
      s.socket.request([&](std::uint64_t id) { return core::encode_event<codec>("/", id, "q", nan); },
                       s.here.now + 1s, [&](auto, auto const*) { s.answers.push_back("called"); }),
      std::system_error);
  s.here.advance(1h);
  CHECK(s.answers.empty());
  s.ask("a");
  CHECK(s.one.hear() == texts{R"(20["q"])"});
}

TEST_CASE("socket: a callback may ask again, and end the socket") {
  scene s;
  SUBCASE("ask again") {
    s.socket.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); },
                     s.here.now + 1s, [&](auto, auto const*) { s.ask("second"); });
    s.one.say("30[]", "31[2]");
    CHECK(s.answers == texts{"second: [2]"});
  }
  SUBCASE("end the socket") {
    s.ask("pending");
    s.socket.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); },
                     s.here.now + 1s, [&](auto, auto const*) { s.socket.disconnect(true); });
    s.one.say("31[]");
    CHECK(s.answers == texts{"pending: " + disconnected});
    CHECK(s.one.closed());
  }
  SUBCASE("end the socket when time is up") {
    s.socket.request([](std::uint64_t id) { return core::encode_event<codec>("/", id, "q"); },
                     s.here.now + 1s, [&](auto, auto const*) { s.socket.disconnect(true); });
    s.ask("pending");
    s.here.advance(1s);
    CHECK(s.answers.size() == 1);
    CHECK(s.one.closed());
  }
}
