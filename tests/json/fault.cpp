// SPDX-License-Identifier: MIT
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/json/fault.hpp>

namespace {

TEST_CASE("fault: the exception carries the fault and says it") {
  socketiopp::fault const found{"[0].age", "a number is wanted, found null"};
  try {
    throw socketiopp::payload_error(found);
  } catch (std::system_error const& error) {
    CHECK((error.code() == socketiopp::errc::payload_mismatch));
    CHECK(std::string(error.what()).find("[0].age: a number is wanted, found null") == 0);
    auto const* payload_error = dynamic_cast<socketiopp::payload_error const*>(&error);
    REQUIRE(payload_error);
    CHECK(payload_error->fault() == found);
  }
}

}  // namespace
