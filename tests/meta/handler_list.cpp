// SPDX-License-Identifier: MIT
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include <socketiopp/meta/handler_list.hpp>

using socketiopp::registration;
using functions = socketiopp::meta::handler_list<void()>;

namespace {

void call(functions& all, bool shared = false) {
  all.for_each(
      [](auto const& one) {
        one();
        return true;
      },
      shared);
}

struct scene {
  std::string heard;
  functions all;
  auto say(std::string what) {
    return [this, what] { heard += what; };
  }
  std::string call_all() {
    heard.clear();
    call(all);
    return heard;
  }
};

}  // namespace

TEST_CASE("handler_list: functions are called in their order, the first ones before the others") {
  scene s;
  CHECK(s.all.empty());
  s.all.add(s.say("a"));
  s.all.add(s.say("b"));
  s.all.add_first(s.say("c"));
  CHECK(!s.all.empty());
  CHECK(s.call_all() == "cab");
}

TEST_CASE("handler_list: F-131: one that is called once, and one that is removed") {
  scene s;
  s.all.add_once(s.say("a"));
  auto handle = s.all.add(s.say("b"));
  s.all.add(s.say("c"));
  CHECK(s.call_all() == "abc");
  CHECK(s.call_all() == "bc");
  CHECK(handle);
  handle.remove();
  handle.remove();
  CHECK(!handle);
  CHECK(s.call_all() == "c");
  CHECK(!registration());
  registration().remove();
}

TEST_CASE("handler_list: one that was not called after all is still there") {
  functions all;
  all.add_once([] {});
  all.for_each([](auto const&) { return false; });
  int calls = 0;
  for (int i = 0; i < 2; ++i) all.for_each([&](auto const&) { return ++calls, true; });
  CHECK(calls == 1);
}

TEST_CASE("handler_list: one may add and remove while it runs") {
  scene s;
  registration later;
  s.all.add([&] {
    s.heard += "1";
    s.all.add_first(s.say("first"));
    s.all.add(s.say("last"));
    later.remove();
  });
  auto self = std::make_shared<registration>();
  *self = s.all.add([&, self, big = std::string(100, 'x')] {
    self->remove();
    s.heard += big.substr(0, 1);
  });
  later = s.all.add(s.say("never"));
  CHECK(s.call_all() == "1x");
  CHECK(s.call_all() == "first1last");
}

TEST_CASE("handler_list: a handle outlives its list") {
  registration handle;
  {
    functions all;
    handle = all.add([] {});
    CHECK(handle);
  }
  CHECK(!handle);
  handle.remove();
}

TEST_CASE("handler_list: shared by threads, removal and once work the same") {
  scene s;
  s.all.add_once(s.say("a"));
  auto handle = s.all.add(s.say("b"));
  call(s.all, true);
  call(s.all, true);
  CHECK(s.heard == "abb");
  handle.remove();
  call(s.all, true);
  CHECK(s.heard == "abb");
}
