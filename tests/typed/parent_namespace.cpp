// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "client.hpp"
#include <socketiopp/contract.hpp>

using namespace typed_tests;

namespace {

struct chat {
  using to_server = sio::events<sio::event<"say", void(std::string text)>>;
  using to_client = sio::events<sio::event<"said", void(std::string text)>>;
  struct auth {
    std::optional<std::string> token;
  };
};
using chatter = socket_of<chat>;

inline constexpr sio::pattern<"/orders-{id}", int> orders;
constexpr auto invalid = R"({"message":"Invalid namespace"})";

}  // namespace

TEST_CASE("parent_namespace: F-083, F-104: children come about when their first client does") {
  world in;
  packets log;
  auto& parent = in.io.of<chat>(orders);
  parent.use([&](chatter& who) -> sio::admission {
    auto const [id] = *orders.parts(who.nsp());
    return id == 13 ? sio::refuse("unlucky") : sio::admit;
  });
  parent.on_new_namespace([&](namespace_of<chat>& made) { log.push_back("new " + made.name()); });
  parent.on_connect([&](chatter& who) { log.push_back("connect " + who.nsp()); });
  parent.on<"say">([&](chatter& who, std::string const& text) {
    auto const [id] = *orders.parts(who.nsp());
    who.emit<"said">(text + std::to_string(id));
  });
  client a(in), b(in);
  a.join("/orders-1");
  b.join("/orders-1");
  a.join("/orders-2");
  CHECK(log == packets{"new /orders-1", "connect /orders-1", "connect /orders-1", "new /orders-2",
                       "connect /orders-2"});
  a.send(R"(2/orders-2,["say","x"])");
  CHECK(a.all() == packets{R"(2/orders-2,["said","x2"])"});
  a.send("0/orders-13,");
  CHECK(a.all() == packets{R"(4/orders-13,{"message":"unlucky"})"});
  a.send("0/orders-x,");
  CHECK(a.all() == packets{std::string("4/orders-x,") + invalid});

  // F-106: to all children, to one, and to those of one
  parent.emit<"said">("all");
  in.run();
  CHECK(a.all() == packets{R"(2/orders-1,["said","all"])", R"(2/orders-2,["said","all"])"});
  CHECK(b.all() == packets{R"(2/orders-1,["said","all"])"});
  auto const one = parent.find("/orders-2");
  REQUIRE(one);
  one->emit<"said">("only two");
  in.run();
  CHECK(a.all() == packets{R"(2/orders-2,["said","only two"])"});
  CHECK(b.all().empty());
  CHECK(!parent.find("/orders-3"));
  CHECK(!parent.find("/"));
  packets names;
  parent.for_each_child([&](auto& child) { names.push_back(child.name()); });
  std::sort(names.begin(), names.end());
  CHECK(names == packets{"/orders-1", "/orders-13", "/orders-2"});
}

TEST_CASE("parent_namespace: F-104: names that a predicate knows, with what CONNECT carries") {
  world in;
  in.io.of<chat>([](std::string_view name) { return name.starts_with("/open"); });
  in.io.of<chat>([](std::string_view name, chat::auth const& auth) {
    return name.starts_with("/secret") && auth.token == "x";
  });
  client c(in);
  c.join("/open-1");
  c.join("/secret", R"({"token":"x"})");
  c.send(R"(0/secret2,{"token":"y"})");
  CHECK(c.all() == packets{std::string("4/secret2,") + invalid});
  c.send(R"(0/secret2,{"token":7})");
  CHECK(c.all() == packets{std::string("4/secret2,") + invalid});
}

TEST_CASE("parent_namespace: F-105: one made by hand is a child, with handlers of its own") {
  world in;
  packets log;
  auto& parent = in.io.of<chat>(orders);
  auto& seven = in.io.of<chat>(orders(7));
  CHECK(&seven == &in.io.of<chat>("/orders-7"));
  seven.on_connect([&](chatter&) { log.push_back("its own"); });
  parent.on_connect([&](chatter&) { log.push_back("the parent's"); });
  client c(in);
  c.join("/orders-7");
  CHECK(log == packets{"the parent's", "its own"});
  c.join("/orders-8");
  CHECK(log.size() == 3);
  seven.emit<"said">("seven");
  in.run();
  CHECK(c.all() == packets{R"(2/orders-7,["said","seven"])"});
}

TEST_CASE("parent_namespace: F-107, F-108: an empty child goes, if that is wanted") {
  sio::server_options options;
  SUBCASE("wanted") { options.cleanup_empty_namespaces = true; }
  SUBCASE("not wanted") {}
  auto const wanted = options.cleanup_empty_namespaces;
  world in(std::move(options));
  auto& parent = in.io.of<chat>(orders);
  auto& kept = in.io.of<chat>(orders(1));
  auto const count = [&] {
    int children = 0;
    parent.for_each_child([&](auto&) { ++children; });
    return children;
  };
  std::optional<sio::selection<chat, policies>> selection;
  parent.on_connect([&](chatter& who) { selection = who.to("room"); });
  client a(in), b(in);
  a.join("/orders-2");
  b.join("/orders-2");
  a.join("/orders-1");
  CHECK(count() == 2);
  a.send("1/orders-2,");
  a.send("1/orders-1,");
  CHECK(count() == 2);
  b.close();
  in.run();
  selection->emit<"said">("nobody hears it");  // what is left of it is still good
  CHECK(count() == (wanted ? 1 : 2));
  kept.emit<"said">("nobody either");
  client c(in);
  c.join("/orders-2");
  CHECK(count() == 2);
}

TEST_CASE("parent_namespace: a child whose only client was refused goes too") {
  world in({.cleanup_empty_namespaces = true});
  auto& parent = in.io.of<chat>(orders);
  parent.use([](chatter&) { return sio::refuse("no"); });
  client c(in);
  c.send("0/orders-1,");
  CHECK(c.all().size() == 1);
  int children = 0;
  parent.for_each_child([&](auto&) { ++children; });
  CHECK(children == 0);
}
