// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/engine/link.hpp>

namespace engine = socketiopp::engine;
using engine::refusal;

namespace {

void check(refusal why, int status, std::string const& body) {
  auto const answer = engine::refuse(why);
  CHECK(answer.status == status);
  CHECK(answer.content_type == "application/json");
  CHECK(answer.body == body);
}

}  // namespace

TEST_CASE("link: refusals have the reference's codes and words (W-003 to W-014)") {
  check(refusal::unknown_transport, 400, R"({"code":0,"message":"Transport unknown"})");
  check(refusal::unknown_session, 400, R"({"code":1,"message":"Session ID unknown"})");
  check(refusal::bad_handshake_method, 400, R"({"code":2,"message":"Bad handshake method"})");
  check(refusal::bad_request, 400, R"({"code":3,"message":"Bad request"})");
  check(refusal::forbidden, 403, R"({"code":4,"message":"Forbidden"})");
  check(refusal::unsupported_protocol, 400, R"({"code":5,"message":"Unsupported protocol version"})");
}

TEST_CASE("link: a method that no session knows is answered with an empty 500 (W-020)") {
  auto const answer = engine::refuse(refusal::bad_session_method);
  CHECK(answer.status == 500);
  CHECK(answer.content_type.empty());
  CHECK(answer.body.empty());
}
