// SPDX-License-Identifier: MIT
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/typed/callback.hpp>

using namespace typed_tests;
using namespace std::chrono_literals;

namespace {

/// A completion token: what it stands for is 7, and it starts and is cancelled when the test says so.
struct token {
  packets& heard;
  sio::unique_function<void()>& start;
  sio::unique_function<void()>& cancel;
};

}  // namespace

template <class... Values> struct sio::detail::completion<token, Values...> {
  template <class Start> static int initiate(sio::engine::place& where, Start start, token with) {
    CHECK(where.here());
    with.start = [with, start = std::move(start)]() mutable {
      with.cancel = start([&heard = with.heard](std::error_code error, auto&&...) {
        heard.push_back(error ? error.message() : "answered");
      });
    };
    return 7;
  }
};

namespace {

struct chat {
  using to_server = sio::events<sio::event<"go", void()>>;
  using to_client = sio::events<sio::event<"sure", bool(std::string)>>;
};

/// A client that may owe one answer, and a token.
struct one_client {
  world in{{.ping_interval = 1h, .max_pending_acks = 1}};
  namespace_of<chat>& lobby = in.io.of<chat>("/");
  client one{in};
  sio::unique_function<void(socket_of<chat>&)> go;
  packets heard;
  sio::unique_function<void()> start, cancel;
  token with{heard, start, cancel};

  one_client() {
    lobby.on<"go">([this](socket_of<chat>& s) { go(s); });
    one.join("/");
  }

  packets run(sio::unique_function<void(socket_of<chat>&)> what) {
    go = std::move(what);
    one.send(R"(2["go"])");
    return one.all();
  }
};

}  // namespace

TEST_CASE("callback: a token is told of one client's answer, however late it starts") {
  one_client f;
  CHECK(f.run([&](socket_of<chat>& s) {
           std::string const question = "a question that is gone by then";
           CHECK(s.emit_with_ack<"sure">(question, f.with) == 7);
         }).empty());
  CHECK(f.run([&](socket_of<chat>&) { f.start(); }) ==
        packets{R"(20["sure","a question that is gone by then"])"});
  f.one.send("30[true]");
  CHECK(f.heard == packets{"answered"});
  f.cancel();
  CHECK(f.heard.size() == 1);
}

TEST_CASE("callback: a token that starts when the socket has gone hears that") {
  one_client f;
  f.run([&](socket_of<chat>& s) { s.emit_with_ack<"sure">("?", f.with); });
  f.one.close();
  f.start();
  CHECK(f.heard == packets{"the socket is disconnected"});
  f.cancel();
}

TEST_CASE("callback: a cancelled token is forgotten, and nothing is awaited any more") {
  one_client f;
  int answers = 0;
  SUBCASE("of one client") {
    f.run([&](socket_of<chat>& s) {
      s.emit_with_ack<"sure">("?", f.with);
      f.start();
    });
  }
  SUBCASE("of many") {
    CHECK(f.lobby.emit_with_ack<"sure">("?", f.with) == 7);
    f.start();
  }
  SUBCASE("of many, one by one") {
    f.lobby.emit_with_each_ack<"sure">(
        "?", [&](std::string_view, std::error_code, bool) { ++answers; }, f.with);
    f.start();
  }
  SUBCASE("of many, from inside of their answer") {
    f.lobby.emit_with_each_ack<"sure">(
        "?", [&](std::string_view, std::error_code, bool) { f.cancel(); }, f.with);
    f.start();
    f.one.send("31073741824[true]");
  }
  SUBCASE("of a remote socket") {
    f.lobby.fetch_sockets([&](std::error_code, auto found) {
      CHECK(found.at(0).template emit_with_ack<"sure">("?", f.with) == 7);
    });
    f.start();
  }
  f.cancel();
  f.cancel();
  for (auto const* const answer : {"30[true]", "31073741824[true]"}) f.one.send(answer);
  f.in.advance(10min);
  CHECK(f.heard.empty());
  CHECK(answers == 0);
  // there is room for another question
  f.run([&](socket_of<chat>& s) {
    s.emit_with_ack<"sure">("?",
                            [&](std::error_code error, bool) { CHECK(error == sio::errc::disconnected); });
  });
}

TEST_CASE("callback: a token is told of many answers, and of who is there") {
  one_client f;
  f.lobby.emit_with_ack<"sure">("?", f.with);
  f.start();
  f.one.send("31073741824[true]");
  CHECK(f.heard == packets{"answered"});
  CHECK(f.lobby.fetch_sockets(f.with) == 7);
  f.start();
  CHECK(f.heard == packets{"answered", "answered"});
  f.cancel();
}
