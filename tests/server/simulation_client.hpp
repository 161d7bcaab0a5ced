// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../transport/fakes.hpp"
#include "simulation_world.hpp"
#include <socketiopp/protocol/base64.hpp>
#include <socketiopp/protocol/payload_v3.hpp>

/// The clients of a simulation, and the network between them and the server.
namespace simulation {

/// A TCP connection on which bytes are under way for as long as the simulation likes.
class line {
public:
  enum class use { nothing, opening, poll, post, handshake, websocket };

  line(loopback::network& network, dice& random) : wire_(network.connect()) {
    if (random.one_in(2)) wire_.chop(1 + random.below(60));
    if (random.one_in(2)) wire_.limit(16 + random.below(400));
  }

  void write(std::string_view bytes) { under_way_ += bytes; }
  void deliver(std::size_t most) {
    if (under_way_.empty()) return;
    wire_.write(std::string_view(under_way_).substr(0, most));
    under_way_.erase(0, most);
  }
  void read() { in.add(wire_.read()); }
  void hurry() {
    wire_.limit(std::string::npos);
    deliver(std::string::npos);
  }
  void close() { wire_.close(); }

  std::size_t under_way() const { return under_way_.size(); }
  bool ended() const { return wire_.ended(); }

  fakes::inbox in;
  use used_for = use::nothing;

private:
  loopback::client wire_;
  std::string under_way_;
};

/// A client of Socket.IO v4 or v2 that keeps the protocol, until it breaks off.
class client {
public:
  explicit client(world& in) : world_(in) {}

  /// Begins a new life, over a WebSocket alone if that is said.
  void start(bool only_websocket = false) {
    auto& random = world_.random;
    life_ = &world_.begin_life(!only_websocket && random.one_in(4));
    lines_.clear();
    said_.clear();
    joined_.clear();
    joining_.clear();
    assembling_.reset();
    sid_.clear();
    socket_ = extra_ = nullptr;
    upgraded_ = probing_ = probed_ = stuck_ = closing_ = carries_ = false;
    waking_ = 0;
    next_id_ = 0;
    last_ping_ = world_.now();
    base64_ = life_->v3 && random.one_in(3);
    upgrades_ = random.one_in(2);
    shy_ = !only_websocket && random.one_in(12);
    alive_ = true;
    if (life_->v3)
      joining_.insert("/");
    else if (!shy_)
      join("/");
    if (only_websocket || random.one_in(3)) {
      socket_ = &add_line();
      upgraded_ = true;
      ask_for_websocket(*socket_);
    } else {
      auto& one = add_line();
      one.write(fakes::get(target("polling")));
      one.used_for = line::use::opening;
    }
    note(std::string("starts") + (life_->v3 ? " v2" : "") + (upgraded_ ? " websocket" : ""));
  }

  /// Whether it has, or wants, a session.
  bool alive() const { return alive_ && !life_->mute; }
  bool connected() const { return alive() && !joined_.empty(); }
  life const& its() const { return *life_; }

  /// Does one thing, or makes a fault.
  void act() {
    auto& random = world_.random;
    for (auto const& each : lines_)
      if (random.one_in(2)) each->deliver(random.one_in(3) ? 1 + random.below(40) : std::string::npos);
    if (!alive()) return;
    if (waking_ > 0)
      --waking_;
    else
      hear();
    if (!alive()) return;
    if (life_->v3 && random.one_in(20)) ping();
    switch (random.below(24)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4: return say();
      case 5:
      case 6: return move();
      case 7:
      case 8:
      case 9:
      case 10:
      case 11: return send(random.one_in(3) ? 1 + random.below(3) : said_.size());
      case 12:
      case 13:
      case 14:
      case 15: return upgrades_ ? upgrade() : poll();
      case 16:
        if (random.one_in(2)) fail();
        return;
      default: return poll();
    }
  }

  /// Time passes while it waits for something, or the server does.
  void delay() { life_->delayed = true; }

  /// Says and does what is due, over a network that delays nothing.
  void settle() {
    for (auto const& each : lines_) each->hurry();
    if (!alive()) return;
    stuck_ = false;
    waking_ = 0;
    hear();
    if (!alive()) return;
    if (life_->v3 && world_.now() - last_ping_ >= 1s) ping();
    send(said_.size());
    poll();
    if (world_.calm && extra_) lose(*extra_);
    if (world_.calm && socket_ && !upgraded_ && !began_in_calm_) lose(*socket_);  // it is too late
    if (!upgraded_ && (socket_ || (world_.calm && upgrades_))) upgrade();
    for (auto const& each : lines_) each->hurry();
  }

  /// Everything that was to be said and heard has been.
  bool settled() const {
    if (!alive()) return true;
    auto const quiet = [](auto const& each) {
      return each->under_way() == 0 && each->used_for != line::use::post;
    };
    return said_.empty() && joining_.empty() && life_->refusals == 0 && life_->to_server.empty() &&
           std::all_of(life_->to_client.begin(), life_->to_client.end(),
                       [](auto const& each) { return each.may_be_dropped; }) &&
           std::all_of(lines_.begin(), lines_.end(), quiet);
  }

  void say() {
    if (!alive() || sid_.empty()) return;
    auto const nsp = any_joined();
    if (!nsp) return;
    content const what(next_number_++);
    auto const asks = world_.random.one_in(3);
    auto const id = asks ? std::optional(next_id_++) : std::nullopt;
    life_->to_server.push_back({*nsp, what.number, id});
    say(head('2', what.parts.size(), *nsp, id) + what.json(asks ? "ask" : "n"), what.parts);
  }

  /// Ends all connections, wherever they are.
  void break_off() {
    if (!alive_) return;
    life_->broke = true;
    finish();
  }
  /// Does nothing any more, and leaves everything as it is.
  void fall_silent() {
    life_->mute = true;
    note("falls silent");
  }
  /// Cannot go on.
  void give_up_if_doomed() {
    if (!alive() || !(life_->broke || life_->overlapped || shy_)) return;
    world_.random.one_in(2) ? break_off() : fall_silent();
  }

private:
  struct message {
    bool binary;
    std::string data;
  };

  void note(std::string const& what) const {
    world_.note("client " + std::to_string(life_->number) + ": " + what);
  }

  // -- lines ---------------------------------------------------------------------------------------------

  line& add_line() { return *lines_.emplace_back(std::make_unique<line>(world_.network, world_.random)); }
  /// One that nothing is under way on.
  line& free_line() {
    for (auto const& each : lines_)
      if (each->used_for == line::use::nothing && !each->ended() && !world_.random.one_in(5)) return *each;
    return add_line();
  }
  bool uses(line::use what) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](auto const& each) { return each->used_for == what; });
  }
  std::string target(std::string_view transport) const {
    return std::string("/socket.io/?EIO=")
        .append(life_->v3 ? "3" : "4")
        .append("&transport=")
        .append(transport)
        .append(base64_ ? "&b64=1" : "")
        .append("&life=" + std::to_string(life_->number))
        .append(sid_.empty() ? "" : "&sid=" + sid_);
  }
  void ask_for_websocket(line& over) {
    over.write(fakes::get(target("websocket"), fakes::websocket_headers));
    over.used_for = line::use::handshake;
  }

  // -- what comes in -------------------------------------------------------------------------------------

  void hear() {
    for (std::size_t i = 0; i < lines_.size() && alive_; ++i) {
      auto& one = *lines_[i];
      one.read();
      if (one.used_for == line::use::websocket) continue;
      auto const answer = one.in.take_response();
      if (answer.status != 0)
        take_answer(one, answer);
      else if (one.ended() && one.used_for != line::use::nothing)
        lose(one);
    }
    for (std::size_t i = 0; i < lines_.size() && alive_; ++i)
      if (lines_[i]->used_for == line::use::websocket) hear_frames(*lines_[i]);
    std::erase_if(lines_,
                  [&](auto const& each) { return each->used_for == line::use::nothing && each->ended(); });
  }

  void take_answer(line& from, fakes::response const& answer) {
    auto const asked = std::exchange(from.used_for, line::use::nothing);
    if (asked == line::use::handshake) {
      from.used_for = answer.status == 101 ? line::use::websocket : line::use::nothing;
      if (answer.status != 101) lose(from);
    } else if (answer.status != 200) {
      if (asked == line::use::poll && upgraded_) return;  // it came after the upgrade
      finish("answer " + std::to_string(answer.status));
    } else if (asked != line::use::post) {
      take_payload(answer);
    }
  }

  void take_payload(fakes::response const& answer) {
    if (life_->v3) {
      auto const binary = answer.mentions("application/octet-stream");
      auto const good =
          protocol::for_each_packet_v3(binary ? protocol::payload_form::binary : protocol::payload_form::text,
                                       answer.body, [&](bool is_binary, std::string_view packet) {
                                         if (is_binary)
                                           take_binary(packet.substr(1));
                                         else
                                           take(packet);
                                         return alive_;
                                       });
      if (!good && alive_) world_.wrong("a payload that is none", *life_);
      return;
    }
    std::string_view rest = answer.body;
    for (bool more = true; more && alive_;) {
      auto const end = rest.find('\x1e');
      more = end != rest.npos;
      take(rest.substr(0, end));
      rest.remove_prefix(more ? end + 1 : rest.size());
    }
  }

  void hear_frames(line& from) {
    // What was polled before the upgrade comes first, though it may be read last.
    if (&from == socket_ && upgraded_ && uses(line::use::poll)) return;
    if (&from == socket_ && !upgraded_ && world_.random.one_in(2)) return;  // others come first
    for (auto const& frame : from.in.take_frames()) {
      if (!alive_) return;
      if (frame.starts_with("[close")) {
        // Before anything else has come, it may have been the end of the upgrade.
        if (&from == socket_ && upgraded_ && carries_) check_whole_end();
        return lose(from);
      }
      if (frame == "[pong:are you there?]") continue;
      if (&from == socket_ && frame == "3probe" && !upgraded_)
        probed_ = true;  // from now on nothing is sent, and the last poll is awaited
      else if (&from != socket_ || !upgraded_)
        world_.wrong("on a WebSocket that does not carry the session: " + frame, *life_);
      else if (carries_ = true; frame.starts_with("<"))
        take_binary(std::string_view(frame).substr(life_->v3 ? 2 : 1, frame.size() - (life_->v3 ? 3 : 2)));
      else
        take(frame);
    }
    if (alive_ && from.ended()) lose(from);
  }

  /// A line has ended, or refused what it was for.
  void lose(line& gone) {
    auto const carried = gone.used_for != line::use::nothing || (&gone == socket_ && upgraded_);
    gone.used_for = line::use::nothing;
    gone.close();
    if (&gone == extra_) {
      extra_ = nullptr;
    } else if (&gone == socket_ && !upgraded_) {
      socket_ = nullptr;
      probing_ = probed_ = false;
      if (world_.calm && began_in_calm_) world_.wrong("an upgrade failed", *life_);
    } else if (carried) {
      finish("a connection has ended");
    }
  }

  /// An Engine.IO packet in text.
  void take(std::string_view text) {
    auto const type = text.empty() ? '?' : text[0];
    if (type == 'b') {
      std::string bytes;
      protocol::base64_decode(text.substr(life_->v3 ? 2 : 1), bytes);
      take_binary(bytes);
    } else if (type == '0' && text.starts_with(R"(0{"sid":")") && sid_.empty()) {
      sid_ = text.substr(9, 20);
    } else if (type == '1' && !carries_) {
      check_whole_end();
      finish("closed by the server");
    } else if (type == '2' && !life_->v3) {
      said_.push_back({false, "3"});
    } else if (type == '4') {
      take_message(text.substr(1));
    } else if (type != '6' && !(type == '3' && life_->v3)) {
      world_.wrong("no packet: " + std::string(text), *life_);
    }
  }

  void take_message(std::string_view text) {
    if (assembling_) world_.wrong("a text inside of a binary packet", *life_);
    packet got{.text = std::string(text)};
    if (!text.starts_with('5') && !text.starts_with('6')) return receive(got);
    missing_ = std::stoul(got.text.substr(1));
    assembling_ = std::move(got);
  }

  void take_binary(std::string_view bytes) {
    if (!assembling_) return world_.wrong("an attachment of nothing", *life_);
    assembling_->parts.emplace_back(bytes);
    if (--missing_ == 0) receive(*std::exchange(assembling_, std::nullopt));
  }

  /// A Socket.IO packet, which must be the next that the server has sent.
  void receive(packet const& got) {
    if (got.text.starts_with('4')) {
      if (life_->refusals-- == 0) world_.wrong("refused", *life_);
      return;
    }
    auto& sent = life_->to_client;
    auto found = sent.begin();
    while (found != sent.end() && !found->is(got) && (found->may_be_dropped || life_->overlapped)) ++found;
    if (found == sent.end() || !found->is(got))
      return world_.wrong("received " + got.text.substr(0, 60) + ", not " +
                              (found == sent.end() ? "sent" : found->text.substr(0, 60)),
                          *life_);
    if (life_->overlapped) {
      sent.erase(found);
    } else {
      count_dropped(sent.begin(), found);
      sent.erase(sent.begin(), found + 1);
    }
    react(got.text);
  }

  template <class Iterator> void count_dropped(Iterator from, Iterator to) {
    for (; from != to; ++from) {
      ++world_.drops;
      if (!from->is_volatile) ++life_->dropped;
    }
  }

  void react(std::string_view text) {
    auto const type = text[0];
    auto rest = text.substr(text.find_first_not_of("0123456789-", 1) == 1 ? 1 : 0);
    std::string nsp = "/";
    if (auto const at = text.find('/'); at != text.npos && at < text.find_first_of("[{")) {
      auto const end = std::min(text.find(',', at), text.size());
      nsp = text.substr(at, end - at);
      rest = text.substr(std::min(end + 1, text.size()));
    }
    if (type == '0') {
      joining_.erase(nsp);
      joined_.insert(nsp);
    } else if (type == '1') {
      joined_.erase(nsp);
    } else if (auto const name = text.find(R"(["q",)"); type == '2' && name != text.npos) {
      if (rest.data() == text.data()) rest.remove_prefix(1);
      answer(nsp, rest.substr(0, rest.find('[')), text.substr(name + 5));
    }
  }

  void answer(std::string const& nsp, std::string_view id, std::string_view number) {
    if (!joined_.contains(nsp) || world_.random.one_in(6)) return;
    for (auto times = world_.random.one_in(6) ? 2 : 1; times > 0; --times)
      say(head('3', 0, nsp, std::stoull(std::string(id))) + '[' + std::string(number), {});
  }

  /// The server has ended the session in order: nothing that it sent before may be missing.
  void check_whole_end() {
    auto const in_time =
        life_->ended && !world_.io.executor().stopped() && world_.now() - life_->ended_at < 4s;
    auto const graceful = life_->ended == reason::forced_server_close ||
                          (life_->ended == reason::server_shutting_down && !closing_);
    if (!in_time || !graceful || life_->overlapped || life_->broke || world_.may_be_slow(*life_)) return;
    for (auto const& each : life_->to_client)
      if (!each.may_be_dropped)
        return world_.wrong("ended in order before " + each.text.substr(0, 60), *life_);
  }

  // -- what goes out -------------------------------------------------------------------------------------

  void say(std::string text, texts const& parts) {
    said_.push_back({false, '4' + std::move(text)});
    for (auto const& part : parts) said_.push_back({true, part});
  }

  void ping() {
    last_ping_ = world_.now();
    said_.push_back({false, "2"});
  }

  std::optional<std::string> any_joined() const {
    if (joined_.empty()) return std::nullopt;
    return *std::next(joined_.begin(), static_cast<std::ptrdiff_t>(world_.random.below(joined_.size())));
  }

  void join(std::string const& nsp) {
    auto const number = std::to_string(life_->number);
    joining_.insert(nsp);
    if (life_->v3)
      say("0" + nsp + "?n=" + number + ',', {});
    else
      say(head('0', 0, nsp, {}) + "{\"n\":" + number + '}', {});
  }

  /// Joins or leaves a namespace.
  void move() {
    auto& random = world_.random;
    if (sid_.empty() || shy_) return;
    std::string const nsp = std::vector<char const*>{"/", "/a", "/b", "/nowhere"}[random.below(4)];
    if (nsp == "/nowhere") {
      if (!random.one_in(4) || (life_->v3 && life_->refusals > 0)) return;
      ++life_->refusals;
      say("0/nowhere,", {});
    } else if (joined_.contains(nsp)) {
      if (!random.one_in(6)) return;
      joined_.erase(nsp);
      life_->left.insert(nsp);
      say(head('1', 0, nsp, {}), {});
    } else if (!joining_.contains(nsp) && !(life_->v3 && nsp == "/")) {
      join(nsp);
    }
  }

  void poll() {
    if (!upgraded_ && !sid_.empty() && !probed_ && !uses(line::use::poll)) send_poll();
  }
  void send_poll() {
    auto& one = free_line();
    one.write(fakes::get(target("polling")));
    one.used_for = line::use::poll;
  }

  /// Sends so many of the messages that wait.
  void send(std::size_t most) {
    most = std::min(most, said_.size());
    if (most == 0 || sid_.empty() || closing_) return;
    std::vector<message> const now(said_.begin(), said_.begin() + static_cast<std::ptrdiff_t>(most));
    if (upgraded_) {
      for (auto const& each : now) socket_->write(frame_of(each));
    } else {
      if (probed_ || uses(line::use::post)) return;
      send_post(now);
    }
    said_.erase(said_.begin(), said_.begin() + static_cast<std::ptrdiff_t>(most));
  }

  std::string frame_of(message const& each) const {
    auto const data = each.binary && life_->v3 ? "\4" + each.data : each.data;
    auto const opcode = each.binary ? 2u : 1u;
    if (data.size() < 2 || !world_.random.one_in(6)) return fakes::frame(0x80 | opcode, data);
    auto const cut = world_.random.below(data.size());
    return fakes::frame(opcode, std::string_view(data).substr(0, cut)) +
           fakes::frame(0x80, std::string_view(data).substr(cut));
  }

  void send_post(std::vector<message> const& now) {
    auto& one = free_line();
    std::string body;
    auto const binary_form = life_->v3 && !base64_ && world_.random.one_in(2);
    if (life_->v3) {
      protocol::payload_writer_v3 writer(
          body, binary_form ? protocol::payload_form::binary : protocol::payload_form::text);
      for (auto const& each : now)
        each.binary ? writer.binary(std::as_bytes(std::span(each.data))) : writer.text(each.data);
    } else {
      for (auto const& each : now) {
        if (!body.empty()) body += '\x1e';
        if (each.binary)
          protocol::base64_encode(std::as_bytes(std::span(each.data)), body += 'b');
        else
          body += each.data;
      }
    }
    one.write(fakes::post(target("polling"), body,
                          binary_form ? "Content-Type: application/octet-stream\r\n"
                                      : "Content-Type: text/plain;charset=UTF-8\r\n"));
    one.used_for = line::use::post;
  }

  /// Takes the next step from long-polling to a WebSocket.
  void upgrade() {
    if (sid_.empty() || upgraded_ || closing_) return;
    if (!socket_) {
      socket_ = &add_line();
      probing_ = probed_ = false;
      began_in_calm_ = world_.calm;
      ask_for_websocket(*socket_);
    } else if (socket_->used_for == line::use::websocket && !probing_) {
      socket_->write(frame_of({false, "2probe"}));
      probing_ = true;
      hasty_ = world_.random.one_in(3);
    } else if (probed_ && !stuck_ && !uses(line::use::post) && (hasty_ || !uses(line::use::poll))) {
      upgraded_ = true;
      socket_->write(frame_of({false, "5"}));
      note("upgrades");
    }
  }

  // -- faults --------------------------------------------------------------------------------------------

  void fail() {
    auto& random = world_.random;
    switch (random.below(16)) {
      case 0: {  // a connection is cut at any byte
        if (lines_.empty()) return;
        auto& one = *lines_[random.below(lines_.size())];
        one.deliver(random.below(one.under_way() + 1));
        life_->broke = true;
        note("loses a connection");
        return lose(one);
      }
      case 1:
      case 2:
        if (upgraded_ || sid_.empty() || !uses(line::use::poll)) return;
        note("polls twice");
        life_->overlapped = true;
        return send_poll();
      case 3:
        if (upgraded_ || sid_.empty() || said_.empty() || !uses(line::use::post)) return;
        note("posts twice");
        life_->overlapped = true;
        return send_post({std::exchange(said_, {})});
      case 4: return fall_silent();
      case 5:
        if (sid_.empty() || (probed_ && !upgraded_)) return;
        note("closes");
        if (upgraded_)
          socket_->write(fakes::close_frame("\x03\xe8"));
        else if (uses(line::use::post))
          return;
        else
          send_post({{false, "1"}});
        life_->broke = closing_ = true;
        return;
      case 6:
      case 7:
      case 8: waking_ = 10 + random.below(200); return;  // reads nothing for a while
      case 9:
      case 10:
        if (sid_.empty() || extra_) return;
        extra_ = &add_line();  // a second WebSocket
        return ask_for_websocket(*extra_);
      case 11:
        if (!socket_ || upgraded_ || socket_->used_for != line::use::websocket) return;
        return socket_->write(fakes::text_frame("4no probe"));
      case 12:
      case 13:
        if (!socket_ || socket_->used_for != line::use::websocket) return;
        life_->pinged = true;
        return socket_->write(fakes::frame(0x89, "are you there?"));
      case 14:
        if (socket_ && !upgraded_) lose(*socket_);  // gives the upgrade up
        return;
      default: stuck_ = !stuck_; return;  // does not say that it takes over
    }
  }

  void finish(std::string const& why = "breaks off") {
    note(why);
    for (auto const& each : lines_) {
      each->deliver(world_.calm ? 0 : world_.random.below(each->under_way() + 1));
      each->close();
    }
    alive_ = false;
    life_->client_ended = true;
    if (world_.calm && !world_.closing && !life_->broke) world_.wrong("the client ended: " + why, *life_);
  }

  world& world_;
  life* life_ = nullptr;
  std::vector<std::unique_ptr<line>> lines_;
  std::vector<message> said_;
  std::set<std::string> joined_, joining_;
  std::optional<packet> assembling_;
  std::size_t missing_ = 0;  // attachments of that
  std::string sid_;
  line* socket_ = nullptr;  // the WebSocket, or what is to become it
  line* extra_ = nullptr;   // one that there should not be
  bool alive_ = false, upgraded_ = false, probing_ = false, probed_ = false, began_in_calm_ = false,
       hasty_ = false, stuck_ = false;
  bool closing_ = false, carries_ = false, base64_ = false, upgrades_ = false, shy_ = false;
  int next_number_ = 0;
  std::uint64_t next_id_ = 0;
  std::size_t waking_ = 0;
  time_point last_ping_{};
};

}  // namespace simulation
