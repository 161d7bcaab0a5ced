// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <socketiopp/http/request.hpp>

using socketiopp::http::request;

TEST_CASE("request: HTTP/1.1 keeps the connection unless told to close it") {
  request asked;
  CHECK(asked.keep_alive());
  asked.headers.add("Connection", "Upgrade, CLOSE");
  CHECK_FALSE(asked.keep_alive());
}

TEST_CASE("request: HTTP/1.0 closes the connection unless told to keep it") {
  request asked;
  asked.minor = 0;
  CHECK_FALSE(asked.keep_alive());
  asked.headers.add("Connection", "Keep-Alive");
  CHECK(asked.keep_alive());
  asked.headers.add("Connection", "close");
  CHECK_FALSE(asked.keep_alive());
}
