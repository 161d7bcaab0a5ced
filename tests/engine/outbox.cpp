// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/outbox.hpp>
#include <socketiopp/engine/shared_packet.hpp>
#include <socketiopp/engine/turn.hpp>

namespace engine = socketiopp::engine;

namespace {

struct fixture {
  engine::options options{.max_queued_bytes = 100};
  engine::turn turn{[] {}};
  engine::outbox box{options, turn};
  std::string called;

  void push(std::string_view text) { box.push(engine::text_packet(text)); }
  void note(char who) {
    box.when_left([this, who] { called += who; });
  }
  /// A connection takes everything, and it leaves. Says what the box says.
  bool leave() {
    box.hand_over().clear();
    return box.left();
  }
  /// Offers a packet of which a WebSocket carries that many bytes, below 128.
  engine::fate offer(std::size_t bytes, std::size_t waiting, bool is_volatile = false) {
    auto const packet = engine::text_packet(std::string(bytes - 2, 'x'));
    return box.offer(std::span(&packet, 1), waiting, is_volatile);
  }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "outbox: keeps the order, and counts bytes as a WebSocket carries them") {
  CHECK(box.empty());
  CHECK(box.bytes() == 0);
  push("4a");
  push(std::string(126, '4'));  // whose header is longer
  CHECK(box.bytes() == 4 + 130);
  auto& packets = box.hand_over();
  CHECK(box.bytes() == 0);
  REQUIRE(packets.size() == 2);
  CHECK(packets[0].payload() == "4a");
  packets.clear();
  CHECK(box.empty());
  push("4b");
  CHECK(box.bytes() == 4);
  box.clear();
  CHECK(box.empty());
  CHECK(box.bytes() == 0);
}

TEST_CASE_FIXTURE(fixture, "outbox: calls when everything that was pushed before has left (W-113)") {
  push("a");
  note('a');
  note('b');
  push("b");
  note('c');
  box.left();  // of something earlier
  CHECK(called.empty());
  box.hand_over().clear();
  push("d");
  note('d');
  CHECK(called.empty());  // handed over, and not away
  box.left();
  CHECK(called == "abc");
  leave();
  CHECK(called == "abcd");
  leave();
  CHECK(called == "abcd");
}

TEST_CASE_FIXTURE(fixture, "outbox: where nothing waits, the next time is soon enough") {
  note('a');
  CHECK(called.empty());
  box.left();
  CHECK(called == "a");
}

TEST_CASE_FIXTURE(fixture, "outbox: those who are called may push, wait, forget and throw") {
  SUBCASE("push and wait again") {
    push("a");
    box.when_left([this] {
      push("b");
      note('b');
    });
    note('a');
    leave();
    CHECK(called == "a");
    leave();
    CHECK(called == "ab");
  }
  SUBCASE("forget") {
    push("a");
    box.when_left([this] {
      note('x');
      box.forget_waiting();
      box.clear();
    });
    note('y');
    leave();
    leave();
    CHECK(called.empty());
  }
  SUBCASE("throw") {
    push("a");
    box.when_left([] { throw std::runtime_error("no"); });
    note('a');
    leave();
    CHECK(called == "a");
  }
}

TEST_CASE_FIXTURE(fixture, "outbox: what is not called any more is destroyed") {
  auto const kept = std::make_shared<int>(0);
  push("a");
  box.when_left([kept] {});
  CHECK(kept.use_count() == 2);
  SUBCASE("forgotten") { box.forget_waiting(); }
  SUBCASE("called") { leave(); }
  CHECK(kept.use_count() == 1);
}

TEST_CASE_FIXTURE(fixture, "outbox: takes what fits, and whatever finds nothing waiting") {
  options.on_overflow = socketiopp::overflow::drop_newest;
  CHECK((offer(120, 0) == engine::fate::queued));
  CHECK((offer(90, 10) == engine::fate::queued));
  CHECK_FALSE(box.overflowed());
  CHECK((offer(91, 10) == engine::fate::refused));
  CHECK(box.overflowed());
  CHECK_FALSE(box.ends_session());
  CHECK((offer(5, 95) == engine::fate::queued));
  CHECK(box.bytes() == 215);
  CHECK(box.hand_over().size() == 3);
}

TEST_CASE_FIXTURE(fixture, "outbox: with close nothing more is taken after the first that is too much") {
  CHECK((offer(90, 0) == engine::fate::queued));
  CHECK((offer(90, 90) == engine::fate::dropped));
  CHECK(box.ends_session());
  CHECK((offer(2, 0) == engine::fate::dropped));
  leave();
  CHECK(box.ends_session());  // until somebody has dealt with it
}

TEST_CASE_FIXTURE(fixture, "outbox: a refusal is told once, until everything has left") {
  CHECK(box.tell_overflow());
  CHECK_FALSE(box.tell_overflow());
  push("a");
  box.left();
  CHECK_FALSE(box.tell_overflow());
  leave();
  CHECK(box.tell_overflow());
}

TEST_CASE_FIXTURE(fixture, "outbox: says once that all has left after something had to wait") {
  SUBCASE("nothing had to") {
    push("a");
    CHECK_FALSE(leave());
    CHECK_FALSE(box.left());
  }
  SUBCASE("somebody said so") {
    box.has_to_wait();
    push("a");
    CHECK_FALSE(box.left());
    CHECK(leave());
    CHECK_FALSE(leave());
  }
  SUBCASE("something was refused") {
    offer(100, 1);
    CHECK(leave());
    CHECK_FALSE(leave());
  }
  SUBCASE("the connection took longer than the turn") {
    push("a");
    box.hand_over().clear();
    turn.end();
    CHECK(box.left());
    CHECK_FALSE(box.left());
    turn.end();
    CHECK_FALSE(box.left());  // nothing had been handed over
  }
}

TEST_CASE_FIXTURE(fixture, "outbox: one pong waits, whatever else does") {
  box.push_pong();
  box.push_pong();
  push("4a");
  box.push_pong();
  auto& packets = box.hand_over();
  REQUIRE(packets.size() == 2);
  CHECK(packets[0].payload() == "3");
  packets.clear();
  box.push_pong();  // the other one is on its way
  CHECK(box.bytes() == 3);
}

TEST_CASE_FIXTURE(fixture, "outbox: has a bound, which packets that find nothing waiting may exceed") {
  using engine::fate;
  auto const offer = [this](std::size_t size, std::size_t elsewhere = 0) {
    std::array const all{engine::text_packet(std::string(size - 3, '4')), engine::text_packet("4")};
    return box.offer(all, box.bytes() + elsewhere);
  };
  options.on_overflow = socketiopp::overflow::drop_newest;
  CHECK(offer(1000) == fate::queued);
  box.clear();
  CHECK(offer(50) == fate::queued);  // two headers of two bytes more
  CHECK(box.bytes() == 52);
  CHECK_FALSE(box.overflowed());
  CHECK(offer(47) == fate::refused);
  CHECK(box.bytes() == 52);  // all or nothing
  CHECK(box.overflowed());
  CHECK_FALSE(box.ends_session());
  CHECK(offer(46) == fate::queued);
  CHECK(box.overflowed());  // until somebody has dealt with it
  box.forget_overflow();
  CHECK_FALSE(box.overflowed());
  CHECK(offer(5) == fate::refused);
  box.clear();
  CHECK(offer(5, 94) == fate::refused);
  CHECK(offer(4, 94) == fate::queued);
}

TEST_CASE_FIXTURE(fixture, "outbox: where too much ends the session, nothing more is taken") {
  push(std::string(90, '4'));
  CHECK(box.offer(std::array{engine::text_packet(std::string(20, '4'))}, box.bytes()) ==
        engine::fate::dropped);
  CHECK(box.ends_session());
  CHECK(box.offer(std::array{engine::text_packet("4")}, box.bytes()) == engine::fate::dropped);
}

TEST_CASE_FIXTURE(fixture, "outbox: an overflow is told once, and again when everything has left meanwhile") {
  CHECK(box.tell_overflow());
  CHECK_FALSE(box.tell_overflow());
  push("4a");
  box.hand_over().clear();
  push("4b");
  box.left();
  CHECK_FALSE(box.tell_overflow());
  leave();
  CHECK(box.tell_overflow());
}

TEST_CASE_FIXTURE(fixture, "outbox: says when everything has left after something had to wait") {
  auto const leaves = [this] {
    box.hand_over().clear();
    return box.left();
  };
  push("4a");
  CHECK_FALSE(leaves());  // in the same turn
  SUBCASE("because it could not leave at once") {
    box.has_to_wait();
    push("4a");
    CHECK(leaves());
  }
  SUBCASE("because it took another turn") {
    push("4a");
    box.hand_over().clear();
    turn.end();
    CHECK(box.left());
  }
  SUBCASE("because it was refused") {
    push("4a");
    box.offer(std::array{engine::text_packet(std::string(100, '4'))}, box.bytes());
    CHECK(leaves());
  }
  SUBCASE("not before the last has left") {
    box.has_to_wait();
    push("4a");
    box.hand_over().clear();
    push("4b");
    CHECK_FALSE(box.left());
    CHECK(leaves());
  }
  CHECK_FALSE(leaves());
}

TEST_CASE_FIXTURE(fixture, "outbox: a volatile packet without room is dropped, and ends nothing (F-143)") {
  for (auto const policy : {socketiopp::overflow::close, socketiopp::overflow::drop_newest}) {
    options.on_overflow = policy;
    CHECK(offer(50, 51, true) == engine::fate::dropped);
    CHECK(!box.overflowed());
    CHECK(offer(50, 50, true) == engine::fate::queued);
  }
}

TEST_CASE_FIXTURE(fixture, "outbox: a refused packet that the client needs ends the session in any case") {
  options.on_overflow = socketiopp::overflow::drop_newest;
  CHECK(offer(50, 51) == engine::fate::refused);
  CHECK(!box.ends_session());
  box.need_refused();
  CHECK(box.ends_session());
  CHECK(offer(2, 0) == engine::fate::dropped);
}
