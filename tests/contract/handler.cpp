// SPDX-License-Identifier: MIT
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/contract/handler.hpp>

using socketiopp::detail::handler_fit;
using socketiopp::detail::handler_form;
using socketiopp::detail::handler_result;

namespace {

struct client {
  int number = 7;
};
struct other {};
struct reply {
  std::string* to = nullptr;
};

template <class F, class Ack, class... Args> using fit = handler_fit<F, client, std::tuple<Args...>, Ack>;

template <class... Args> handler_form plain_form(auto handler) {
  return fit<decltype(handler), void, Args...>::form;
}
template <class... Args> handler_form acked_form(auto handler) {
  return fit<decltype(handler), reply, Args...>::form;
}
template <class... Args> bool keeps(auto handler) {
  return fit<decltype(handler), void, Args...>::keeps_values();
}

void function(client&, std::string) {}

}  // namespace

TEST_CASE("handler: with or without the socket") {
  CHECK(plain_form<std::string>([](client&, std::string) {}) == handler_form::socket);
  CHECK(plain_form<std::string>([](client const&, std::string_view) {}) == handler_form::socket);
  CHECK(plain_form<std::string>([](std::string const&) {}) == handler_form::plain);
  CHECK(plain_form<std::string>([](std::string&&) {}) == handler_form::plain);
  CHECK(plain_form<>([](client&) {}) == handler_form::socket);
  CHECK(plain_form<>([] {}) == handler_form::plain);
  CHECK(plain_form<std::string>(function) == handler_form::socket);
  CHECK(plain_form<std::string>(&function) == handler_form::socket);
}

TEST_CASE("handler: with an acknowledgement for later") {
  CHECK(acked_form<int>([](client&, int, reply) {}) == handler_form::socket_and_ack);
  CHECK(acked_form<int>([](int, reply&&) {}) == handler_form::ack);
  CHECK(acked_form<int>([](client&, int) { return 1; }) == handler_form::socket);
  CHECK(acked_form<>([](reply) {}) == handler_form::ack);
  CHECK(plain_form<int>([](int, reply) {}) == handler_form::none);
}

TEST_CASE("handler: generic ones take the first form that they can be called in") {
  CHECK(plain_form<int>([](auto&, auto) {}) == handler_form::socket);
  CHECK(plain_form<int>([](auto) {}) == handler_form::plain);
  CHECK(acked_form<int>([](auto&&...) { return 1; }) == handler_form::socket);
  CHECK(acked_form<int>([](auto&, auto, auto) {}) == handler_form::socket_and_ack);
}

TEST_CASE("handler: those that do not fit") {
  CHECK(plain_form<std::string>([](other&, std::string) {}) == handler_form::none);
  CHECK(plain_form<std::string>([](client&, int) {}) == handler_form::none);
  CHECK(plain_form<std::string>([](client, std::string, int) {}) == handler_form::none);
  CHECK(plain_form<std::string>([](std::string&) {}) == handler_form::none);
  CHECK(plain_form<std::string>(7) == handler_form::none);
  CHECK(plain_form<std::string>(nullptr) == handler_form::none);
}

TEST_CASE("handler: parameters that are too narrow") {
  CHECK(keeps<int>([](int) {}));
  CHECK(keeps<int>([](client&, std::int64_t) {}));
  CHECK(keeps<std::int64_t>([](auto) {}));
  CHECK(keeps<std::string>([](std::string_view) {}));
  CHECK(!keeps<std::int64_t>([](int) {}));
  CHECK(!keeps<std::string, double>([](client&, std::string, float) {}));
  CHECK(!keeps<double>([](std::optional<int>) {}));
  CHECK(keeps<std::string>([](client&, int) {}));  // does not fit at all, which is said already
}

TEST_CASE("handler: is called in its form, and keeps its state") {
  client from;
  std::string said;
  auto const call = [&]<class F>(F handler) {
    std::tuple<std::string> args("text");
    fit<F, reply, std::string>::call(handler, from, args, [&] { return reply{&said}; });
  };
  call([&, kept = std::make_unique<int>(1)](client& who, std::string text) mutable {
    *kept += who.number;
    said = text + std::to_string(*kept);
  });
  CHECK(said == "text8");
  call([](std::string text, reply to) { *to.to = "later " + text; });
  CHECK(said == "later text");
  call([](client& who, std::string_view text, reply const& to) {
    *to.to = std::to_string(who.number) += text;
  });
  CHECK(said == "7text");
}

TEST_CASE("handler: its result is what it returns") {
  auto const by_value = [](std::string text) { return text.size(); };
  auto const by_reference = [](client& who) -> int const& { return who.number; };
  using value = fit<decltype(by_value), reply, std::string>;
  using reference = fit<decltype(by_reference), reply>;
  CHECK(std::is_same_v<handler_result<value, decltype(by_value), client, std::tuple<std::string>>,
                       std::size_t>);
  CHECK(std::is_same_v<handler_result<reference, decltype(by_reference), client, std::tuple<>>, int const&>);

  client from;
  std::tuple<> args;
  CHECK(&reference::call(by_reference, from, args, socketiopp::detail::no_ack) == &from.number);
}
