// SPDX-License-Identifier: MIT
#include <chrono>
#include <cstddef>
#include <deque>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "fakes.hpp"
#include <socketiopp/engine/session_user.hpp>
#include <socketiopp/protocol/payload.hpp>

// What a user may rely on, whatever a client, the network and the user itself do: random lives of a session.

using namespace engine_test;
namespace protocol = socketiopp::protocol;

namespace {

/// A client that does anything that a client can, and knows what it has sent and received.
class life {
public:
  explicit life(unsigned seed) : random_(seed), on_(terms(seed)) {
    on_.on_accept = [this](engine::session&, record& log) {
      log.on_message = [this](engine::session& s, std::string_view) { react(s); };
      log.on_drain = [this](engine::session& s) {
        CHECK(s.queued_bytes() == 0);
        react(s);
      };
      log.on_close = [this](engine::session& s) { react(s); };
    };
    on_.on_bound = [this] {
      if (auto* const s = session()) react(*s);
    };
    if (chance(3))
      id_ = on_.open(*(transport_ = &sockets_.emplace_back()), true).id();
    else
      id_ = on_.open(requests_.emplace_back(), false).id();
  }

  /// Says whether the session lived to the end.
  bool run(int steps) {
    for (int i = 0; i < steps && session(); ++i) {
      step(*session());
      if (probe_ && probe_->over()) probe_ = nullptr;
      if (posting_ && posting_->over()) posting_ = nullptr;
      if (chance(2)) on_.settle();
      collect();
    }
    on_.settle();
    collect();
    if (session()) drain(*session());
    auto const lives = session() != nullptr;
    check(lives);
    return lives;
  }

private:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  engine::session* session() const { return on_.hub.find(id_); }
  record& log() { return on_.records.front(); }

  /// All kinds of lives: with room for everything, or for little, and both policies.
  static engine::options terms(unsigned seed) {
    engine::options made;
    if (seed % 3 != 0) made.max_queued_bytes = 60;
    if (seed % 3 == 1) made.on_overflow = socketiopp::overflow::drop_newest;
    return made;
  }

  /// Messages are numbered; what is refused or dropped has no number.
  void send(engine::session& to) {
    std::vector<engine::shared_packet> packets{engine::text_message("m" + std::to_string(sent_))};
    if (chance(6)) {
      auto const attached = "m" + std::to_string(sent_ + 1);
      packets.push_back(engine::binary_message(std::as_bytes(std::span(attached))));
    }
    auto const is_volatile = chance(5), writable = to.open() && to.writable();
    auto const what = to.send(packets, is_volatile);
    if (what == engine::fate::queued) sent_ += static_cast<int>(packets.size());
    if (is_volatile && !writable) CHECK(what == engine::fate::dropped);
    if (chance(8) && to.open())
      to.when_sent([this, number = awaited_++, &to] {
        CHECK(number == called_++);
        react(to);
      });
  }

  /// What the user does when it is called.
  void react(engine::session& s) {
    if (quiet_) return;
    if (chance(3)) send(s);
    if (chance(60)) end(s);
    if (chance(5)) send(s);
  }

  void end(engine::session& s) {
    if (chance(3))
      s.abort(reason::forced_close);
    else
      s.close(reason::forced_close);
  }

  void step(engine::session& s) {
    switch (random_() % 16) {
      case 0:
      case 1:
      case 2: send(s); break;
      case 3:
      case 4:
        if (!waiting_poll() || chance(20)) s.poll(requests_.emplace_back());
        break;
      case 5:
      case 6:
        if (!posting_ || chance(20)) {
          auto& request = requests_.emplace_back();
          if (s.post_begins(request)) posting_ = &request;
        }
        break;
      case 7:
      case 8:
        if (posting_) finish_post(s);
        break;
      case 9:
        if (!probe_) {
          auto& socket = sockets_.emplace_back();
          socket.carry(s, on_.turn);
          probed_ = false;
          if (s.probe(socket))
            probe_ = &socket;
          else
            socket.close(engine::no_status, {});  // as a transport does
        }
        break;
      case 10:
      case 11: talk(s); break;
      case 12:
        if (transport_) {
          transport_->slow = !chance(3);
          if (!transport_->open_for_more) catch_up(s, *transport_);
        }
        break;
      case 13: on_.pass(std::chrono::milliseconds(chance(4) ? random_() % 12'000 : random_() % 200)); break;
      case 14:
        if (chance(15)) drop_something(s);
        break;
      default:
        if (chance(40)) end(s);
    }
  }

  /// The next messages of the client as one payload, now and then with something else in it.
  std::string payload() {
    std::string body;
    for (auto n = random_() % 3 + 1; n-- > 0;) {
      if (!body.empty()) body += '\x1e';
      body += chance(6) ? "3" : message();
    }
    if (chance(80))
      body +=
          "\x1e"
          "junk";
    if (chance(80))
      body +=
          "\x1e"
          "1";
    return body;
  }
  std::string message() { return "4c" + std::to_string(said_++); }

  void finish_post(engine::session& s) {
    auto& request = *std::exchange(posting_, nullptr);
    auto body = payload();
    s.post(request, "text/plain", body);
  }

  void talk(engine::session& s) {
    if (probe_) {
      say(s, *probe_, chance(20) ? "4early" : std::exchange(probed_, true) ? "5" : "2probe");
      if (s.over_websocket()) transport_ = std::exchange(probe_, nullptr);
    } else if (transport_ && !transport_->over()) {
      say(s, *transport_, chance(6) ? "3" : chance(80) ? "junk" : message());
    }
  }

  void drop_something(engine::session& s) {
    if (posting_ && chance(2)) return lose(s, *std::exchange(posting_, nullptr));
    if (probe_ && chance(2)) return lose(s, *std::exchange(probe_, nullptr));
    if (transport_ && !transport_->over()) return lose(s, *transport_);
    if (auto* const get = waiting_poll()) lose(s, *get);
  }

  request_link* waiting_poll() {
    for (auto& request : requests_)
      if (&request != posting_ && !request.over()) return &request;
    return nullptr;
  }

  /// Reads what has come: the answers to polls first, for what goes over a WebSocket was sent later.
  void collect() {
    for (auto& request : requests_) {
      if (!request.type.starts_with("text/plain")) continue;
      protocol::for_each_packet(std::exchange(request.body, {}), [&](std::string_view packet) {
        hear(packet);
        return true;
      });
    }
    for (auto& socket : sockets_)
      for (auto const& packet : std::exchange(socket.sent, {})) hear(packet);
  }
  void hear(std::string_view packet) {
    std::string bytes;
    if (packet.starts_with("bin:"))
      bytes = packet.substr(4);
    else if (packet.starts_with('b'))
      protocol::base64_decode(packet.substr(1), bytes);
    else if (packet.starts_with('4'))
      bytes = packet.substr(1);
    if (bytes.starts_with('m')) REQUIRE(bytes.substr(1) == std::to_string(heard_++));
  }

  /// Takes what is left as a client does that behaves: everything must come, before the good-bye too.
  void drain(engine::session& s) {
    quiet_ = true;
    if (probe_) lose(s, *std::exchange(probe_, nullptr));
    if (transport_ && !transport_->over()) {
      transport_->slow = false;
      if (!transport_->open_for_more) catch_up(s, *transport_);
    } else if (!waiting_poll()) {
      s.poll(requests_.emplace_back());
    }
    on_.settle();
    collect();
    CHECK(heard_ == sent_);
    if (session()) CHECK(called_ == awaited_);
    CHECK((!session() || session()->open()));
  }

  void check(bool lives) {
    CHECK(log().closed.size() == (lives ? 0 : 1));
    if (lives) {
      CHECK(log().received.size() == static_cast<std::size_t>(said_));
      session()->abort(reason::server_shutting_down);
    }
    CHECK(on_.asleep());
    CHECK(on_.hub.size() == 0);
    CHECK(log().closed.size() == 1);
    CHECK(log().destroyed);
    CHECK(heard_ <= sent_);
    int number = 0;
    for (auto const& text : log().received) REQUIRE(text == "c" + std::to_string(number++));
    for (auto const& request : requests_) CHECK((request.over() || &request == posting_));
    for (auto const& socket : sockets_) CHECK(socket.over());
  }

  std::mt19937 random_;
  shard on_;
  std::deque<request_link> requests_;
  std::deque<socket_link> sockets_;
  engine::id id_;
  socket_link* transport_ = nullptr;
  socket_link* probe_ = nullptr;
  request_link* posting_ = nullptr;
  int sent_ = 0, heard_ = 0;      // messages of the server
  int said_ = 0;                  // messages of the client
  int awaited_ = 0, called_ = 0;  // calls of `when_sent`
  bool probed_ = false;
  bool quiet_ = false;  // the user does nothing of its own
};

}  // namespace

TEST_CASE("session_user: each message once and in order, one end, every request answered, in any life") {
  int lived = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    CAPTURE(seed);
    if (life(seed).run(150)) ++lived;
  }
  CHECK(lived > 30);  // the lives are of both kinds
  CHECK(lived < 370);
}
