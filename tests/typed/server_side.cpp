// SPDX-License-Identifier: MIT
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include <asio/use_future.hpp>
#include <doctest/doctest.h>

#include "../adapter/cluster.hpp"
#include <socketiopp/asio.hpp>
#include <socketiopp/error.hpp>

using namespace adapter_tests;

TEST_CASE("server_side: an exception out of a callback for another server's socket goes to on_server_error") {
  cluster c;
  c.lobbies[2]->to("b").emit_with_each_ack<"sure?">(
      "?", [](std::string_view, std::error_code, int) { throw std::runtime_error("each"); },
      [](std::error_code) { throw std::runtime_error("done"); });
  c.clients[1].send("3/chat,1073741824[5]");
  c.run();
  auto const failed = "sure?: " + make_error_code(sio::errc::handler_failed).message();
  CHECK(c.log == std::vector<std::string>{failed + ": each", failed + ": done"});
}

TEST_CASE("server_side: servers emit to each other, not to themselves (F-088, F-190)") {
  cluster c;
  std::vector<int> heard;
  for (int i = 0; i < 3; ++i)
    c.lobbies[static_cast<std::size_t>(i)]->on_server_side<"refresh">(
        [&heard, i](int what) { heard.push_back(10 * i + what); });
  c.lobbies[1]->server_side_emit<"refresh">(7);
  c.run();
  CHECK(heard == std::vector{7, 27});
  CHECK(c.got() == std::vector<packets>{{}, {}, {}});
}

TEST_CASE(
    "server_side: servers acknowledge: by return, by ack, of several values; the first handler counts") {
  cluster c;
  c.lobbies[0]->on_server_side<"load">([](std::string const& what) { return what == "cpu" ? 0.5 : 0.0; });
  std::optional<sio::ack<double>> later;
  c.lobbies[2]->on_server_side<"load">(
      [&](std::string const&, sio::ack<double> answer) { later.emplace(std::move(answer)); });
  c.lobbies[2]->on_server_side<"load">([](std::string const&) { return 99.0; });
  std::optional<std::vector<double>> replies;
  c.lobbies[1]->server_side_emit_with_ack<"load">("cpu", [&](std::error_code error, std::vector<double> all) {
    CHECK_FALSE(error);
    replies = std::move(all);
  });
  c.run();
  REQUIRE(later);
  CHECK_FALSE(replies);
  (*later)(2.5);
  c.run();
  CHECK(replies == std::vector{0.5, 2.5});

  using pair = std::tuple<int, std::string>;
  for (auto* const one : c.lobbies) one->on_server_side<"pair">([] { return pair(1, "one"); });
  std::vector<pair> pairs;
  c.lobbies[0]->server_side_emit_with_ack<"pair">(
      [&](std::error_code, std::vector<pair> all) { pairs = all; });
  c.run();
  CHECK(pairs == std::vector<pair>{{1, "one"}, {1, "one"}});
}

TEST_CASE("server_side: run-time names between servers") {
  bus in;
  std::vector<std::unique_ptr<server>> two;
  auto const run = [&] {
    for (int i = 0; i < 3; ++i)
      for (auto& one : two) one->io.executor().run();
  };
  for (int i = 0; i < 2; ++i) two.push_back(std::make_unique<server>(in, run));
  std::string heard;
  two[0]->io.of<sio::any>().on_server_side("hello", [&](sio::arguments const& values) {
    heard = values.get<std::string>(0);
    return values.get<int>(1) + 1;
  });
  two[1]->io.server_side_emit("hello", "typed", 1);
  two[1]->io.server_side_emit("nobody listens", 1);
  run();
  CHECK(heard == "typed");
  int answer = 0;
  two[1]->io.server_side_emit_with_ack(
      "hello", "x", 41,
      [&](std::error_code, std::vector<sio::arguments> all) { answer = all.at(0).get<int>(0); });
  run();
  CHECK(answer == 42);
}

TEST_CASE(
    "server_side: what other servers send may be wrong: on_server_error is told, nothing else happens") {
  cluster c;
  int handled = 0;
  c.lobbies[0]->on_server_side<"refresh">([&](int) { ++handled; });
  c.lobbies[0]->on_server_side<"load">(
      [](std::string const&) -> double { throw std::runtime_error("no load"); });
  auto const* const first = static_cast<sio::adapter::inbound<policies> const*>(c.in.stops.front());
  first->server_side_emit("refresh", sio::arguments({sio::json::value("seven")}), nullptr);
  first->server_side_emit("unknown", {}, nullptr);
  first->server_side_emit("load", sio::arguments({sio::json::value("cpu")}),
                          [](sio::arguments const&) { FAIL("answered"); });
  c.run();
  CHECK(handled == 0);
  auto const mismatch = make_error_code(sio::errc::payload_mismatch).message();
  REQUIRE(c.log.size() == 3);
  CHECK(c.log[0].starts_with("refresh: " + mismatch));
  CHECK(c.log[1] == "unknown: " + mismatch + ": the contract's server_side lists no event of this name");
  CHECK(c.log[2] == "load: " + make_error_code(sio::errc::handler_failed).message() + ": no load");
}

TEST_CASE(
    "server_side: a registration between servers can be taken out, and a parent's handlers are its "
    "children's") {
  cluster c;
  std::vector<std::string> heard;
  auto& boards = c.servers[0]->io.of<chat>(sio::pattern<"/board-{id}", int>{});
  auto kept = boards.on_server_side<"refresh">([&](int what) { heard.push_back(std::to_string(what)); });
  c.servers[0]->io.of<chat>("/board-1");
  c.servers[1]->io.of<chat>("/board-1").server_side_emit<"refresh">(1);
  c.run();
  kept.remove();
  c.servers[1]->io.of<chat>("/board-1").server_side_emit<"refresh">(2);
  c.run();
  CHECK(heard == std::vector<std::string>{"1"});
}

TEST_CASE("server_side: what servers answer may be awaited with a completion token") {
  cluster c;
  c.lobbies[1]->on_server_side<"load">([](std::string const&) { return 1.5; });
  c.lobbies[2]->on_server_side<"load">([](std::string const&) { return 2.5; });
  auto replies = c.lobbies[0]->server_side_emit_with_ack<"load">("cpu", asio::use_future);
  c.run();
  CHECK(replies.get() == std::vector{1.5, 2.5});
}

#if defined(ASIO_HAS_CO_AWAIT)

TEST_CASE("server_side: handlers may be coroutines; what they throw goes to on_server_error") {
  cluster c;
  for (std::size_t i = 0; i < 3; ++i)
    c.lobbies[i]->on_server_side<"load">([&c, i](std::string what) -> asio::awaitable<double> {
      if (what == "none") throw std::runtime_error("no load");
      auto const others = co_await c.lobbies[i]->server_side_emit_with_ack<"pair">(asio::use_awaitable);
      co_return static_cast<double>(others.size());
    });
  for (auto* const one : c.lobbies)
    one->on_server_side<"pair">([] { return std::tuple(1, std::string("one")); });
  std::vector<double> replies;
  c.lobbies[0]->server_side_emit_with_ack<"load">("cpu", [&](std::error_code error, std::vector<double> all) {
    replies = error ? std::vector{-1.0} : all;
  });
  c.run();
  CHECK(replies == std::vector{2.0, 2.0});
  c.lobbies[0]->server_side_emit_with_ack<"load">("none", [](std::error_code, auto) { FAIL("answered"); });
  c.run();
  auto const failed = "load: " + make_error_code(sio::errc::handler_failed).message() + ": no load";
  CHECK(c.log == std::vector<std::string>{failed, failed});
}

#endif
