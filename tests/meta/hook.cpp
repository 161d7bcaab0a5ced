// SPDX-License-Identifier: MIT
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <socketiopp/meta/hook.hpp>

using socketiopp::meta::hook;

TEST_CASE("hook: calls what was added, in that order") {
  hook<std::string const&> const none;
  CHECK(none.empty());
  none("nobody hears it");

  std::string heard;
  hook<std::string const&> two;
  two.add([&](std::string const& said) { heard += "1" + said; });
  two.add([&, only = std::make_unique<int>(2)](std::string const& said) {
    heard += std::to_string(*only) + said;
  });
  CHECK(!two.empty());
  two("a");
  two("b");
  CHECK(heard == "1a2a1b2b");
}

TEST_CASE("hook: one that throws does not keep the others from hearing") {
  std::string heard;
  hook<int> three;
  three.add([](int) { throw std::runtime_error("oops"); });
  three.add([](int) { throw 42; });
  three.add([&](int value) { heard += std::to_string(value); });
  CHECK_NOTHROW(three(7));
  CHECK(heard == "7");
}

TEST_CASE("hook: one may add others while it runs, which are called from the next time on") {
  int calls = 0;
  hook<> growing;
  std::string const captured(1000, 'x');  // would be seen to move
  growing.add([&, captured] {
    for (int i = 0; i < 100; ++i) growing.add([&] { ++calls; });
    CHECK(captured == std::string(1000, 'x'));
  });
  growing();
  CHECK(calls == 0);
  growing();
  CHECK(calls == 100);
}

TEST_CASE("hook: what it is called with may be changed by each") {
  hook<std::string&> two;
  two.add([](std::string& text) { text += "a"; });
  two.add([](std::string& text) { text += "b"; });
  std::string text;
  std::move(two)(text);
  CHECK(text == "ab");
}
