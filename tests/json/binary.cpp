// SPDX-License-Identifier: MIT
#include <cstddef>
#include <span>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/json/binary.hpp>

namespace sio = socketiopp;

namespace {

TEST_CASE("binary: made from bytes and from text, and compared") {
  std::byte const bytes[] = {std::byte{'a'}, std::byte{0}};
  sio::binary const data(std::span<std::byte const>{bytes});
  CHECK(data.bytes.size() == 2);
  CHECK(data == sio::binary(std::string_view("a\0", 2)));
  CHECK(data.text() == std::string_view("a\0", 2));
  CHECK(data != sio::binary("a"));
  CHECK(sio::binary().text().empty());
}

}  // namespace
