// SPDX-License-Identifier: MIT
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/transport/hooks.hpp>

using namespace socketiopp;
using texts = std::vector<std::string>;

TEST_CASE("hooks: are silent until somebody listens") {
  engine_hooks const hooks;
  http::request const asked;
  http::response answer;
  hooks.refused({asked, 1, "m", "c"});
  hooks.headers(asked, answer);
  hooks.initial_headers(asked, answer);
  hooks.exceeded({bound::max_payload, "192.0.2.1", ""});
  hooks.foreign_origin("http://a");
  CHECK(answer.headers.empty());
  CHECK(hooks.middleware().empty());
}

TEST_CASE("hooks: F-179: are registered one after the other, and each is told") {
  texts heard;
  engine_hooks hooks;
  hooks
      .on_connection_error([&](connection_error const& what) {
        heard.push_back(std::to_string(what.code) + std::string(what.message) + std::string(what.context) +
                        what.request.target);
      })
      .on_headers([&](http::request const&, http::response& answer) { answer.set("A", "1"); })
      .on_initial_headers([&](http::request const&, http::response& answer) { answer.set("B", "2"); })
      .on_bound_hit([&](bound_hit const& what) {
        heard.push_back(std::string(to_string(what.which)) + " " + std::string(what.remote_address) + " " +
                        std::string(what.session));
      })
      .use([](http::request const&) { return admit; })
      .use([](http::request const&) { return admit; });
  auto const moved = std::move(hooks);  // as into its server

  http::request asked;
  asked.target = "/x";
  http::response answer;
  moved.refused({asked, 3, "message", "context"});
  moved.headers(asked, answer);
  CHECK(answer.find("A"));
  CHECK(!answer.find("B"));
  moved.initial_headers(asked, answer);
  CHECK(answer.find("B"));
  moved.exceeded({bound::head_timeout, "192.0.2.1", "sid"});
  CHECK(moved.middleware().size() == 2);
  CHECK(heard == texts{"3messagecontext/x", "head_timeout 192.0.2.1 sid"});
}

TEST_CASE("hooks: F-227: the log is told once of each option, whoever exceeds it") {
  texts lines;
  int hits = 0;
  engine_hooks hooks;
  hooks.on_log([&](std::string_view line) { lines.emplace_back(line); }).on_bound_hit([&](bound_hit const&) {
    ++hits;
  });
  for (int i = 0; i < 3; ++i)
    for (auto const which : {bound::max_payload, bound::max_queued_bytes, bound::max_connections})
      hooks.exceeded({which, "192.0.2." + std::to_string(i), ""});
  CHECK(hits == 9);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "192.0.2.0 exceeded max_payload: if that is no attack, set the option higher");
  CHECK(lines[1].find("max_queued_bytes") != std::string::npos);
  CHECK(lines[2].find("max_connections:") != std::string::npos);
  hooks.foreign_origin("http://evil.example");
  hooks.foreign_origin("http://other.example");
  REQUIRE(lines.size() == 4);
  CHECK(lines[3].find("http://evil.example") != std::string::npos);
  CHECK(lines[3].find("cors.origins") != std::string::npos);
}

TEST_CASE("hooks: what nobody heard is said when somebody listens") {
  texts lines;
  engine_hooks hooks;
  hooks.exceeded({bound::max_payload, "192.0.2.1", ""});
  hooks.on_log([&](std::string_view line) { lines.emplace_back(line); });
  hooks.exceeded({bound::max_payload, "192.0.2.2", ""});
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("192.0.2.2 "));
}

TEST_CASE("hooks: what one throws is dropped") {
  engine_hooks hooks;
  auto const oops = [](auto&&...) { throw std::runtime_error("oops"); };
  hooks.on_connection_error(oops).on_headers(oops).on_initial_headers(oops).on_bound_hit(oops).on_log(oops);
  int heard = 0;
  hooks.on_headers([&](http::request const&, http::response&) { ++heard; });
  http::request const asked;
  http::response answer;
  CHECK_NOTHROW(hooks.refused({asked, 1, "m", "c"}));
  CHECK_NOTHROW(hooks.headers(asked, answer));
  CHECK_NOTHROW(hooks.initial_headers(asked, answer));
  CHECK_NOTHROW(hooks.exceeded({bound::max_payload, "192.0.2.1", ""}));
  CHECK_NOTHROW(hooks.foreign_origin("http://a"));
  CHECK(heard == 1);
}

TEST_CASE("hooks: a log may be kept by several, each of which gets each line") {
  int first = 0, second = 0;
  engine_hooks hooks;
  hooks.on_log([&](std::string_view) { ++first; }).on_log([&](std::string_view) { ++second; });
  hooks.exceeded({bound::max_payload, "192.0.2.1", ""});
  hooks.exceeded({bound::max_payload, "192.0.2.1", ""});
  CHECK(first == 1);
  CHECK(second == 1);
}
