// SPDX-License-Identifier: MIT
#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../core/fakes.hpp"
#include <socketiopp/contract.hpp>
#include <socketiopp/typed/gathering.hpp>
#include <socketiopp/typed/remote_socket.hpp>
#include <socketiopp/typed/roll_call.hpp>
#include <socketiopp/typed/selection.hpp>

using namespace fakes;

namespace {

/// One of several places, each of which does its work when the test says so.
class spot final : public engine::place {
public:
  explicit spot(spot const*& now) : now_(now) {}

  bool here() const override { return now_ == this; }
  void post(unique_function<void()> work) override { posted_.push_back(std::move(work)); }

  /// Does something on it.
  template <class F> void visit(F work) {
    auto const* const before = std::exchange(now_, this);
    work();
    now_ = before;
  }
  bool run() {
    if (posted_.empty()) return false;
    auto const work = std::move(posted_.front());
    posted_.pop_front();
    visit([&] { work(); });
    return true;
  }

private:
  spot const*& now_;
  std::deque<unique_function<void()>> posted_;
};

/// A shard with a client.
struct shard_of_one {
  shard_of_one(std::size_t index, spot const*& now, core::options const& options,
               engine::options const& engine_options, core::directory<policies>& namespaces,
               std::vector<std::unique_ptr<core::shard<policies>>>& all)
      : where(now),
        hub(
            engine_options, turn,
            [&all, index](engine::session& opened) { return all[index]->accept(opened); },
            [](bound_hit const&) {}) {
    all.push_back(std::make_unique<core::shard<policies>>(index, options, namespaces, hub, where, false));
    turn.advance(engine::time_point(1h));
  }

  void say(std::string packet) {
    packet.insert(0, "4");
    where.visit([&] {
      hub.find(session)->receive_text(over, packet);
      turn.end();
    });
  }
  void connect(recorder& to) {
    where.visit([&] { session = hub.open(hub.claim_next_id(), over, true, {}).id(); });
    say("0");
    id = name(*to.sockets.back());
    over.heard.clear();
  }
  texts hear() {
    where.visit([&] { turn.end(); });
    return std::exchange(over.heard, {});
  }

  spot where;
  engine::turn turn{[] {}};
  engine::hub hub;
  fakes::link over;
  engine::id session;
  std::string id;
};

/// Three shards with a namespace; the client of the first is in no room, the others are in `a`.
struct three {
  spot const* now = nullptr;
  core::options options;
  engine::options engine_options{.ping_interval = 24h, .ping_timeout = 24h};
  core::directory<policies> namespaces;
  std::vector<std::unique_ptr<core::shard<policies>>> all;
  shard_of_one first{0, now, options, engine_options, namespaces, all};
  shard_of_one second{1, now, options, engine_options, namespaces, all};
  shard_of_one third{2, now, options, engine_options, namespaces, all};
  std::shared_ptr<recorder> main = std::make_shared<recorder>("/", all);
  texts heard;

  three() {
    namespaces.add(main);
    for (auto* const each : {&first, &second, &third}) each->connect(*main);
    everybody().to(second.id, third.id).sockets_join("a");
    run();
    main->log.clear();
  }

  /// Until nothing is left to do.
  void run() {
    while (first.where.run() || second.where.run() || third.where.run()) {}
  }

  selection<any, policies> everybody() { return {*main, {}}; }
  std::string who(std::string_view id) const {
    return id == first.id ? "first" : id == second.id ? "second" : id == third.id ? "third" : "nobody";
  }
  void note(spot const& wanted, std::string what) {
    CHECK(wanted.here());
    heard.push_back(std::move(what));
  }
  auto each(spot const& at) {
    return [this, &at](std::string_view id, std::error_code error, arguments const& answer) {
      note(at, who(id) + " " + (error ? error.message() : std::to_string(answer.get<int>(0))));
    };
  }
  auto done(spot const& at) {
    return [this, &at](std::error_code error) { note(at, error ? "done: some are missing" : "done"); };
  }
};

auto const ack_id = std::to_string(core::shared_ack_ids);

}  // namespace

TEST_CASE("gathering: a question to sockets of all shards comes together where it was asked") {
  three f;
  SUBCASE("on the first shard") {
    f.first.where.visit(
        [&] { f.everybody().to("a").emit_with_each_ack("?", f.each(f.first.where), f.done(f.first.where)); });
  }
  SUBCASE("on no shard, which is as on the first") {
    f.everybody().to("a").emit_with_each_ack("?", f.each(f.first.where), f.done(f.first.where));
  }
  f.run();
  CHECK(f.heard.empty());
  CHECK(f.first.hear().empty());
  for (auto* const each : {&f.third, &f.second}) {
    CHECK(each->hear() == texts{"42" + ack_id + "[\"?\"]"});
    each->say("3" + ack_id + "[7]");
  }
  CHECK(f.heard.empty());
  f.second.where.run();
  f.third.where.run();
  f.run();
  REQUIRE(f.heard.size() == 3);
  CHECK(f.heard[0] == "third 7");
  CHECK(f.heard[1] == "second 7");
  CHECK(f.heard[2] == "done");
}

TEST_CASE("gathering: it is not over before the last shard has said whom it asks") {
  three f;
  f.second.where.visit(
      [&] { f.everybody().to("a").emit_with_each_ack("?", f.each(f.second.where), f.done(f.second.where)); });
  f.second.say("3" + ack_id + "[1]");
  CHECK(f.heard == texts{"second 1"});
  f.first.where.run();
  f.second.where.run();
  CHECK(f.heard.size() == 1);
  f.run();
  f.third.say("3" + ack_id + "[2]");
  f.run();
  CHECK(f.heard == texts{"second 1", "third 2", "done"});
}

TEST_CASE("gathering: nobody on any shard") {
  three f;
  f.everybody().to("nobody").emit_with_each_ack("?", f.each(f.first.where), f.done(f.first.where));
  CHECK(f.heard.empty());
  f.run();
  CHECK(f.heard == texts{"done"});
}

TEST_CASE("gathering: who throws is told on the shard of the socket that answered") {
  three f;
  f.first.where.visit([&] {
    f.everybody()
        .to(f.third.id)
        .emit_with_each_ack(
            "?",
            [](std::string_view, std::error_code, arguments const&) { throw std::runtime_error("each"); },
            f.done(f.first.where));
  });
  f.run();
  f.main->then_error = [&](core_socket& about) {
    CHECK(f.third.where.here());
    CHECK(name(about) == f.third.id);
  };
  f.third.say("3" + ack_id + "[1]");
  f.run();
  CHECK(f.heard == texts{"done"});
  CHECK(f.main->log.size() == 1);
}

TEST_CASE("gathering: sockets are listed, joined and disconnected on all shards (F-148)") {
  three f;
  std::size_t found = 0;
  f.third.where.visit([&] {
    f.everybody().fetch_sockets([&](std::error_code error, std::vector<remote_socket<any, policies>> all) {
      CHECK(!error);
      CHECK(f.third.where.here());
      found = all.size();
    });
  });
  CHECK(found == 0);
  f.run();
  CHECK(found == 3);
  f.everybody().except("a").sockets_join("b");
  f.everybody().to("b").emit("in b");
  f.run();
  CHECK(f.first.hear() == texts{"42[\"in b\"]"});
  CHECK(f.second.hear().empty());
  f.everybody().to("a").disconnect_sockets();
  f.run();
  CHECK(f.first.hear().empty());
  CHECK(f.second.hear() == texts{"41"});
  CHECK(f.third.hear() == texts{"41"});
}
