// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/http/header_list.hpp>

using socketiopp::http::header_list;

namespace {

std::vector<std::pair<std::string, std::string>> all(header_list const& list) {
  std::vector<std::pair<std::string, std::string>> result;
  for (auto const [name, value] : list) result.emplace_back(name, value);
  return result;
}

}  // namespace

TEST_CASE("header_list: headers come in the order of their arrival, repeated and empty ones too") {
  header_list list;
  CHECK(list.empty());
  CHECK(all(list).empty());
  list.add("Host", "a:80");
  list.add("X-Empty", "");
  list.add("host", "::b::");
  CHECK_FALSE(list.empty());
  CHECK(all(list) == std::vector<std::pair<std::string, std::string>>{
                         {"Host", "a:80"}, {"X-Empty", ""}, {"host", "::b::"}});
}

TEST_CASE("header_list: find ignores case, gives the first, and tells absent from empty") {
  header_list list;
  list.add("Cookie", "a");
  list.add("COOKIE", "b");
  list.add("X-Empty", "");
  CHECK(list.find("cookie") == "a");
  CHECK(list.find("x-empty") == "");
  CHECK_FALSE(list.find("cooki").has_value());
  CHECK_FALSE(list.find("").has_value());
}

TEST_CASE("header_list: has_token looks at whole elements of all headers of the name") {
  header_list list;
  list.add("Connection", "keep-alive, Upgrade");
  list.add("connection", "x");
  list.add("Other", "close");
  CHECK(list.has_token("connection", "upgrade"));
  CHECK(list.has_token("CONNECTION", "Keep-Alive"));
  CHECK(list.has_token("connection", "x"));
  CHECK_FALSE(list.has_token("connection", "keep"));
  CHECK_FALSE(list.has_token("connection", "close"));
  CHECK_FALSE(list.has_token("upgrade", "websocket"));
}

TEST_CASE("header_list: a moved list is the same list, short or long") {
  for (std::size_t const length : {1u, 1000u}) {
    header_list list;
    list.add("a", std::string(length, 'x'));
    auto const moved = std::move(list);
    CHECK(moved.find("a") == std::string(length, 'x'));
  }
}
