// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/typed/values.hpp>

using namespace socketiopp;

namespace {

struct user {
  std::string name;
  int age = 0;
};

/// What arrived, with the text that it points into.
class arrival {
public:
  explicit arrival(std::string text, std::size_t first = 0) : text_(std::move(text)) {
    text_.push_back('\0');
    REQUIRE(document_.parse(text_.data(), text_.size() - 1));
    packet.array = document_.root();
    packet.first = first;
    packet.attachments = attachments_;
  }

private:
  std::string text_;
  json::rapidjson::document document_;
  std::array<std::byte, 2> bytes_{std::byte{1}, std::byte{2}};
  std::array<std::span<std::byte const>, 1> attachments_{bytes_};

public:
  core::incoming<default_policies> packet{.name = {}, .array = document_.root()};
};

}  // namespace

TEST_CASE("values: what can be sent for what") {
  using detail::sendable_as;
  CHECK(sendable_as<std::string const&, std::string>);
  CHECK(sendable_as<char const(&)[3], std::string>);
  CHECK(sendable_as<std::string_view, std::string>);
  CHECK(sendable_as<int, std::int64_t>);
  CHECK(sendable_as<int, double>);
  CHECK(sendable_as<int, std::optional<int>>);
  CHECK(sendable_as<std::nullopt_t, std::optional<int>>);
  CHECK(sendable_as<int, json::value>);
  CHECK(sendable_as<std::unique_ptr<int> const&, std::unique_ptr<int>>);
  CHECK(sendable_as<user const&, user>);
  CHECK(!sendable_as<std::int64_t, int>);
  CHECK(!sendable_as<double, int>);
  CHECK(!sendable_as<double, std::optional<int>>);
  CHECK(!sendable_as<char const(&)[3], bool>);
  CHECK(!sendable_as<int, std::string>);
  CHECK(!sendable_as<user, std::string>);
  CHECK(!sendable_as<std::tuple<double>, std::tuple<int>>);
}

TEST_CASE("values: what says the same is sent as it is, everything else converted") {
  std::string const text = "text";
  CHECK(&detail::as_payload<std::string>(text) == &text);
  CHECK(detail::as_payload<std::string>("text") == "text");
  CHECK(std::is_same_v<decltype(detail::as_payload<std::string>("text")), std::string_view>);
  CHECK(std::is_same_v<decltype(detail::as_payload<double>(7)), double>);
  CHECK(detail::as_payload<std::optional<int>>(7) == 7);
  auto const owned = std::make_unique<int>(7);
  CHECK(&detail::as_payload<std::unique_ptr<int>>(owned) == &owned);
}

TEST_CASE("values: events of payloads") {
  CHECK(detail::payloads_in<event<"a", void(user, int)>>);
  CHECK(detail::payloads_in<event<"a", std::tuple<user, int>(std::vector<user> const&)>>);
  CHECK(!detail::payloads_in<event<"a", void(void*)>>);
  CHECK(!detail::payloads_in<event<"a", void*()>>);
  CHECK(!detail::payloads_in<event<"a", void(std::string_view)>>);  // nobody could read it
  CHECK(detail::payloads_in<events<>>);
  CHECK(!detail::payloads_in<events<event<"a", void()>, event<"b", void(void*)>>>);
}

TEST_CASE("values: arguments are read into their types") {
  arrival const arrived(R"(["name",{"name":"anna","age":9},null,"more"])", 1);
  std::tuple<user, std::optional<int>> into;
  CHECK(!detail::decode(arrived.packet, into));
  CHECK(std::get<0>(into).name == "anna");
  CHECK(std::get<0>(into).age == 9);
  CHECK(!std::get<1>(into));
}

TEST_CASE("values: what does not fit is told with its path") {
  arrival const arrived(R"(["name",1,{"name":"anna","age":9.5}])", 1);
  std::tuple<int, user> into;
  auto const wrong = detail::decode(arrived.packet, into);
  REQUIRE(wrong);
  CHECK(wrong->path == "[1].age");
  CHECK(wrong->reason.ends_with("found 9.5"));

  std::tuple<int, user, std::string> longer;
  CHECK(detail::decode(arrival(R"(["n",1,{"name":"","age":9}])", 1).packet, longer)->path == "[2]");
}

TEST_CASE("values: acknowledgements of one value, of several, and of any") {
  user one;
  CHECK(!detail::decode_ack(arrival(R"([{"name":"anna","age":9},"more"])").packet, one));
  CHECK(one.name == "anna");
  CHECK(detail::decode_ack(arrival(R"([{"name":7,"age":9}])").packet, one)->path == "[0].name");
  CHECK(one.name == "anna");  // untouched
  CHECK(detail::decode_ack(arrival("[]").packet, one)->path == "[0]");

  std::tuple<int, std::string> several;
  CHECK(!detail::decode_ack(arrival(R"([1,"a"])").packet, several));
  CHECK(several == std::tuple(1, "a"));
  CHECK(detail::decode_ack(arrival("[1]").packet, several)->path == "[1]");

  std::optional<int> maybe = 7;
  CHECK(!detail::decode_ack(arrival("[]").packet, maybe));
  CHECK(!maybe);

  arguments any;
  CHECK(!detail::decode_ack(arrival(R"([1,{"_placeholder":true,"num":0}])").packet, any));
  REQUIRE(any.size() == 2);
  CHECK(any[1].binary().text() == "\x01\x02");
}
