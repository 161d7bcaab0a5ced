// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/error.hpp>
#include <socketiopp/typed/inquiry.hpp>

using namespace typed_tests;
using namespace socketiopp::literals;
using namespace std::chrono_literals;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"go", void()>>;
  using to_client = sio::events<sio::event<"sure", bool(std::string question)>,
                                sio::event<"where", std::tuple<int, std::string>()>,
                                sio::event<"file", sio::binary(sio::binary)>>;
};

using sure = sio::responses<bool>;

/// Clients in one namespace, of which client `i` has the id `ids[i]`.
struct crowd {
  world in;
  namespace_of<chat>& lobby = in.io.of<chat>("/");
  std::vector<client> clients;
  std::vector<std::string> ids;
  packets heard, errors;
  sio::unique_function<void(socket_of<chat>&)> go = [](auto&) {};

  explicit crowd(std::size_t size, sio::server_options options = {.ping_interval = 1h})
      : in(std::move(options)) {
    lobby.on<"go">([this](socket_of<chat>& s) { go(s); });
    lobby.on_error([this](socket_of<chat>& s, sio::event_error const& what) {
      errors.push_back(who(s.id()) + ": " + std::string(what.event) + ": " + what.code.message() + ": " +
                       what.message);
    });
    clients.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      clients.emplace_back(in);
      ids.push_back(clients.back().join("/"));
    }
  }

  std::string who(std::string_view id) const {
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (ids[i] == id) return std::to_string(i);
    return "nobody";
  }

  /// What `emit_with_ack` told.
  auto note() {
    return [this](std::error_code error, sure all) {
      std::string line = error ? error.message() : "all";
      std::sort(all.missing.begin(), all.missing.end(),
                [this](auto const& a, auto const& b) { return who(a.id) < who(b.id); });
      for (auto const& [id, value] : all.answers) line += " " + who(id) + (value ? ":yes" : ":no");
      for (auto const& [id, why] : all.missing) line += " " + who(id) + ":" + short_name(why);
      heard.push_back(line);
    };
  }
  auto each() {
    return [this](std::string_view id, std::error_code error, bool value) {
      heard.push_back(who(id) + (error ? ":" + short_name(error) : value ? ":yes" : ":no"));
    };
  }
  auto done() {
    return [this](std::error_code error) { heard.push_back(error ? "done: " + short_name(error) : "done"); };
  }
  static std::string short_name(std::error_code error) {
    if (error == sio::errc::no_answer) return "no_answer";
    if (error == sio::errc::disconnected) return "disconnected";
    if (error == sio::errc::payload_mismatch) return "mismatch";
    if (error == sio::errc::too_large) return "too_large";
    return error == sio::errc::slow_consumer ? "slow" : error.message();
  }

  void say(std::size_t which, std::string_view packet) { clients[which].send(packet); }
  packets hear(std::size_t which) {
    in.run();
    return clients[which].all();
  }
};

// The first question to many has the first of their ids.
constexpr std::string_view id = "1073741824";
std::string ack(std::string_view values, std::string_view of = id) {
  return "3" + std::string(of) + std::string(values);
}
std::string const asked = "2" + std::string(id) + R"(["sure","?"])";

}  // namespace

TEST_CASE("inquiry: all answers, with who gave them (F-146, F-147)") {
  crowd f(3);
  f.lobby.emit_with_ack<"sure">("?", f.note());
  for (std::size_t i = 0; i < 3; ++i) CHECK(f.hear(i) == packets{asked});
  f.say(2, ack("[true]"));
  f.say(0, ack("[false]"));
  CHECK(f.heard.empty());
  f.say(2, ack("[true]"));  // F-151
  f.say(1, ack("[true]"));
  CHECK(f.heard == packets{"all 2:yes 0:no 1:yes"});
  f.in.advance(1min);
  CHECK(f.heard.size() == 1);
}

TEST_CASE("inquiry: some are asked, and others are not") {
  crowd f(4);
  f.lobby.to(f.ids[0], f.ids[1]).to(f.ids[2]).except(f.ids[1]).emit_with_ack("sure"_ev, "?", f.note());
  CHECK(f.hear(0) == packets{asked});
  CHECK(f.hear(1).empty());
  CHECK(f.hear(3).empty());
  f.say(1, ack("[true]"));  // it was not asked
  f.say(0, ack("[true]"));
  f.say(2, ack("[true]"));
  CHECK(f.heard == packets{"all 0:yes 2:yes"});
}

TEST_CASE("inquiry: nobody is asked, which is over at once (F-157)") {
  crowd f(1);
  f.lobby.to("nobody").emit_with_ack<"sure">("?", f.note());
  CHECK(f.heard == packets{"all"});
  f.lobby.to("nobody").emit_with_each_ack<"sure">("?", f.each(), f.done());
  CHECK(f.heard == packets{"all", "done"});
}

TEST_CASE("inquiry: from a socket everybody else is asked") {
  crowd f(2);
  f.go = [&](socket_of<chat>& s) { s.broadcast().emit_with_ack<"sure">("?", f.note()); };
  f.say(0, R"(2["go"])");
  CHECK(f.hear(0).empty());
  f.say(1, ack("[true]"));
  CHECK(f.heard == packets{"all 1:yes"});
}

TEST_CASE("inquiry: one by one as they come") {
  crowd f(3);
  f.lobby.timeout(5s).emit_with_each_ack<"sure">("?", f.each(), f.done());
  f.say(1, ack("[true]"));
  CHECK(f.heard == packets{"1:yes"});
  f.say(0, ack("[false]"));
  f.in.advance(6s);
  CHECK(f.heard == packets{"1:yes", "0:no", "2:no_answer", "done: no_answer"});
  f.say(2, ack("[true]"));
  CHECK(f.heard.size() == 4);
}

TEST_CASE("inquiry: the time limit is the server's unless told (F-156)") {
  crowd f(2, {.ping_interval = 1h, .ack_timeout = 10s});
  f.lobby.emit_with_ack<"sure">("?", f.note());
  auto const hurried = f.lobby.timeout(2s);
  auto copy = hurried;
  copy.emit_with_ack<"sure">("?", f.note());
  f.lobby.timeout(std::chrono::milliseconds::max()).emit_with_ack<"sure">("?", f.note());
  f.say(0, ack("[true]"));
  f.in.advance(1s);
  CHECK(f.heard.empty());
  f.in.advance(2s);
  CHECK(f.heard == packets{"no acknowledgement came in time 0:no_answer 1:no_answer"});
  f.in.advance(8s);
  REQUIRE(f.heard.size() == 2);
  CHECK(f.heard[1] == "no acknowledgement came in time 0:yes 1:no_answer");
}

TEST_CASE("inquiry: who goes fails at once, and the others are waited for (F-155)") {
  crowd f(3);
  f.lobby.emit_with_ack<"sure">("?", f.note());
  f.clients[0].close();
  f.say(1, "1");
  CHECK(f.heard.empty());
  f.say(2, ack("[true]"));
  CHECK(f.heard == packets{"no acknowledgement came in time 2:yes 0:disconnected 1:disconnected"});
}

TEST_CASE("inquiry: an answer of another type is a mismatch, and told") {
  crowd f(2);
  f.lobby.emit_with_each_ack<"sure">("?", f.each(), f.done());
  f.say(0, ack(R"(["yes"])"));
  f.say(1, ack("[]"));
  CHECK(f.heard == packets{"0:mismatch", "1:mismatch", "done: no_answer"});
  CHECK(f.errors ==
        packets{"0: sure: the payload does not fit the event: true or false is wanted, found a string",
                "1: sure: the payload does not fit the event: true or false is wanted, found nothing"});
}

TEST_CASE("inquiry: several values are all kept (F-158), and binary ones both ways (F-160)") {
  crowd f(1);
  f.lobby.emit_with_ack<"where">(
      [&](std::error_code error, sio::responses<std::tuple<int, std::string>> all) {
        CHECK(!error);
        REQUIRE(all.answers.size() == 1);
        CHECK(all.answers[0].value == std::tuple(7, std::string("here")));
        f.heard.emplace_back("where");
      });
  f.say(0, ack(R"([7,"here"])"));
  f.hear(0);
  f.lobby.emit_with_ack<"file">(sio::binary("ab"), [&](std::error_code, sio::responses<sio::binary> all) {
    for (auto const& one : all.answers) f.heard.emplace_back(one.value.text());
  });
  CHECK(f.hear(0) == packets{R"(51-1073741825["file",{"_placeholder":true,"num":0}])", "binary:ab"});
  f.say(0, R"(61-1073741825[{"_placeholder":true,"num":0}])");
  f.clients[0].send_binary("xyz");
  CHECK(f.heard == packets{"where", "xyz"});
}

TEST_CASE("inquiry: ids are no one socket's own (F-150)") {
  crowd f(2);
  f.go = [&](socket_of<chat>& s) {
    s.emit_with_ack<"sure">("own",
                            [&](std::error_code, bool yes) { f.heard.emplace_back(yes ? "own" : "?"); });
  };
  f.lobby.emit_with_ack<"sure">("?", f.note());
  f.say(0, R"(2["go"])");
  CHECK(f.hear(0) == packets{asked, R"(20["sure","own"])"});
  f.say(0, "30[true]");
  CHECK(f.heard == packets{"own"});
  f.say(0, ack("[true]"));
  f.say(1, ack("[true]"));
  CHECK(f.heard.size() == 2);
}

TEST_CASE("inquiry: who owes too many answers is not asked; the others are") {
  crowd f(2, {.ping_interval = 1h, .max_pending_acks = 1});
  f.go = [](socket_of<chat>& s) { s.emit_with_ack<"sure">("own", [](std::error_code, bool) {}); };
  f.say(0, R"(2["go"])");
  f.hear(0);
  f.lobby.emit_with_each_ack<"sure">("?", f.each(), f.done());
  CHECK(f.heard == packets{"0:too_large"});
  CHECK(f.hear(0).empty());
  f.say(1, ack("[true]"));
  CHECK(f.heard == packets{"0:too_large", "1:yes", "done: no_answer"});
}

TEST_CASE("inquiry: who reads too slowly is not waited for") {
  crowd f(2, {.ping_interval = 1h, .max_queued_bytes = 200, .on_overflow = sio::overflow::drop_newest});
  f.clients[0].slow_down();
  for (int i = 0; i < 2; ++i) {
    f.lobby.emit_with_each_ack<"sure">(std::string(120, 'x'), f.each(), f.done());
    f.in.run();
  }
  CHECK(f.heard == packets{"0:slow"});
}

TEST_CASE("inquiry: callbacks may ask, disconnect and throw") {
  crowd f(3);
  SUBCASE("ask again") {
    f.lobby.emit_with_ack<"sure">(
        "?", [&](std::error_code, sure const&) { f.lobby.emit_with_ack<"sure">("again?", f.note()); });
    for (std::size_t i = 0; i < 3; ++i) f.say(i, ack("[true]"));
    CHECK(f.hear(0).size() == 2);
    for (std::size_t i = 0; i < 3; ++i) f.say(i, ack("[true]", "1073741825"));
    CHECK(f.heard == packets{"all 0:yes 1:yes 2:yes"});
  }
  SUBCASE("disconnect everybody, in the middle") {
    f.lobby.emit_with_each_ack<"sure">(
        "?",
        [&](std::string_view who, std::error_code error, bool value) {
          f.lobby.disconnect_sockets(true);
          f.each()(who, error, value);
        },
        f.done());
    f.say(0, ack("[true]"));
    CHECK(f.heard == packets{"2:disconnected", "1:disconnected", "0:yes", "done: no_answer"});
  }
  SUBCASE("throw") {
    f.lobby.emit_with_each_ack<"sure">(
        "?", [](std::string_view, std::error_code, bool) { throw std::runtime_error("each"); },
        [](std::error_code) { throw std::runtime_error("done"); });
    for (std::size_t i = 0; i < 3; ++i) f.say(i, ack("[true]"));
    f.in.run();
    CHECK(f.errors == packets{"0: sure: a handler ended with an exception: each",
                              "1: sure: a handler ended with an exception: each",
                              "2: sure: a handler ended with an exception: each",
                              "2: sure: a handler ended with an exception: done"});
  }
}

TEST_CASE("inquiry: a question that has no JSON form is thrown, and nothing is awaited") {
  crowd f(1);
  CHECK_THROWS_AS(f.lobby.emit_with_ack<"sure">("\xff", f.note()), std::system_error);
  f.in.advance(10min);
  CHECK(f.heard.empty());
}

TEST_CASE("inquiry: a server that is destroyed while answers are awaited tells nobody") {
  packets heard;
  {
    crowd f(2);
    f.lobby.emit_with_ack<"sure">("?",
                                  [&heard](std::error_code, sure const&) { heard.emplace_back("told"); });
  }
  CHECK(heard.empty());
}

TEST_CASE("inquiry: open contracts ask by run-time names") {
  world in;
  auto& open = in.io.of<sio::any>("/");
  client one(in);
  one.join("/");
  packets heard;
  std::string const name = "name";
  open.emit_with_ack(name, 1, "a", [&](std::error_code error, sio::responses<sio::arguments> all) {
    CHECK(!error);
    heard.push_back(std::to_string(all.answers.at(0).value.size()));
  });
  in.run();
  CHECK(one.all() == packets{R"(21073741824["name",1,"a"])"});
  one.send(R"(31073741824[1,null,{}])");
  CHECK(heard == packets{"3"});
  open.to("nobody").emit_with_each_ack(
      name, [](std::string_view, std::error_code, sio::arguments) {},
      [&](std::error_code) { heard.emplace_back("done"); });
  CHECK(heard == packets{"3", "done"});
}
