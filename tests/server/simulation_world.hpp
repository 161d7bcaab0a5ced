// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/executor/caller.hpp>
#include <socketiopp/protocol/query.hpp>
#include <socketiopp/server.hpp>
#include <socketiopp/transport/loopback.hpp>

/// The server of a simulation, with books of what everybody is owed.
namespace simulation {

using namespace socketiopp;
using namespace std::chrono_literals;
using engine::time_point;
using transport::loopback;
using texts = std::vector<std::string>;

/// The executor of the simulated server, of which can be seen whether it was stopped.
class watched_caller : public executor::caller {
public:
  void stop() {
    stopped_ = true;
    caller::stop();
  }
  bool stopped() const { return stopped_; }

private:
  bool stopped_ = false;
};

struct in_memory : default_policies {
  using transport = socketiopp::transport::loopback;
  using executor = watched_caller;
};

struct seat;

struct contract {
  using to_server = events<>;
  using to_client = events<>;
  static constexpr bool open = true;
  struct data {
    seat* at = nullptr;
  };
};

using io_socket = socketiopp::socket<contract, in_memory>;
using io_namespace = namespace_<contract, in_memory>;

/// Random numbers that are the same everywhere.
class dice {
public:
  explicit dice(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t end) { return random_() % end; }
  int number(int end) { return static_cast<int>(below(static_cast<std::size_t>(end))); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::chrono::milliseconds up_to(std::chrono::milliseconds most) {
    return std::chrono::milliseconds(1 + below(static_cast<std::size_t>(most.count())));
  }

private:
  std::mt19937 random_;
};

/// What a message carries: all of it follows from its number.
struct content {
  explicit content(int of) : number(of) {
    auto const size = static_cast<std::size_t>(number);
    text.assign(size % 50 == 0 ? 3000 : size % 11 == 0 ? 500 : size % 37, static_cast<char>('a' + size % 26));
    if (number % 5 == 0) text += "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
    if (number % 4 != 3) return;
    for (int i = 0; i <= number % 3; ++i) {
      auto& part = parts.emplace_back();
      for (int j = 0; j < 3 + number % 70; ++j) part += static_cast<char>(number + i * 7 + j * 13);
    }
  }

  std::string json(std::string_view event) const {
    std::string made = "[";
    if (!event.empty()) made.append("\"").append(event).append("\",");
    made += std::to_string(number) + ",\"" + text + '"';
    for (std::size_t i = 0; i < parts.size(); ++i)
      made += R"(,{"_placeholder":true,"num":)" + std::to_string(i) + '}';
    return made + ']';
  }

  socketiopp::arguments arguments() const {
    std::vector<json::value> values{number, text};
    for (auto const& part : parts) values.emplace_back(binary(part));
    return socketiopp::arguments(std::move(values));
  }

  int number;
  std::string text;
  texts parts;
};

/// What stands in front of the JSON of a packet, from its type on.
inline std::string head(char type, std::size_t parts, std::string_view nsp, std::optional<std::uint64_t> id) {
  std::string made(1, parts == 0 ? type : static_cast<char>(type + 3));
  if (parts != 0) made += std::to_string(parts) + '-';
  if (nsp != "/") made.append(nsp).append(",");
  if (id) made += std::to_string(*id);
  return made;
}

/// A Socket.IO packet that the server has sent.
struct packet {
  std::string text;
  texts parts = {};
  bool is_volatile = false;
  bool may_be_dropped = false;

  bool is(packet const& other) const { return text == other.text && parts == other.parts; }
  /// In frames of WebSockets, in bytes.
  std::size_t size() const {
    auto const frame = [](std::size_t length) { return length + (length < 126 ? 2 : 4); };
    auto sum = frame(1 + text.size());
    for (auto const& part : parts) sum += frame(part.size());
    return sum;
  }
};

/// An event that a client has sent.
struct question {
  std::string nsp;
  int number;
  std::optional<std::uint64_t> id;
};

/// One client's time in one session, as the two sides see it.
struct life {
  life(int which, bool is_v3, unsigned seed) : number(which), v3(is_v3), random(seed) {}

  int number;
  bool v3;
  dice random;  // of its own: in which order the server visits several is not the simulation's to say
  std::deque<packet> to_client;    // sent by the server, and not received
  std::deque<question> to_server;  // sent by the client, and not heard
  std::vector<seat*> seats;        // in the order in which they were taken
  std::size_t biggest = 0;         // packet for the client, in bytes
  int refusals = 0;                // of namespaces, that the client awaits
  int dropped = 0, told = 0;       // messages of which the server was told
  std::optional<reason> ended;     // by the server, for all its seats
  time_point ended_at{};
  bool client_ended = false;

  // what may have ended it
  bool broke = false;       // a connection was cut, or closed by the client
  bool overlapped = false;  // two polls, or two POSTs, at a time
  bool overflowed = false;  // more waited for it than may
  bool pinged = false;      // a ping of WebSocket asked for a pong, which is not dropped
  bool delayed = false;     // time passed while something was under way
  bool mute = false;        // the client does nothing any more
  bool kicked = false;      // the server disconnected one of its sockets, of which the client might not know
  std::set<std::string> left;  // namespaces that the client left
};

/// One socket.
struct seat {
  seat(life& its, io_socket& at) : of(its), socket(&at), nsp(at.nsp()), id(at.id()) {}

  life& of;
  io_socket* socket;  // null when it has gone
  std::string nsp, id;
  std::set<std::string> rooms;
  std::uint64_t asked = 0;  // by the server, of this client
  bool ending = false;
  bool by_server = false;
};

/// A server that does anything at any time. Whatever it sends is noted, exactly as it must arrive.
class world {
public:
  explicit world(unsigned seed)
      : random(seed),
        policy(random.one_in(2) ? overflow::close : overflow::drop_newest),
        most_queued(std::vector<std::size_t>{2'000, 10'000, 1'000'000}[random.below(3)]),
        io(options()) {
    for (auto const* const name : {"/", "/a", "/b"}) set_up(io.of<contract>(name));
    io.listen(network);
  }

  // -- its life ------------------------------------------------------------------------------------------

  void run() {
    io.executor().run();
    for (auto const& each : seats_) {
      if (each->ending) continue;
      auto const queued = each->socket->queued_bytes();
      auto most = std::max(most_queued, each->of.biggest);
      if (each->of.v3) most += most / 3;  // binary data may become base64 when it is handed over
      if (queued > most + slack) wrong("too much is queued", each->of);
    }
  }
  void advance(std::chrono::milliseconds by) {
    io.executor().advance(by);
    run();
  }
  time_point now() { return io.executor().now(); }

  life& begin_life(bool v3) {
    auto const number = static_cast<int>(lives.size());
    return lives.emplace_back(number, v3, static_cast<unsigned>(random.below(1u << 30)));
  }

  /// Has the server do something, as its own work.
  void act() {
    io.post([this] {
      if (auto* const one = any_seat()) act_on(*one, random);
    });
  }

  /// Decides on a request that waits.
  void decide() {
    if (decisions_.empty()) return;
    auto const which =
        std::next(decisions_.begin(), static_cast<std::ptrdiff_t>(random.below(decisions_.size())));
    auto answer = std::move(*which);
    decisions_.erase(which);
    if (!random.one_in(8)) answer(random.one_in(6) ? refuse("not you") : admit);
  }
  void decide_all() {
    gates_wait = false;
    while (!decisions_.empty()) decide();
  }

  void close() {
    closing = true;
    note("server: closes");
    io.close(random.up_to(3s));
  }

  bool holds(life const& one) const {
    return std::any_of(seats_.begin(), seats_.end(),
                       [&](auto const& each) { return !each->ending && &each->of == &one; });
  }

  /// Whether so much may have waited for the client that its session ended of it.
  bool may_be_slow(life const& one) const {
    if (one.overflowed) return true;
    std::size_t owed = slack;  // what is not known exactly
    for (auto const& each : one.to_client) owed += each.size();
    return (one.refusals > 0 || one.pinged || one.kicked) && owed > most_queued;
  }

  /// Something must not be.
  void wrong(std::string const& what) {
    std::string last;
    for (auto const& line : log_) last += "\n  " + line;
    if (!failed) FAIL_CHECK(what << "; before that:" << last);
    failed = true;
  }
  void wrong(std::string const& what, life const& with) {
    wrong(what + ", client " + std::to_string(with.number));
  }
  void note(std::string line) {
    if (log_.size() == 60) log_.pop_front();
    log_.push_back(std::move(line));
  }

  // -- at the end ----------------------------------------------------------------------------------------

  std::size_t sessions() { return io.host().at(0).hub().size(); }
  std::size_t connections() { return io.host().at(0).endpoint().size(); }

  void check_that_nothing_is_left() {
    CHECK(sessions() == 0);
    CHECK(connections() == 0);
    CHECK(io.executor().asleep());
    CHECK(answered == asked);
    CHECK(seats_.empty());
    for (auto const& each : lives) CHECK(each.seats.empty());
  }

  dice random;
  overflow policy;
  std::size_t most_queued;
  std::deque<life> lives;
  bool gates_wait = true;
  bool closing = false;
  bool calm = false;  // nothing is delayed, and nobody breaks off
  bool failed = false;
  int asked = 0, answered = 0;  // by the server
  int heard = 0, ends = 0, drops = 0, drains = 0;
  std::set<reason> reasons;
  loopback::network network;

  struct server : basic_server<in_memory> {
    using basic_server<in_memory>::basic_server;
    using basic_server<in_memory>::host;
  };

private:
  static constexpr std::size_t slack = 64;  // a ping and a pong are not counted against the bound

  server_options options() {
    server_options made{.ping_interval = 2s,
                        .ping_timeout = 1s,
                        .upgrade_timeout = 1s,
                        .allow_eio3 = true,
                        .max_queued_bytes = most_queued,
                        .on_overflow = policy,
                        .connect_timeout = 3s,
                        .ack_timeout = 2s,
                        .head_timeout = 3s,
                        .request_timeout = 5s,
                        .keep_alive_timeout = 4s};
    made.allow_request = [this](http::request const&, decision answer) {
      if (gates_wait && random.one_in(4))
        decisions_.push_back(std::move(answer));
      else
        answer(admit);
    };
    made.generate_id = [this](http::request const&) {
      auto const number = std::to_string(sessions_made_++);
      return std::string(20 - number.size(), 's') + number;
    };
    return made;
  }

  void set_up(io_namespace& nsp) {
    nsp.on_connect([this](io_socket& s) { enter(s); });
    nsp.on("n", [this](io_socket& s, arguments args) { hear(s, args); });
    nsp.on("ask", [this](io_socket& s, arguments args, ack<arguments> reply) {
      auto& its = s.data().at->of;
      auto const at = s.data().at->id;
      auto const id = hear(s, args);  // after which the seat may be gone
      if (!id) return;
      owed_.push_back({at, s.nsp(), *id, std::move(reply)});
      if (calm ? s.queued_bytes() == 0 : !its.random.one_in(3)) answer_client(owed_.size() - 1);
    });
    nsp.on_disconnecting([this](io_socket& s, reason why) { leave(s, why); });
    nsp.on_disconnect([this](io_socket& s, reason) {
      auto const found = std::find_if(seats_.begin(), seats_.end(),
                                      [&](auto const& each) { return each.get() == s.data().at; });
      if (found == seats_.end() || !(*found)->ending) return wrong("a second end");
      seats_.erase(found);
      ++ends;
    });
    nsp.on_drain([this](io_socket& s) {
      auto& at = *s.data().at;
      ++drains;
      if (at.of.random.one_in(4)) act_on(at, at.of.random);
    });
    nsp.on_error([this](io_socket& s, event_error const& what) {
      auto& its = s.data().at->of;
      if (what.code == errc::slow_consumer && policy == overflow::drop_newest)
        ++its.told;
      else if (!its.overlapped)
        wrong(what.message, its);
    });
  }

  // -- what comes in -------------------------------------------------------------------------------------

  void enter(io_socket& s) {
    auto const number = protocol::query_value(s.handshake().query(), "life");
    auto& its = lives[std::stoul(std::string(number.value_or("0")))];
    auto& at = *seats_.emplace_back(std::make_unique<seat>(its, s));
    s.data().at = &at;
    its.seats.push_back(&at);
    note("server: " + std::to_string(its.number) + " enters " + at.nsp);
    if (its.v3 && at.nsp != "/") at.rooms.insert(at.nsp + '#' + at.id);
    expect(at, {.text = head('0', 0, at.nsp, {}) + (its.v3 ? "" : R"({"sid":")" + at.id + "\"}")});
    if (its.random.one_in(2)) join(at, its.random);
    if (its.random.one_in(4)) act_on(at, its.random);
  }

  std::optional<std::uint64_t> hear(io_socket& s, arguments const& args) {
    auto& at = *s.data().at;
    auto& its = at.of;
    ++heard;
    if (at.ending) wrong("heard after the end", its);
    content const what(args.get<int>(0));
    if (args != what.arguments()) wrong("heard " + std::to_string(what.number) + " changed", its);
    auto const first = its.to_server.begin();
    auto const found = its.overlapped
                           ? std::find_if(first, its.to_server.end(),
                                          [&](auto const& each) { return each.number == what.number; })
                           : first;
    if (found == its.to_server.end() || found->number != what.number || found->nsp != at.nsp) {
      wrong("heard " + std::to_string(what.number) + " out of order", its);
      return std::nullopt;
    }
    auto const id = found->id;
    its.to_server.erase(found);
    if (its.random.one_in(3)) act_on(at, its.random);
    return id;
  }

  void leave(io_socket& s, reason why) {
    auto& at = *s.data().at;
    auto& its = at.of;
    note("server: " + std::to_string(its.number) + " leaves " + at.nsp + ": " + std::string(to_string(why)));
    if (std::exchange(at.ending, true)) wrong("a second end", its);
    if (!plausible(at, why)) wrong("ended for no cause: " + std::string(to_string(why)), its);
    reasons.insert(why);
    std::set<std::string> rooms = at.rooms;
    rooms.insert(at.id);
    auto const names = s.rooms();
    if (std::set(names.begin(), names.end()) != rooms) wrong("in other rooms", its);
    if (why == reason::server_namespace_disconnect)
      expect(at, {.text = head('1', 0, at.nsp, {})});
    else if (why != reason::client_namespace_disconnect)
      end(its, why);
    std::erase(its.seats, &at);
    if (its.random.one_in(3) && !calm) broadcast(at.nsp, &at, its.random);
  }

  void end(life& its, reason why) {
    if (its.ended && its.ended != why) wrong("ended for two reasons", its);
    if (!its.ended) its.ended_at = now();
    its.ended = why;
  }

  bool plausible(seat const& at, reason why) const {
    auto const& its = at.of;
    if (calm && !closing && why != reason::client_namespace_disconnect) return its.mute || its.client_ended;
    switch (why) {
      case reason::transport_error: return its.broke || its.overlapped || its.delayed || its.mute;
      case reason::transport_close: return its.broke || its.delayed || its.mute || its.client_ended;
      case reason::ping_timeout: return its.delayed || its.mute || its.client_ended;
      case reason::server_shutting_down: return closing;
      case reason::slow_consumer: return may_be_slow(its);
      case reason::forced_server_close: return its.kicked || its.overlapped;
      case reason::client_namespace_disconnect: return its.left.contains(at.nsp);
      case reason::server_namespace_disconnect: return at.by_server;
      case reason::forced_close: return its.overlapped;  // an attachment may have come before its packet
      case reason::parse_error: break;
    }
    return false;
  }

  // -- what goes out -------------------------------------------------------------------------------------

  seat* any_seat() {
    std::vector<seat*> there;
    for (auto const& each : seats_)
      if (!each->ending) there.push_back(each.get());
    return there.empty() ? nullptr : there[random.below(there.size())];
  }

  void expect(seat const& at, packet what) {
    auto& its = at.of;
    if (its.ended) return;
    its.biggest = std::max(its.biggest, what.size());
    auto const queued = at.socket->queued_bytes();
    if (queued > 0 && queued + what.size() > most_queued && !what.is_volatile &&
        (policy == overflow::close || !what.may_be_dropped))
      its.overflowed = true;
    its.to_client.push_back(std::move(what));
  }
  packet event(content const& what, std::string_view nsp, bool is_volatile) const {
    return {.text = head('2', what.parts.size(), nsp, {}) + what.json("m"),
            .parts = what.parts,
            .is_volatile = is_volatile,
            .may_be_dropped = is_volatile || policy == overflow::drop_newest};
  }
  template <class To> static void emit(To&& to, content const& what) {
    if (what.parts.empty())
      to.emit("m", what.number, what.text);
    else
      to.emit("m", what.arguments());
  }

  void join(seat& at, dice& by) {
    auto const room = "r" + std::to_string(by.below(4));
    at.rooms.insert(room);
    at.socket->join(room);
  }

  /// Does something in the name of a seat that is taken.
  void act_on(seat& at, dice& by) {
    if (at.ending) return;
    if (calm) return at.socket->queued_bytes() == 0 ? send_one(at) : void();  // which is always taken
    switch (by.below(40)) {
      case 0: return by.one_in(3) ? disconnect(at, false) : void();
      case 1: return by.one_in(12) ? disconnect(at, true) : void();
      case 2:
      case 3:
      case 4: return join(at, by);
      case 5:
      case 6: {
        auto const room = "r" + std::to_string(by.below(4));
        at.rooms.erase(room);
        return at.socket->leave(room);
      }
      case 7:
      case 8:
      case 9:
      case 10: return ask(at);
      case 11:
      case 12:
      case 13:
      case 14: return owed_.empty() ? void() : answer_client(by.below(owed_.size()));
      case 15:
      case 16:
      case 17:
      case 18:
      case 19: return broadcast(at.nsp, by.one_in(2) ? &at : nullptr, by);
      case 20:
      case 21: return send_one(at, true);
      case 22:
        for (int i = 0; i < 6; ++i) send_one(at);
        [[fallthrough]];
      case 23: return send_one(at, true);
      default: return send_one(at);
    }
  }

  void send_one(seat& at, bool is_volatile = false) {
    content const what(next_number_++);
    expect(at, event(what, at.nsp, is_volatile));
    is_volatile ? emit(at.socket->volatile_(), what) : emit(*at.socket, what);
  }

  void disconnect(seat& at, bool whole) {
    if (calm) return;
    auto& its = at.of;
    its.kicked = true;
    if (!whole) {
      at.by_server = true;
      return at.socket->disconnect();
    }
    for (auto* const each : its.seats) each->by_server = true;
    note("server: throws " + std::to_string(its.number) + " out");
    at.socket->disconnect(true);
    if (!its.ended) end(its, reason::forced_server_close);
  }

  void broadcast(std::string const& nsp, seat const* sender, dice& by) {
    content const what(next_number_++);
    std::set<std::string> rooms, except;
    for (auto n = by.below(3); n > 0; --n) rooms.insert("r" + std::to_string(by.below(4)));
    if (by.one_in(4)) except.insert("r" + std::to_string(by.below(4)));
    if (auto* const one = by.one_in(8) ? any_seat() : nullptr)
      (by.one_in(2) ? rooms : except).insert(one->id);
    auto const is_volatile = by.one_in(4);

    auto const among = [](seat const& one, std::set<std::string> const& of) {
      return of.contains(one.id) ||
             std::any_of(of.begin(), of.end(), [&](auto const& room) { return one.rooms.contains(room); });
    };
    for (auto const& each : seats_)
      if (!each->ending && each->nsp == nsp && each.get() != sender &&
          (rooms.empty() || among(*each, rooms)) && !among(*each, except))
        expect(*each, event(what, nsp, is_volatile));

    auto chosen = sender ? sender->socket->broadcast() : io.of<contract>(nsp).compress(by.one_in(2));
    for (auto const& room : rooms) chosen = chosen.to(room);
    for (auto const& room : except) chosen = chosen.except(room);
    if (is_volatile) chosen = chosen.volatile_();
    emit(chosen, what);
  }

  void ask(seat& at) {
    auto const number = next_number_++;
    ++asked;
    auto const done = std::make_shared<bool>(false);
    at.socket->emit_with_ack("q", number,
                             [this, number, done, &its = at.of](std::error_code error, arguments args) {
                               ++answered;
                               if (std::exchange(*done, true)) wrong("answered twice", its);
                               if (!error && args.get<int>(0) != number) wrong("another answer", its);
                             });
    auto const id = at.asked++;  // of one that is not sent too
    if (*done) return;
    expect(at, {.text = head('2', 0, at.nsp, id) + "[\"q\"," + std::to_string(number) + ']'});
  }

  void answer_client(std::size_t which) {
    auto const [id, nsp, number, reply] = std::move(owed_[which]);
    owed_.erase(owed_.begin() + static_cast<std::ptrdiff_t>(which));
    content const what(next_number_++);
    for (auto const& each : seats_)
      if (!each->ending && each->id == id && each->nsp == nsp)
        expect(*each, {.text = head('3', what.parts.size(), nsp, number) + what.json({}),
                       .parts = what.parts,
                       .may_be_dropped = policy == overflow::drop_newest});
    reply(what.arguments());
  }

  struct owed_answer {
    std::string id, nsp;
    std::uint64_t number;
    ack<arguments> reply;
  };

  std::vector<std::unique_ptr<seat>> seats_;
  std::list<decision> decisions_;
  std::vector<owed_answer> owed_;
  std::deque<std::string> log_;
  int sessions_made_ = 0;
  int next_number_ = 0;

public:
  server io;  // last: what it tells while it ends goes into the books
};

}  // namespace simulation
