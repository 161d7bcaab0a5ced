// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/json/read.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/time.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/value_writer.hpp>

namespace {

namespace json = socketiopp::json;
using namespace std::chrono;
using std::chrono::day;

template <class Duration> using point = time_point<system_clock, Duration>;
using hectonanoseconds = duration<std::int64_t, std::ratio<1, 10'000'000>>;

static_assert(json::payload<system_clock::time_point> && json::payload<point<milliseconds>>);
static_assert(json::payload<point<seconds>> && json::payload<point<days>> &&
              json::payload<point<hectonanoseconds>>);
static_assert(json::payload<std::map<std::string, std::optional<point<minutes>>>>);
static_assert(!json::payload<milliseconds>, "a number does not say its unit");
static_assert(!json::payload<steady_clock::time_point>, "it means nothing elsewhere");
static_assert(!json::payload<point<duration<double>>> && !json::payload<point<weeks>>);
static_assert(!json::payload<point<duration<std::int64_t, std::pico>>>);
static_assert(!json::payload<point<duration<std::int64_t, std::ratio<1, 3>>>>);

template <class Duration = nanoseconds> std::string text_of(point<Duration> at) {
  return std::string(json::to_value(at).string());
}

/// What reading gives: the count, or the reason why not.
template <class Duration = nanoseconds> std::string read(std::string_view text) {
  point<Duration> at;
  json::read_context context;
  if (!json::read(json::value(text).view(), at, context)) return context.fault.reason;
  return std::to_string(at.time_since_epoch().count());
}

TEST_CASE("time: written as JavaScript's toISOString does") {
  CHECK(text_of(point<milliseconds>{}) == "1970-01-01T00:00:00.000Z");
  CHECK(text_of(point<milliseconds>(1795471582123ms)) == "2026-11-23T22:06:22.123Z");
  CHECK(text_of(point<milliseconds>(-1ms)) == "1969-12-31T23:59:59.999Z");
  CHECK(text_of(point<milliseconds>(951782400000ms)) == "2000-02-29T00:00:00.000Z");
  CHECK(text_of(point<milliseconds>(-62167219200000ms)) == "0000-01-01T00:00:00.000Z");
  CHECK(text_of(point<milliseconds>(253402300799999ms)) == "9999-12-31T23:59:59.999Z");
  CHECK(text_of(point<seconds>(1s)) == "1970-01-01T00:00:01.000Z");
  CHECK(text_of(point<days>(days(-1))) == "1969-12-31T00:00:00.000Z");
  CHECK(text_of(point<hours>(25h)) == "1970-01-02T01:00:00.000Z");
}

TEST_CASE("time: more digits only where there is more to say") {
  CHECK(text_of(point<nanoseconds>(1ns)) == "1970-01-01T00:00:00.000000001Z");
  CHECK(text_of(point<nanoseconds>(1'000'100ns)) == "1970-01-01T00:00:00.0010001Z");
  CHECK(text_of(point<nanoseconds>(1'000'000ns)) == "1970-01-01T00:00:00.001Z");
  CHECK(text_of(point<microseconds>(-1us)) == "1969-12-31T23:59:59.999999Z");
  CHECK(text_of(point<hectonanoseconds>(hectonanoseconds(1))) == "1970-01-01T00:00:00.0000001Z");
}

TEST_CASE("time: years that ISO 8601 has no four digits for are not written") {
  CHECK_THROWS_AS(text_of(point<milliseconds>(-62167219200001ms)), std::system_error);
  CHECK_THROWS_AS(text_of(point<milliseconds>(253402300800000ms)), std::system_error);
  CHECK_THROWS_AS(text_of(point<seconds>::max()), std::system_error);
  CHECK_THROWS_AS(text_of(point<seconds>::min()), std::system_error);
  CHECK_THROWS_AS(text_of(point<days>::min()), std::system_error);
  CHECK_THROWS_AS(text_of(point<hours>::max()), std::system_error);
}

TEST_CASE("time: read back, at the limits too") {
  CHECK(read("1970-01-01T00:00:00.000Z") == "0");
  CHECK(read<milliseconds>("2026-11-23T22:06:22.123Z") == "1795471582123");
  CHECK(read<seconds>("0000-01-01T00:00:00Z") == "-62167219200");
  CHECK(read<milliseconds>("9999-12-31T23:59:59.999Z") == "253402300799999");
  CHECK(read<days>("1969-12-31T00:00:00Z") == "-1");
  CHECK(text_of(point<nanoseconds>::max()) == "2262-04-11T23:47:16.854775807Z");
  CHECK(read("2262-04-11T23:47:16.854775807Z") == std::to_string(INT64_MAX));
  CHECK(text_of(point<nanoseconds>::min()) == "1677-09-21T00:12:43.145224192Z");
  CHECK(read("1677-09-21T00:12:43.145224192Z") == std::to_string(INT64_MIN));
  for (std::int64_t day = -719528; day <= 2932896; day += 367) {
    point<seconds> const at(days(day) + 86399s);
    CHECK(read<seconds>(text_of(at)) == std::to_string(at.time_since_epoch().count()));
  }
}

TEST_CASE("time: fractions of any length, as far as the type holds them") {
  CHECK(read("1970-01-01T00:00:00Z") == "0");
  CHECK(read("1970-01-01T00:00:00.5Z") == "500000000");
  CHECK(read("1970-01-01T00:00:00.123456789Z") == "123456789");
  CHECK(read("1970-01-01T00:00:00.1" + std::string(1000, '0') + "Z") == "100000000");
  CHECK(read("1970-01-01T00:00:00.0000000001Z") == "the time is finer than nanoseconds");
  CHECK(read<milliseconds>("1970-01-01T00:00:00.0010Z") == "1");
  CHECK(read<milliseconds>("1970-01-01T00:00:00.0001Z") == "the time is finer than its type");
  CHECK(read<hours>("1970-01-01T00:01:00Z") == "the time is finer than its type");
}

TEST_CASE("time: offsets are taken off") {
  CHECK(read<seconds>("1970-01-01T01:00:00+01:00") == "0");
  CHECK(read<seconds>("1969-12-31T18:30:00.000-05:30") == "0");
  CHECK(read<seconds>("1970-01-01T00:00:00+23:59") == "-86340");
  CHECK(read<seconds>("1970-01-01T23:59:59-23:59") == "172739");
  CHECK(read<seconds>("1970-01-01T00:00:00-00:00") == "0");
  CHECK(read<seconds>("0000-01-01T00:00:00+00:01") == "the time is not within the years 0000 to 9999");
  CHECK(read<seconds>("9999-12-31T23:59:00-00:01") == "the time is not within the years 0000 to 9999");
}

TEST_CASE("time: days and hours that there are not") {
  for (std::string_view const text :
       {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-00-01T00:00:00Z",
        "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2016-12-31T23:59:60Z", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+00:60"}) {
    CAPTURE(text);
    CHECK(read(text) == "there is no such time");
  }
  CHECK(read<days>("2000-02-29T00:00:00Z") == "11016");
  CHECK(read<days>("2024-02-29T00:00:00Z") == "19782");
}

TEST_CASE("time: a time outside of what its type holds") {
  using short_seconds = point<duration<std::int32_t>>;
  CHECK(read<short_seconds::duration>("2038-01-19T03:14:07Z") == "2147483647");
  CHECK(read<short_seconds::duration>("2038-01-19T03:14:08Z") ==
        "the time is outside of what its type can hold");
  CHECK(read("2262-04-11T23:47:16.854775808Z") == "the time is outside of what its type can hold");
  CHECK(read("1677-09-21T00:12:43.145224191Z") == "the time is outside of what its type can hold");
  CHECK(read("0000-01-01T00:00:00Z") == "the time is outside of what its type can hold");
}

TEST_CASE("time: anything else is no time") {
  std::string const good = "2026-11-23T22:06:22.123+01:00";
  REQUIRE(read<milliseconds>(good) == "1795467982123");
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK(read<milliseconds>(good.substr(0, size)) == "a time like 2026-11-23T22:06:22.123Z is wanted");
  }
  for (std::string_view const text :
       {"2026-11-23", "2026-11-23T22:06Z", "2026-11-23 22:06:22Z", "2026-11-23t22:06:22z",
        "2026-11-23T22:06:22", "2026-11-23T22:06:22.Z", "2026-11-23T22:06:22,5Z", "2026-11-23T22:06:22Z ",
        " 2026-11-23T22:06:22Z", "2026-11-23T22:06:22+0100", "2026-11-23T22:06:22+01",
        "+002026-11-23T22:06:22Z", "-0001-11-23T22:06:22Z", "26-11-23T22:06:22Z", "2026-1-23T22:06:22Z",
        "1795471582123", "2026-11-23T22:06:22ZZ", "now"}) {
    CAPTURE(text);
    CHECK(read(text) == "a time like 2026-11-23T22:06:22.123Z is wanted");
  }
  point<seconds> at;
  json::read_context context;
  CHECK_FALSE(json::read(json::value(1795471582).view(), at, context));
  CHECK(context.fault.reason == "a string is wanted, found 1795471582");
}

TEST_CASE("time: any text with one byte changed is answered") {
  std::string const good = "2026-11-23T22:06:22.123+01:00";
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = good;
      changed[i] = static_cast<char>(byte);
      CHECK_FALSE(read(changed).empty());
    }
  }
}

TEST_CASE("time: inside of other payloads, with the path of its fault") {
  std::vector<std::optional<point<seconds>>> times;
  json::read_context context;
  json::value const some = json::value::array{"1970-01-01T00:00:01Z", nullptr};
  REQUIRE(json::read(some.view(), times, context));
  CHECK((times[0] == point<seconds>(1s)));
  CHECK_FALSE(times[1]);
  CHECK(json::to_value(times) == json::value{json::value::array{"1970-01-01T00:00:01.000Z", nullptr}});
  json::value const bad = json::value::array{nullptr, "soon"};
  CHECK_FALSE(json::read(bad.view(), times, context));
  CHECK(context.fault == socketiopp::fault{"[1]", "a time like 2026-11-23T22:06:22.123Z is wanted"});
}

}  // namespace
