// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/typed/checked_contract.hpp>

namespace {

namespace sio = socketiopp;
using sio::detail::checked_contract;
using sio::detail::free_names_in;
using sio::detail::signatures_in;

struct sound {
  using to_server = sio::events<sio::event<"say", void(std::string)>, sio::event<"ask", int(int)>>;
  using to_client = sio::events<sio::event<"say", void(std::string)>>;
  using auth = std::string;
};

}  // namespace

TEST_CASE("checked_contract: one that is sound passes, also the open one") {
  CHECK(checked_contract<sound>::done);
  CHECK(checked_contract<sio::any>::done);
}

TEST_CASE("checked_contract: an event without a function type is noticed, and is still an event") {
  using strange = sio::event<"say", std::string>;
  CHECK(signatures_in<sio::events<sio::event<"say", void(std::string)>>>);
  CHECK_FALSE(signatures_in<sio::events<sio::event<"ask", int()>, strange>>);
  CHECK(strange::name == "say");
  CHECK_FALSE(strange::acknowledged);
}

TEST_CASE("checked_contract: names that servers keep are noticed (F-177)") {
  using sio::detail::free_server_names_in;
  CHECK(free_server_names_in<sio::events<sio::event<"refresh", void()>>>);
  CHECK_FALSE(free_server_names_in<sio::events<sio::event<"connection", void()>>>);
  CHECK_FALSE(free_server_names_in<sio::events<sio::event<"new_namespace", void()>>>);
}

TEST_CASE("checked_contract: names that both ends keep are noticed") {
  CHECK(free_names_in<sio::events<sio::event<"connected", void()>>>);
  CHECK_FALSE(free_names_in<sio::events<sio::event<"say", void()>, sio::event<"disconnecting", void()>>>);
  CHECK_FALSE(free_names_in<sio::events<sio::event<"newListener", void()>>>);
}
