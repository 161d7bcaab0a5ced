// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/typed/roll_call.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<>;
  using to_client = sio::events<>;
  struct data {
    std::string name;
  };
};

using list = std::vector<sio::remote_socket<chat, policies>>;

std::vector<std::string> names(list const& found) {
  std::vector<std::string> all;
  for (auto const& one : found) all.push_back(one.data().name);
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("roll_call: everybody who is connected, and parts of them (F-091, F-148)") {
  world in;
  auto& lobby = in.io.of<chat>("/");
  std::vector<std::string> ids;
  lobby.on_connect([&](socket_of<chat>& s) {
    s.data().name = std::string(1, static_cast<char>('a' + ids.size()));
    ids.emplace_back(s.id());
    if (ids.size() > 1) s.join("late");
  });
  auto const fetched = [&](auto from) {
    list found;
    int called = 0;
    from.fetch_sockets([&](std::error_code error, list all) {
      CHECK(!error);
      found = std::move(all);
      ++called;
    });
    CHECK(called == 1);
    return names(found);
  };
  auto const everybody = [&] { return fetched(lobby.local()); };
  CHECK(everybody().empty());
  std::vector<client> clients;
  clients.reserve(3);
  for (int i = 0; i < 3; ++i) clients.emplace_back(in).join("/");
  CHECK(everybody() == packets{"a", "b", "c"});
  CHECK(fetched(lobby.in("late")) == packets{"b", "c"});
  CHECK(fetched(lobby.in("late").except(ids[1])) == packets{"c"});
  CHECK(fetched(lobby.in(ids)) == packets{"a", "b", "c"});
  CHECK(fetched(lobby.in("nobody")).empty());
  lobby.on_disconnecting([&](socket_of<chat>&, sio::reason) { CHECK(everybody() == packets{"a", "b"}); });
  clients[2].close();
  CHECK(everybody() == packets{"a", "b"});
}

TEST_CASE("roll_call: who waits for a middleware is not there yet") {
  world in;
  auto& lobby = in.io.of<chat>("/");
  std::vector<sio::decision> waiting;
  lobby.use([&](socket_of<chat>& s, sio::decision answer) {
    s.join("a");
    waiting.push_back(std::move(answer));
  });
  client one(in);
  one.send("0");
  std::size_t there = 7;
  auto const count = [&](std::error_code, list const& found) { there = found.size(); };
  lobby.in("a").fetch_sockets(count);
  CHECK(there == 0);
  waiting.at(0)(sio::admit);
  in.run();
  lobby.in("a").fetch_sockets(count);
  CHECK(there == 1);
  lobby.fetch_sockets(count);
  CHECK(there == 1);
}
