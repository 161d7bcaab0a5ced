// SPDX-License-Identifier: MIT
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include <doctest/doctest.h>

#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/text_writer.hpp>

namespace {

using namespace std::literals;
using writer = socketiopp::json::text_writer<std::string>;
static_assert(socketiopp::json::writer<writer>);

template <class F> std::string written(F f) {
  std::string text;
  writer to(text);
  f(to);
  return text;
}

std::string real(double value) {
  return written([&](writer& to) { to.real(value); });
}

std::string string(std::string_view value) {
  return written([&](writer& to) { to.string(value); });
}

TEST_CASE("text writer: commas and colons stand where they belong") {
  CHECK(written([](writer& to) {
          to.begin_array(4);
          to.null();
          to.begin_object(0);
          to.end_object();
          to.begin_object(2);
          to.key("a");
          to.begin_array(0);
          to.end_array();
          to.key("b");
          to.boolean(false);
          to.end_object();
          to.boolean(true);
          to.end_array();
        }) == R"([null,{},{"a":[],"b":false},true])");
}

TEST_CASE("text writer: integers at their limits") {
  CHECK(written([](writer& to) { to.integer(INT64_MIN); }) == "-9223372036854775808");
  CHECK(written([](writer& to) { to.natural(UINT64_MAX); }) == "18446744073709551615");
}

TEST_CASE("text writer: reals look as in JavaScript") {
  CHECK(real(1) == "1");
  CHECK(real(0.1) == "0.1");
  CHECK(real(-2.5) == "-2.5");
  CHECK(real(1e20) == "100000000000000000000");
  CHECK(real(1e21) == "1e+21");
  CHECK(real(1.5e300) == "1.5e+300");
  CHECK(real(1e-6) == "0.000001");
  CHECK(real(1e-7) == "1e-7");
  CHECK(real(-1.25e-9) == "-1.25e-9");
  CHECK(real(5e-324) == "5e-324");
  CHECK(real(-0.0) == "-0");  // JavaScript writes 0 and loses the sign
}

TEST_CASE("text writer: reals read back as they were") {
  std::uint64_t bits = 1;
  for (int i = 0; i < 20000; ++i) {
    bits = bits * 6364136223846793005 + 1442695040888963407;
    double const value = std::bit_cast<double>(bits);
    if (value != value || value - value != 0) continue;
    if (std::strtod(real(value).c_str(), nullptr) != value) FAIL(real(value));
  }
  CHECK(std::strtod(real(std::numeric_limits<double>::max()).c_str(), nullptr) ==
        std::numeric_limits<double>::max());
}

TEST_CASE("text writer: strings are escaped as in JavaScript") {
  CHECK(string("") == R"("")");
  CHECK(string("a\"b\\c\b\f\n\r\t/") == R"("a\"b\\c\b\f\n\r\t/")");
  CHECK(string("\0\x1f\x7f"sv) == "\"\\u0000\\u001f\x7f\"");
  CHECK(string("caf\xc3\xa9 and \xf0\x9f\x98\x80, longer than a word") ==
        "\"caf\xc3\xa9 and \xf0\x9f\x98\x80, longer than a word\"");
}

TEST_CASE("text writer: what JSON cannot say throws") {
  auto const refused = [](auto write) {
    try {
      write();
    } catch (std::system_error const& error) {
      return error.code() == socketiopp::errc::not_representable;
    }
    return false;
  };
  CHECK(refused([] { real(std::numeric_limits<double>::quiet_NaN()); }));
  CHECK(refused([] { real(-std::numeric_limits<double>::infinity()); }));
  CHECK(refused([] { string("\xff"); }));
  CHECK(refused([] { string("ok so far \xc3"); }));
  CHECK(refused([] { string("\xed\xa0\x80"); }));
  CHECK(refused([] { written([](writer& to) { to.key("\x80"); }); }));
}

}  // namespace
