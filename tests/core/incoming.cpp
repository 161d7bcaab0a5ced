// SPDX-License-Identifier: MIT
#include <exception>
#include <ostream>
#include <stdexcept>

#include <doctest/doctest.h>

#include <socketiopp/core/incoming.hpp>

using namespace socketiopp;

namespace {

template <class Thrown> event_error failure(Thrown thrown) {
  return detail::handler_failure("message", std::make_exception_ptr(thrown));
}

}  // namespace

TEST_CASE("incoming: what a handler threw is reported in its own words") {
  auto const what = failure(std::runtime_error("no such room"));
  CHECK(what.event == "message");
  CHECK(what.code == errc::handler_failed);
  CHECK(what.message == "no such room");
  CHECK(what.path.empty());
  CHECK_THROWS_AS(std::rethrow_exception(what.exception), std::runtime_error);
}

TEST_CASE("incoming: a handler may throw anything") {
  auto const what = failure(42);
  CHECK(what.code == errc::handler_failed);
  CHECK(what.message == "an exception of an unknown type");
  CHECK_THROWS_AS(std::rethrow_exception(what.exception), int);
}
