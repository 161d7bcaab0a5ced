// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/admission.hpp>

namespace sio = socketiopp;

namespace {

/// What a decision came to: `in`, or the refusal's message.
struct outcome {
  std::vector<std::string> told;

  sio::decision decision() {
    return sio::decision(
        [this](sio::admission answer) { told.push_back(answer ? "in" : "out: " + answer.message()); });
  }
};

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("admission: in, or not and why") {
  CHECK(sio::admit);
  CHECK(sio::admission());
  CHECK_FALSE(sio::refuse());
  CHECK(sio::refuse().message().empty());
  CHECK_FALSE(sio::refuse("no token"));
  CHECK(sio::refuse("no token").message() == "no token");
  static_assert(!std::is_convertible_v<std::string, sio::admission>);  // a text alone says neither
  static_assert(!std::is_convertible_v<sio::admission, bool>);
}

TEST_CASE("admission: a decision is given once") {
  outcome o;
  {
    auto decide = o.decision();
    CHECK(o.told.empty());
    decide(sio::admit);
    decide(sio::refuse("too late"));
    decide(sio::admit);
  }
  CHECK(o.told == texts{"in"});
}

TEST_CASE("admission: a decision that nobody gives is a refusal, once") {
  outcome o;
  { auto const forgotten = o.decision(); }
  CHECK(o.told == texts{"out: "});
}

TEST_CASE("admission: a decision that is moved is given by its new owner") {
  outcome o;
  {
    std::optional<sio::decision> kept;
    {
      auto decide = o.decision();
      kept.emplace(std::move(decide));
      decide(sio::admit);  // NOLINT(bugprone-use-after-move): it must be harmless
    }
    CHECK(o.told.empty());
    (*kept)(sio::refuse("closed"));
  }
  CHECK(o.told == texts{"out: closed"});
  static_assert(!std::is_copy_constructible_v<sio::decision>);
  static_assert(!std::is_move_assignable_v<sio::decision>);
}

TEST_CASE("admission: whoever is told may destroy the decision, and call it again") {
  texts told;
  std::unique_ptr<sio::decision> decide;
  decide = std::make_unique<sio::decision>([&](sio::admission const& answer) {
    told.emplace_back(answer ? "in" : "out");
    if (decide) (*decide)(sio::refuse());
    decide.reset();
  });
  (*decide)(sio::admit);
  CHECK(told == texts{"in"});
  CHECK_FALSE(decide);
}
