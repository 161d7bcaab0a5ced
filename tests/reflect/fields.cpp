// SPDX-License-Identifier: MIT
#include <cstdint>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/reflect/fields.hpp>

namespace sio = socketiopp;

namespace {

enum class status : std::uint8_t { good = 200 };

}  // namespace

template <> struct sio::fields<status> : sio::as_number<status> {};

namespace {

static_assert(std::is_same_v<sio::fields<status>::as, std::uint8_t>);

TEST_CASE("fields: an enumeration as its number has every value of its type") {
  CHECK(sio::fields<status>::to(status::good) == 200);
  status read{};
  CHECK(sio::fields<status>::from(7, read));
  CHECK(static_cast<int>(read) == 7);
}

}  // namespace
