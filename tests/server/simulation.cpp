// SPDX-License-Identifier: MIT
// Whole servers in memory, with clients that do anything in any order.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "../transport/fakes.hpp"
#include <socketiopp/executor/caller.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

namespace {

using namespace socketiopp;
using namespace std::chrono_literals;
using fakes::texts;
using transport::loopback;

struct in_memory : default_policies {
  using transport = socketiopp::transport::loopback;
  using executor = socketiopp::executor::caller;
};
using io_socket = socketiopp::socket<any, in_memory>;

// What the server knows of a client.
struct life {
  std::vector<int> heard;
  int answers = 0;
  std::optional<reason> ended;
};

struct world {
  explicit world(unsigned seed) : random(seed) {
    auto& nsp = io.of<any>();
    nsp.on_connect([this](io_socket& s) {
      auto const who = s.auth()["who"].integer();
      lives[static_cast<std::size_t>(who)].emplace_back();
      s.join("everybody");
    });
    nsp.on("n", [this](io_socket& s, arguments args) {
      auto& mine = life_of(s);
      CHECK(!mine.ended);
      mine.heard.push_back(args.get<int>(0));
      s.emit("n", args.get<int>(0));
    });
    nsp.on("ask", [](arguments args) { return args.get<int>(0); });
    nsp.on_disconnect([this](io_socket& s, reason why) {
      CHECK(!life_of(s).ended);
      life_of(s).ended = why;
      ++ends;
    });
    nsp.on_error([this](io_socket&, event_error const&) { ++errors; });
    io.listen(network);
  }

  life& life_of(io_socket const& s) {
    return lives[static_cast<std::size_t>(s.auth()["who"].integer())].back();
  }
  std::size_t any_of(std::size_t below) { return random() % below; }

  std::mt19937 random;
  std::vector<std::vector<life>> lives{std::vector<std::vector<life>>(8)};
  int ends = 0, errors = 0;
  loopback::network network;
  basic_server<in_memory> io{{.ping_interval = 2s,
                              .ping_timeout = 1s,
                              .upgrade_timeout = 1s,
                              .connect_timeout = 3s,
                              .request_timeout = 5s}};
};

constexpr std::string_view path = "/socket.io/?EIO=4&transport=";

// A client that keeps the protocol, until it breaks off: polls, posts, and upgrades when it likes.
class client {
public:
  client(world& in, std::size_t number) : world_(in), number_(number) {}

  bool alive() const { return alive_; }

  void start() {
    alive_ = true;
    sent_ = echoed_ = 0;
    connected_ = upgraded_ = probing_ = false;
    sid_.clear();
    upgrade_ = {};
    poll_.emplace(world_);
    post_.emplace(world_);
    polling_ = posting_ = false;
    outbox_ = {connect_packet()};
    if (world_.any_of(3) == 0) {
      upgrade_.emplace(world_);
      upgrade_->wire.write(fakes::get(std::string(path) + "websocket", fakes::websocket_headers));
      upgraded_ = true;
      shaking_ = true;
    } else {
      poll_->wire.write(fakes::get(std::string(path) + "polling"));
      polling_ = true;
    }
  }

  // Does one thing.
  void act() {
    hear();
    if (!alive_) return;
    switch (world_.any_of(8)) {
      case 0:
      case 1:
      case 2:
        if (connected_) outbox_.push_back("42[\"n\"," + std::to_string(sent_++) + "]");
        break;
      case 3: send(); break;
      case 4: poll(); break;
      case 5: probe(); break;
      default:
        send();
        poll();
        break;
    }
  }

  void break_off() {
    for (auto* const each : {&poll_, &post_, &upgrade_})
      if (*each) (*each)->wire.close();
    alive_ = false;
  }

  // Everything has been said and heard.
  bool settled() const { return !alive_ || (connected_ && outbox_.empty() && !posting_ && echoed_ == sent_); }
  void settle() {
    hear();
    if (alive_) send();
    if (alive_) poll();
  }
  int sent() const { return sent_; }

private:
  struct line {
    explicit line(world& around) : wire(around.network.connect()) {
      wire.chop(1 + around.any_of(40));
      wire.limit(1 + around.any_of(200));
    }
    loopback::client wire;
    fakes::inbox in;
  };

  std::string connect_packet() const { return "40{\"who\":" + std::to_string(number_) + "}"; }
  std::string target() const { return std::string(path) + "polling&sid=" + sid_; }

  void hear() {
    for (auto* const each : {&poll_, &post_, &upgrade_})
      if (*each) (*each)->in.add((*each)->wire.read());
    if (polling_) {
      if (auto const answer = poll_->in.take_response(); answer.status != 0) {
        polling_ = false;
        if (answer.status != 200) return break_off();
        for (std::size_t at = 0; at <= answer.body.size();) {
          auto const end = std::min(answer.body.find('\x1e', at), answer.body.size());
          take(answer.body.substr(at, end - at));
          at = end + 1;
        }
      }
    }
    if (posting_) {
      if (auto const answer = post_->in.take_response(); answer.status != 0) {
        posting_ = false;
        if (answer.status != 200) return break_off();
      }
    }
    if (upgrade_ && shaking_) {
      auto const answer = upgrade_->in.take_response();
      if (answer.status != 0 && answer.status != 101) return break_off();
      shaking_ = answer.status == 0;
    }
    if (upgrade_ && !shaking_)
      for (auto const& frame : upgrade_->in.take_frames()) take(frame);
    if (!alive_) return;
    if (polling_ && poll_->wire.ended() && !poll_->in.take_response().status) return break_off();
    if (upgrade_ && upgrade_->wire.ended()) {
      if (upgraded_) return break_off();
      upgrade_.reset();
      probing_ = false;
    }
  }

  void take(std::string const& packet) {
    if (!alive_) return;
    if (packet.starts_with("0{")) {
      sid_ = packet.substr(8, 20);
    } else if (packet.starts_with("40{")) {
      connected_ = true;
    } else if (packet == "2") {
      if (world_.any_of(30) != 0) outbox_.push_back("3");
    } else if (packet == "3probe") {
      answered_ = true;
    } else if (packet == "1" || packet.starts_with("[close")) {
      if (upgraded_ || packet == "1") break_off();
    } else if (packet.starts_with("42[\"n\",")) {
      CHECK(packet == "42[\"n\"," + std::to_string(echoed_) + "]");
      ++echoed_;
    } else if (packet.starts_with("42[\"all\"")) {
      CHECK(connected_);
    } else if (packet != "6") {
      CHECK(packet == "something known");
    }
  }

  void send() {
    if (outbox_.empty() || sid_.empty()) return;
    if (upgraded_) {
      for (auto const& packet : std::exchange(outbox_, {})) upgrade_->wire.write(fakes::text_frame(packet));
    } else if (!posting_ && !answered_) {
      std::string body;
      for (auto const& packet : std::exchange(outbox_, {})) body += (body.empty() ? "" : "\x1e") + packet;
      auto const request = fakes::post(target(), body);
      auto const part = world_.any_of(request.size());
      post_->wire.write(request.substr(0, part));
      if (world_.any_of(4) == 0) world_.io.run();
      post_->wire.write(request.substr(part));
      posting_ = true;
    }
  }

  void poll() {
    if (polling_ || upgraded_ || sid_.empty() || answered_) return;
    poll_->wire.write(fakes::get(target()));
    polling_ = true;
  }

  void probe() {
    if (sid_.empty() || upgraded_) return;
    if (!upgrade_) {
      upgrade_.emplace(world_);
      upgrade_->wire.write(fakes::get(std::string(path) + "websocket&sid=" + sid_, fakes::websocket_headers));
      shaking_ = true;
      answered_ = false;
    } else if (!shaking_ && !probing_) {
      upgrade_->wire.write(fakes::text_frame("2probe"));
      probing_ = true;
    } else if (answered_ && !polling_ && !posting_) {  // as the official client does
      upgrade_->wire.write(fakes::text_frame("5"));
      upgraded_ = true;
      answered_ = false;
    }
  }

  world& world_;
  std::size_t number_;
  std::optional<line> poll_, post_, upgrade_;
  std::string sid_;
  texts outbox_;
  int sent_ = 0, echoed_ = 0;
  bool alive_ = false, connected_ = false, polling_ = false, posting_ = false;
  bool upgraded_ = false, probing_ = false, answered_ = false, shaking_ = false;
};

// Numbers from 0 on, none left out.
bool in_order(std::vector<int> const& heard) {
  for (std::size_t i = 0; i < heard.size(); ++i)
    if (heard[i] != static_cast<int>(i)) return false;
  return true;
}

}  // namespace

TEST_CASE("simulation: every message arrives once and in order, or the session ends on both sides") {
  int messages = 0, ends = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    world here(seed);
    std::vector<std::unique_ptr<client>> clients;
    for (std::size_t i = 0; i < here.lives.size(); ++i) clients.push_back(std::make_unique<client>(here, i));
    for (int step = 0; step < 400; ++step) {
      auto& one = *clients[here.any_of(clients.size())];
      switch (here.any_of(40)) {
        case 0: one.break_off(); break;
        case 1: here.io.executor().advance(std::chrono::milliseconds(here.any_of(400))); break;
        case 2: here.io.of<any>().to("everybody").emit("all", step); break;
        default: one.alive() ? one.act() : one.start();
      }
      if (here.any_of(3) != 0) here.io.run();
      for (auto const& lives : here.lives)
        for (auto const& each : lives) REQUIRE(in_order(each.heard));
    }
    for (int round = 0; round < 20'000; ++round) {
      here.io.run();
      for (auto const& each : clients) each->settle();
      if (std::all_of(clients.begin(), clients.end(), [](auto const& each) { return each->settled(); }))
        break;
      if (round % 100 == 99) here.io.executor().advance(100ms);
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      CAPTURE(i);
      CHECK(clients[i]->settled());
      if (!clients[i]->alive()) continue;
      CHECK(!here.lives[i].back().ended);
      CHECK(here.lives[i].back().heard.size() == static_cast<std::size_t>(clients[i]->sent()));
    }
    for (auto const& each : clients) each->break_off();
    here.io.run();
    here.io.executor().advance(1h);
    for (auto const& lives : here.lives)
      for (auto const& each : lives) {
        CHECK(each.ended);
        messages += static_cast<int>(each.heard.size());
      }
    CHECK(here.errors == 0);
    ends += here.ends;
  }
  CHECK(messages > 1000);
  CHECK(ends > 300);
}
