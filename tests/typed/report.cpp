// SPDX-License-Identifier: MIT
#include <ostream>
#include <stdexcept>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include "../core/fakes.hpp"
#include <socketiopp/typed/report.hpp>

using namespace fakes;

TEST_CASE("report: what is thrown and what is wrong goes to on_error") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto& socket = one.join(main);
  main.log.clear();
  bool ran = false;
  detail::guarded(socket, "x", [&] { ran = true; });
  CHECK(ran);
  CHECK(main.log.empty());
  detail::guarded(socket, "x", [] { throw std::runtime_error("thrown"); });
  detail::tell(socket, "x", errc::event_refused, "", "why");
  CHECK(main.log_of(socket) == texts{"error: " + make_error_code(errc::handler_failed).message(),
                                     "error: " + make_error_code(errc::event_refused).message()});
}

TEST_CASE("report: an acknowledgement is read, or it is an error with a neutral value") {
  world here;
  auto& main = here.of("/");
  client one(here);
  auto& socket = one.join(main);
  main.log.clear();
  int value = 5;
  CHECK(detail::read_ack<int, policies>(socket, "x", errc::no_answer, nullptr, value) == errc::no_answer);
  auto const read = [&](std::string text) {
    codec::document document;
    CHECK(document.parse(text.data(), text.size()));
    core::incoming<policies> const answer{.name = {}, .array = document.root()};
    return detail::read_ack(socket, "x", {}, &answer, value);
  };
  CHECK(!read("[7]"));
  CHECK(value == 7);
  CHECK(main.log.empty());
  CHECK(read(R"(["7"])") == errc::payload_mismatch);
  CHECK(value == 0);
  CHECK(main.log.size() == 1);
}
