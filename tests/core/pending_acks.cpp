// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/core/pending_acks.hpp>
#include <socketiopp/json/rapidjson.hpp>

namespace core = socketiopp::core;
namespace engine = socketiopp::engine;
using namespace std::chrono_literals;
using codec = socketiopp::json::rapidjson;
using pending = core::pending_acks<codec>;
using socketiopp::errc;

namespace {

struct scene {
  engine::turn turn{[] {}};
  pending acks{turn};
  std::vector<std::string> heard;

  pending::callback note(std::string who) {
    return [this, who](std::error_code error, core::incoming<codec> const* answer) {
      heard.push_back(who + (answer ? " answer" : error == errc::no_answer ? " no_answer" : " failed"));
    };
  }
  void settle(std::uint64_t id) {
    std::string text = "[]";
    codec::document answer;
    CHECK(answer.parse(text.data(), text.size()));
    acks.settle(id, {.name = {}, .array = answer.root()});
  }
};

using texts = std::vector<std::string>;
engine::time_point const start{1h};

}  // namespace

TEST_CASE("pending_acks: ids count up, each callback is called once") {
  scene s;
  CHECK(s.acks.next_id() == 0);
  s.acks.add(s.note("a"), start);
  CHECK(s.acks.next_id() == 1);
  s.acks.add(s.note("b"), start);
  s.settle(1);
  s.settle(1);
  s.settle(2);
  s.settle(~std::uint64_t{0});
  CHECK(s.heard == texts{"b answer"});
  CHECK(s.acks.size() == 1);
  s.turn.advance(start);
  CHECK(s.heard == texts{"b answer", "a no_answer"});
  s.settle(0);
  s.acks.fail_all(errc::disconnected);
  CHECK(s.heard.size() == 2);
  CHECK(s.acks.next_id() == 2);
}

TEST_CASE("pending_acks: deadlines are their own, whatever the order of the asking") {
  scene s;
  s.turn.advance(start);
  s.acks.add(s.note("late"), start + 2s);
  s.acks.add(s.note("early"), start + 1s);
  s.turn.advance(start + 1s - 1ms);
  CHECK(s.heard.empty());
  s.turn.advance(start + 1s);
  CHECK(s.heard == texts{"early no_answer"});
  s.turn.advance(start + 1h);
  CHECK(s.heard == texts{"early no_answer", "late no_answer"});
}

TEST_CASE("pending_acks: a callback may await again and settle others") {
  scene s;
  s.acks.add([&](auto, auto const*) { s.settle(1); }, start);
  s.acks.add([&](auto, auto const*) { s.acks.add(s.note("third"), start); }, start);
  s.settle(0);
  CHECK(s.acks.size() == 1);
  s.settle(2);
  CHECK(s.heard == texts{"third answer"});
}

TEST_CASE("pending_acks: fail_all fails also what its callbacks add") {
  scene s;
  s.acks.add([&](auto, auto const*) { s.acks.add(s.note("again"), start); }, start);
  s.acks.add(s.note("other"), start);
  s.acks.fail_all(errc::disconnected);
  CHECK(s.acks.size() == 0);
  CHECK(s.heard.size() == 2);
}

TEST_CASE("pending_acks: who is destroyed calls nobody") {
  scene s;
  {
    pending gone(s.turn);
    gone.add(s.note("gone"), start);
  }
  s.turn.advance(start + 1s);
  CHECK(s.heard.empty());
}
