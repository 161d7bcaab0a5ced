// SPDX-License-Identifier: MIT
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/error.hpp>
#include <socketiopp/typed/responses.hpp>

TEST_CASE("responses: who answered what, and who did not, each in the order in which it came") {
  socketiopp::responses<std::string> all;
  all.add("a", {}, "first");
  all.add("b", socketiopp::errc::disconnected, "");
  all.add("c", {}, "second");
  REQUIRE(all.answers.size() == 2);
  CHECK(all.answers[0].id == "a");
  CHECK(all.answers[1].id == "c");
  CHECK(all.answers[1].value == "second");
  REQUIRE(all.missing.size() == 1);
  CHECK(all.missing[0].id == "b");
  CHECK(all.missing[0].error == socketiopp::errc::disconnected);
}
