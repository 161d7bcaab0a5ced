// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/unique_function.hpp>

namespace {

struct queue final : socketiopp::engine::place {
  ~queue() { retire(); }
  bool here() const override { return false; }
  void post(socketiopp::unique_function<void()> work) override { waiting.push_back(std::move(work)); }
  std::vector<socketiopp::unique_function<void()>> waiting;
};

}  // namespace

TEST_CASE("place: takes work from whoever sees it, to be done later and in order") {
  queue made;
  socketiopp::engine::place& seen = made;
  std::string order;
  seen.post([&] { order += 'a'; });
  seen.post([&] { order += 'b'; });
  CHECK_FALSE(seen.here());
  CHECK(order.empty());
  for (auto const& work : made.waiting) work();
  CHECK(order == "ab");
}

TEST_CASE("place: who outlives it posts to it while it is there, and to nobody afterwards") {
  std::optional<queue> made(std::in_place);
  auto const lasting = made->lasting();
  auto const held = std::make_shared<int>();
  std::string order;
  lasting->post([&] { order += 'a'; });
  CHECK_FALSE(lasting->here());
  REQUIRE(made->waiting.size() == 1);
  made->waiting[0]();
  lasting->post([&, held] { order += 'b'; });
  CHECK(held.use_count() == 2);
  made.reset();
  CHECK(held.use_count() == 1);
  lasting->post([&, held] { order += 'c'; });
  CHECK(held.use_count() == 1);
  CHECK_FALSE(lasting->here());
  CHECK(order == "a");
}

TEST_CASE("place: what has been posted knows that it is inside, on its own thread") {
  queue made;
  auto const& lasting = made.lasting();
  CHECK_FALSE(lasting->inside());
  lasting->post([&] {
    CHECK(lasting->inside());
    lasting->run([&] { CHECK(lasting->inside()); });
    CHECK(lasting->inside());
    bool elsewhere = true;
    std::thread([&] { elsewhere = lasting->inside(); }).join();
    CHECK_FALSE(elsewhere);
    throw 1;
  });
  CHECK_THROWS_AS(made.waiting[0](), int);
  CHECK_FALSE(lasting->inside());
  made.post([&] { CHECK_FALSE(lasting->inside()); });  // it is not known
  made.waiting[1]();
}

TEST_CASE("place: work that is dropped may post") {
  auto made = std::make_optional<queue>();
  auto const lasting = made->lasting();
  struct poster {
    explicit poster(std::shared_ptr<socketiopp::engine::lasting_place> where) : to(std::move(where)) {}
    std::shared_ptr<socketiopp::engine::lasting_place> to;
    ~poster() {
      to->post([] {});
    }
  };
  lasting->post([last = std::make_shared<poster>(lasting)] {});
  made.reset();
  lasting->post([last = std::make_shared<poster>(lasting)] {});
}
