// SPDX-License-Identifier: MIT
#include <ostream>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/meta/error.hpp>

using socketiopp::condition;
using socketiopp::errc;

namespace {

std::vector<errc> const every_code = {
    errc::disconnected,    errc::no_answer,         errc::malformed_packet, errc::malformed_http,
    errc::malformed_frame, errc::too_large,         errc::payload_mismatch, errc::not_representable,
    errc::handler_failed,  errc::handshake_refused, errc::slow_consumer};

std::vector<errc> codes_of(condition asked) {
  std::vector<errc> found;
  for (auto const code : every_code)
    if (std::error_code(code) == asked) found.push_back(code);
  return found;
}

}  // namespace

TEST_CASE("error: every code is an error, in words of its own") {
  std::set<std::string> messages;
  for (auto const code : every_code) {
    std::error_code const error = code;
    CHECK(error);
    CHECK(error.category() == socketiopp::error_category());
    CHECK(error.message() != "unknown error");
    messages.insert(error.message());
  }
  CHECK(messages.size() == every_code.size());
  CHECK(std::error_code(errc::no_answer) != std::error_code(errc::disconnected));
}

TEST_CASE("error: conditions ask for a kind of failure") {
  CHECK(codes_of(condition::protocol_violation) ==
        std::vector{errc::malformed_packet, errc::malformed_http, errc::malformed_frame});
  CHECK(codes_of(condition::refused) == std::vector{errc::too_large, errc::handshake_refused});
  CHECK(codes_of(condition::timed_out) == std::vector{errc::no_answer});
}

TEST_CASE("error: codes of others meet no condition of ours") {
  CHECK(std::make_error_code(std::errc::timed_out) != condition::timed_out);
  CHECK(std::error_code(static_cast<int>(errc::no_answer), std::generic_category()) != condition::timed_out);
  CHECK(std::error_code(errc::no_answer) != std::errc::timed_out);
  CHECK(std::error_code() != condition::refused);
}

TEST_CASE("error: numbers without a meaning have a message too") {
  CHECK(socketiopp::error_category().message(0) == "unknown error");
  CHECK(socketiopp::error_category().message(-1) == "unknown error");
  CHECK(socketiopp::condition_category().message(99) == "unknown condition");
  CHECK_FALSE(socketiopp::error_category().equivalent(
      static_cast<int>(errc::no_answer), std::error_condition(99, socketiopp::condition_category())));
  CHECK(std::error_condition(condition::refused).message() == "refused");
  CHECK(std::string(socketiopp::error_category().name()) == "socketiopp");
  CHECK(std::string(socketiopp::condition_category().name()) == "socketiopp.condition");
}
