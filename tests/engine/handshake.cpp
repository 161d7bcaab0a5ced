// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <socketiopp/engine/handshake.hpp>

namespace engine = socketiopp::engine;

TEST_CASE("handshake: headers are found by their whole name (F-121)") {
  engine::handshake opening;
  opening.headers = "host: a.example\nx: 1\nx-long: y: z\nx: 2\nempty: \n";
  CHECK(opening.header("host") == "a.example");
  CHECK(opening.header("x") == "1");
  CHECK(opening.header("x-long") == "y: z");
  CHECK(opening.header("empty") == "");
  CHECK_FALSE(opening.header("hos"));
  CHECK_FALSE(opening.header("long"));
  CHECK_FALSE(opening.header("y"));
  CHECK_FALSE(opening.header("hosts"));
  CHECK_FALSE(opening.header(""));
}

TEST_CASE("handshake: without headers there is nothing to find") {
  engine::handshake const opening;
  CHECK_FALSE(opening.header("host"));
  CHECK_FALSE(opening.secure);
}

TEST_CASE("handshake: the query is what follows the first question mark (F-121)") {
  engine::handshake opening;
  CHECK(opening.query().empty());
  opening.url = "/engine.io/";
  CHECK(opening.query().empty());
  opening.url = "/engine.io/?EIO=4&a=b?c";
  CHECK(opening.query() == "EIO=4&a=b?c");
}
