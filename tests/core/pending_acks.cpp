// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/core/pending_acks.hpp>
#include <socketiopp/policies.hpp>

namespace core = socketiopp::core;
namespace engine = socketiopp::engine;
using namespace std::chrono_literals;
using policies = socketiopp::default_policies;
using codec = policies::json;
using pending = core::pending_acks<policies>;
using socketiopp::errc;

namespace {

struct scene {
  engine::turn turn{[] {}};
  pending acks{turn};
  std::vector<std::string> heard;

  pending::callback note(std::string who) {
    return [this, who](std::error_code error, core::incoming<policies> const* answer) {
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

TEST_CASE("pending_acks: F-151, F-152: each callback is called once") {
  scene s;
  s.acks.add(0, s.note("a"), start);
  s.acks.add(core::shared_ack_ids, s.note("b"), start);
  s.settle(core::shared_ack_ids);
  s.settle(core::shared_ack_ids);
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
}

TEST_CASE("pending_acks: deadlines are their own, whatever the order of the asking") {
  scene s;
  s.turn.advance(start);
  s.acks.add(0, s.note("late"), start + 2s);
  s.acks.add(1, s.note("early"), start + 1s);
  s.turn.advance(start + 1s - 1ms);
  CHECK(s.heard.empty());
  s.turn.advance(start + 1s);
  CHECK(s.heard == texts{"early no_answer"});
  s.turn.advance(start + 1h);
  CHECK(s.heard == texts{"early no_answer", "late no_answer"});
}

TEST_CASE("pending_acks: a callback may await again and settle others") {
  scene s;
  s.acks.add(
      0, [&](auto, auto const*) { s.settle(1); }, start);
  s.acks.add(
      1, [&](auto, auto const*) { s.acks.add(2, s.note("third"), start); }, start);
  s.settle(0);
  CHECK(s.acks.size() == 1);
  s.settle(2);
  CHECK(s.heard == texts{"third answer"});
}

TEST_CASE("pending_acks: fail_all fails also what its callbacks add") {
  scene s;
  s.acks.add(
      0, [&](auto, auto const*) { s.acks.add(2, s.note("again"), start); }, start);
  s.acks.add(1, s.note("other"), start);
  s.acks.fail_all(errc::disconnected);
  CHECK(s.acks.size() == 0);
  CHECK(s.heard.size() == 2);
}

TEST_CASE("pending_acks: who is destroyed calls nobody") {
  scene s;
  {
    pending gone(s.turn);
    gone.add(0, s.note("gone"), start);
  }
  s.turn.advance(start + 1s);
  CHECK(s.heard.empty());
}

TEST_CASE("pending_acks: what is forgotten is not called, neither by an answer nor at its deadline") {
  scene s;
  auto const owned = std::make_shared<int>();
  s.acks.add(
      0, [&, owned](auto, auto const*) { s.heard.emplace_back("forgotten"); }, start);
  s.acks.add(
      1, [&](auto, auto const*) { s.acks.forget(1); }, start);
  s.acks.forget(0);
  s.acks.forget(7);
  CHECK(owned.use_count() == 1);
  s.settle(0);
  s.settle(1);
  s.turn.advance(start + 1s);
  CHECK(s.heard.empty());
  CHECK(s.acks.size() == 0);
}
