// SPDX-License-Identifier: MIT
#include <limits>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/core/refuse.hpp>

namespace sio = socketiopp;

namespace {

struct details {
  int code;
  std::string why;
};

}  // namespace

TEST_CASE("refuse: F-171: with data of any type that has a JSON form") {
  auto const answer = sio::refuse("no", details{7, "late"});
  CHECK(!answer);
  CHECK(answer.message() == "no");
  CHECK(answer.data() == R"({"code":7,"why":"late"})");
  CHECK(sio::refuse("no", 1).data() == "1");
  CHECK(sio::refuse("no").data().empty());
  CHECK_THROWS_AS(sio::refuse("no", std::numeric_limits<double>::infinity()), std::system_error);
}
