// SPDX-License-Identifier: MIT
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include <doctest/doctest.h>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/protocol/socket_packet.hpp>

using namespace socketiopp;

TEST_CASE("event: F-224: name, arguments and acknowledgement") {
  using said = event<"said", void(std::string const& text, int volume)>;
  CHECK(said::name == "said");
  CHECK(!said::acknowledged);
  CHECK(std::is_same_v<said::arguments, std::tuple<std::string, int>>);

  using count = event<"count", std::tuple<int, std::string>()>;
  CHECK(count::acknowledged);
  CHECK(std::is_same_v<count::ack_type, std::tuple<int, std::string>>);
  CHECK(std::is_same_v<count::arguments, std::tuple<>>);
}

TEST_CASE("event: any text is a name") {
  CHECK(event<"", void()>::name.empty());
  CHECK(event<"a\0b", void()>::name == std::string_view("a\0b", 3));
  CHECK(event<"\xc3\xa4 \"", void()>::name == "\xc3\xa4 \"");
}

TEST_CASE("event: the reserved names are those that the protocol refuses (W-167, F-176)") {
  for (std::string_view const name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}) {
    CAPTURE(name);
    CHECK(detail::reserved_event(name));
    CHECK(protocol::is_reserved_event(name));
  }
  for (std::string_view const name :
       {"", "Connect", "connection", "error", "connect ", "reconnect", "newlistener"}) {
    CAPTURE(name);
    CHECK(!detail::reserved_event(name));
    CHECK(!protocol::is_reserved_event(name));
  }
}

TEST_CASE("event: what is an event") {
  CHECK(detail::is_event<event<"a", void()>>);
  CHECK(!detail::is_event<void()>);
  CHECK(!detail::is_event<int>);
}
