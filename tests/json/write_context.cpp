// SPDX-License-Identifier: MIT
#include <cstddef>
#include <span>
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/json/text_writer.hpp>
#include <socketiopp/json/write_context.hpp>

namespace {

namespace json = socketiopp::json;

TEST_CASE("write context: attachments are numbered as they come, and are not copied") {
  std::byte const first[] = {std::byte{1}};
  std::byte const second[] = {std::byte{2}, std::byte{3}};
  std::string text;
  json::text_writer<std::string> to(text);
  json::write_context context;
  to.begin_array(2);
  json::detail::write_binary(to, std::span(first), context);
  json::detail::write_binary(to, std::span(second), context);
  to.end_array();
  CHECK(text == R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  REQUIRE(context.attachments.size() == 2);
  CHECK(context.attachments[1].data() == second);
  CHECK(context.attachments[1].size() == 2);
}

}  // namespace
