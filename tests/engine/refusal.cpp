// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/engine/refusal.hpp>

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

TEST_CASE("refusal: refusals have the reference's codes and words (W-003 to W-014)") {
  check(refusal::unknown_transport, 400, R"({"code":0,"message":"Transport unknown"})");
  check(refusal::unknown_session, 400, R"({"code":1,"message":"Session ID unknown"})");
  check(refusal::bad_handshake_method, 400, R"({"code":2,"message":"Bad handshake method"})");
  check(refusal::websocket_expected, 400, R"({"code":3,"message":"Bad request"})");
  check(refusal::forbidden, 403, R"({"code":4,"message":"Forbidden"})");
  check(refusal::unsupported_protocol, 400, R"({"code":5,"message":"Unsupported protocol version"})");
}

TEST_CASE("refusal: a method that no session knows is answered with an empty 500 (W-020)") {
  auto const answer = engine::refuse(refusal::bad_session_method);
  CHECK(answer.status == 500);
  CHECK(answer.content_type.empty());
  CHECK(answer.body.empty());
}

TEST_CASE("refusal: what the program says takes the place of the usual words") {
  auto const answer = engine::refuse(refusal::middleware, "no token");
  CHECK(answer.status == 400);
  CHECK(answer.body == R"({"code":3,"message":"no token"})");
  CHECK(engine::refuse(refusal::forbidden, "").body == R"({"code":4,"message":"Forbidden"})");
}

TEST_CASE("refusal: the message is a JSON string, whatever is in it") {
  auto const body = [](std::string_view message) { return engine::refuse(refusal::forbidden, message).body; };
  CHECK(body(R"(a "b" \c/)") == R"({"code":4,"message":"a \"b\" \\c/"})");
  CHECK(body("\",\"code\":9,\"") == R"({"code":4,"message":"\",\"code\":9,\""})");
  CHECK(body(std::string_view("\0\x01\x1f\n\t\x7f", 6)) ==
        "{\"code\":4,\"message\":\"\\u0000\\u0001\\u001f\\u000a\\u0009\x7f\"}");
  CHECK(body("\xc3\xa9\xf0\x9f\x98\x80") == "{\"code\":4,\"message\":\"\xc3\xa9\xf0\x9f\x98\x80\"}");
}

TEST_CASE("refusal: each is explained to the program in the reference's words (W-003 to W-017)") {
  for (auto const& [why, context] : {std::pair{refusal::invalid_origin, "INVALID_ORIGIN"},
                                     {refusal::transport_mismatch, "TRANSPORT_MISMATCH"},
                                     {refusal::protocol_mismatch, "PROTOCOL_MISMATCH"},
                                     {refusal::websocket_expected, "TRANSPORT_HANDSHAKE_ERROR"},
                                     {refusal::id_generation, "ID_GENERATION_ERROR"},
                                     {refusal::middleware, "MIDDLEWARE_FAILURE"}}) {
    auto const known = engine::explain(why);
    CHECK(known.status == 400);
    CHECK(known.code == 3);
    CHECK(known.message == "Bad request");
    CHECK(known.context == context);
  }
  CHECK(engine::explain(refusal::shutting_down).status == 503);
  CHECK(engine::explain(refusal::unknown_session).context.empty());
}
