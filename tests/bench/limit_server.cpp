// SPDX-License-Identifier: MIT
// The benchmark's application by hand, on epoll and with string matching instead of JSON: the least that a
// process can spend on this kernel, and the yardstick for servers that can do more. One thread; PORT is the
// port, 0 any; ends at SIGTERM.
//
// Of a message it makes one frame, however many get it. What a turn of the loop has for a connection goes out
// in one write at its end. A connection that is idle has no buffers.
#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "accept_key.hpp"
#include "frames.hpp"
#include "http_head.hpp"
#include "limit_state.hpp"
#include "limit_turn.hpp"
#include "net.hpp"

namespace {

using namespace bench;
using std::string_view;

constexpr std::size_t longest_message = 1'000'000;
constexpr std::size_t longest_read = 64 * 1024;
constexpr unsigned ping_interval = 25;  // seconds
constexpr string_view bad_request = R"({"code":3,"message":"Bad request"})";
constexpr string_view times = R"("pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";
constexpr char separator = '\x1e';  // between the packets of a payload

class server {
public:
  explicit server(std::uint16_t port)
      : listener_(listen_on_loopback(port)), in_(new char[longest_message + 2 * longest_read]) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, nullptr);
    signals_ = checked(::signalfd(-1, &ends, SFD_CLOEXEC), "signalfd");
    clock_ = checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create");
    itimerspec const every_second{.it_interval = {1, 0}, .it_value = {1, 0}};
    ::timerfd_settime(clock_.get(), 0, &every_second, nullptr);
    for (auto const* own : {&listener_, &signals_, &clock_})
      watcher_.add(own->get(), static_cast<std::uint64_t>(own->get()));
  }

  std::uint16_t port() const { return port_of(listener_.get()); }

  void run() {
    epoll_event events[512];
    for (;;) {
      auto const count = watcher_.wait(events, -1);
      for (std::size_t i = 0; i < count; ++i) {
        int const fd = static_cast<int>(events[i].data.u64);
        if (fd == signals_.get()) return;
        if (fd == listener_.get())
          accept();
        else if (fd == clock_.get())
          tick();
        else if (events[i].events & EPOLLERR)
          end(fd);
        else if (events[i].events & EPOLLOUT)
          write_rest(fd);
        else
          read(fd);
      }
      end_turn();
    }
  }

private:
  connection& at(int fd) { return connections_[static_cast<std::size_t>(fd)]; }
  membership& of(int who) { return who >= 0 ? at(who).member : session(who).member; }
  poll_session& session(int who) { return *sessions_[static_cast<std::size_t>(~who)]; }

  // --- connections

  void accept() {
    for (int more = 64; more > 0; --more) {  // others have their turn too
      int const fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      if (connections_.size() <= static_cast<std::size_t>(fd))
        connections_.resize(static_cast<std::size_t>(fd) + 1);
      at(fd).used = connection::use::http;
      watcher_.add(fd, static_cast<std::uint64_t>(fd));
    }
  }

  /// No more of it is read; its descriptor is closed, and can come back, when the turn has written.
  void end(int fd) {
    auto& c = at(fd);
    if (c.ending) return;
    c.ending = true;
    if (c.member.joined) leave_all(fd);
    if (c.session != nothing) {
      int const who = ~static_cast<int>(c.session);
      c.session = nothing;
      if (session(who).waiting == fd) {
        session(who).waiting = -1;
        end_session(who);  // as the reference does: its transport is gone
      } else if (session(who).probe == fd) {
        session(who).probe = -1;
        session(who).probed = false;
      }
    }
    ended_.push_back(fd);
  }

  void read(int fd) {
    auto& c = at(fd);
    if (c.ending || c.used == connection::use::none) return;
    std::size_t held = 0;
    if (c.rest && !c.rest->in.empty()) {
      held = c.rest->in.size();
      std::memcpy(in_.get(), c.rest->in.data(), held);
    }
    auto const got = ::recv(fd, in_.get() + held, longest_read, 0);
    if (got <= 0) {
      if (got == 0 || errno != EAGAIN) end(fd);
      return;
    }
    auto const size = held + static_cast<std::size_t>(got);
    std::size_t used = 0;
    while (used < size && !c.ending) {
      auto const more = c.used == connection::use::http ? take_request(fd, in_.get() + used, size - used)
                                                        : take_frame(fd, in_.get() + used, size - used);
      if (more == 0) break;
      used += more;
    }
    if (used < size && !c.ending)
      rest_of(c).in.assign(in_.get() + used, size - used);
    else if (c.rest)
      forget_rest(c);
  }

  static leftovers& rest_of(connection& c) {
    if (!c.rest) c.rest = std::make_unique<leftovers>();
    return *c.rest;
  }
  static void forget_rest(connection& c) {
    if (c.rest->out.empty())
      c.rest.reset();
    else
      std::string().swap(c.rest->in);
  }

  // --- what goes out

  void queue(int fd, outgoing const& what) {
    auto& c = at(fd);
    if (c.due.empty()) written_.push_back(fd);
    turn_.add(c.due, what);
  }

  void send(int who, outgoing const& what) {
    if (who >= 0) return queue(who, what);
    auto& to = session(who);
    if (!to.queue.empty()) to.queue += separator;
    to.queue += turn_.message(what);
    if (to.waiting >= 0 && !std::exchange(to.queued, true)) answerable_.push_back(who);
  }
  void send(int who, std::initializer_list<string_view> parts) { send(who, turn_.frame(parts)); }

  void respond(int fd, string_view status, string_view body, string_view more = {}) {
    std::array<char, 20> size;
    auto const end = std::to_chars(size.data(), size.data() + size.size(), body.size()).ptr;
    queue(fd, turn_.append(
                  {"HTTP/1.1 ", status, more, "\r\nContent-Length: ", {size.data(), end}, "\r\n\r\n", body}));
  }
  static constexpr string_view as_text = "\r\nContent-Type: text/plain; charset=UTF-8";

  void refuse(int fd, string_view why) {
    respond(fd, "400 Bad Request", why, "\r\nContent-Type: application/json\r\nConnection: close");
    end(fd);
  }

  void answer_get(int who) {
    auto& s = session(who);
    s.queued = false;
    respond(s.waiting, "200 OK", s.queue, as_text);
    std::string().swap(s.queue);
    at(s.waiting).session = nothing;
    s.waiting = -1;
  }

  void end_turn() {
    for (int const who : answerable_)
      if (sessions_[static_cast<std::size_t>(~who)] && session(who).waiting >= 0 && session(who).queued)
        answer_get(who);
    answerable_.clear();
    for (std::size_t i = 0; i < written_.size(); ++i)
      write(written_[i]);  // which may end sessions that have more
    for (int const fd : ended_) {
      ::close(fd);
      at(fd) = connection();
    }
    written_.clear();
    ended_.clear();
    turn_.clear();
  }

  /// Hands the kernel what the turn has for a connection; keeps what it does not take.
  void write(int fd) {
    auto& c = at(fd);
    std::array<iovec, 64> parts;
    bool takes = !c.blocked;
    while (!c.due.empty()) {
      auto const count = turn_.take(c.due, parts);
      std::size_t size = 0;
      for (std::size_t i = 0; i < count; ++i) size += parts[i].iov_len;
      std::size_t sent = 0;
      if (takes) {
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = count;
        auto const result = count == 1 ? ::send(fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL)
                                       : ::sendmsg(fd, &message, MSG_NOSIGNAL);
        if (result < 0 && errno != EAGAIN) return drop(fd);
        sent = result < 0 ? 0 : static_cast<std::size_t>(result);
      }
      if (sent == size) continue;
      takes = false;
      for (std::size_t i = 0; i < count; ++i) {
        auto const skipped = std::min(sent, parts[i].iov_len);
        rest_of(c).out.append(static_cast<char const*>(parts[i].iov_base) + skipped,
                              parts[i].iov_len - skipped);
        sent -= skipped;
      }
    }
    if (!takes && !std::exchange(c.blocked, true) && !c.ending)
      watcher_.change(fd, static_cast<std::uint64_t>(fd), EPOLLIN | EPOLLOUT);
    if (c.rest && c.rest->out.size() > 16 * longest_message) drop(fd);  // who does not read
  }

  /// Ends it while the turn's writes are under way.
  void drop(int fd) {
    at(fd).due = {};
    end(fd);
  }

  void write_rest(int fd) {
    auto& c = at(fd);
    if (c.ending || !c.blocked) return;
    auto& out = c.rest->out;
    auto const sent = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return end(fd);
    if (sent > 0) out.erase(0, static_cast<std::size_t>(sent));
    if (!out.empty()) return;
    c.blocked = false;
    watcher_.change(fd, static_cast<std::uint64_t>(fd), EPOLLIN);
    if (c.rest->in.empty())
      c.rest.reset();
    else
      std::string().swap(out);
  }

  /// Each second a part of the clients is asked whether it is there; who has not answered is gone.
  void tick() {
    std::uint64_t passed;
    if (::read(clock_.get(), &passed, sizeof passed) < 0) return;
    second_ = (second_ + 1) % ping_interval;
    auto const ping = turn_.frame({"2"});
    for (std::size_t fd = second_; fd < connections_.size(); fd += ping_interval) {
      auto& c = connections_[fd];
      if (c.used != connection::use::websocket || c.ending) continue;
      if (std::exchange(c.member.pinged, true))
        end(static_cast<int>(fd));
      else
        send(static_cast<int>(fd), ping);
    }
    for (std::size_t slot = second_; slot < sessions_.size(); slot += ping_interval) {
      if (!sessions_[slot]) continue;
      int const who = ~static_cast<int>(slot);
      if (std::exchange(sessions_[slot]->member.pinged, true))
        end_session(who);
      else
        send(who, ping);
    }
  }

  // --- Engine.IO over HTTP

  std::size_t take_request(int fd, char* data, std::size_t size) {
    string_view const bytes(data, size);
    auto const head = read_head(bytes);
    if (head.empty()) {
      if (size > longest_read) end(fd);
      return 0;
    }
    auto const length =
        head.starts_with("POST ") ? number(header_value(head, "content-length")).value_or(0) : 0;
    if (length > longest_message) {
      refuse(fd, bad_request);
      return size;
    }
    if (size < head.size() + length) return 0;

    auto const target = head.substr(0, head.find("\r\n"));
    auto const sid = between(target, "sid=", "& ");
    auto const found = sid.empty() ? 0 : find_session(sid);
    if (target.find(" /socket.io/?") == target.npos || target.find("EIO=4") == target.npos)
      refuse(fd, R"({"code":0,"message":"Transport unknown"})");
    else if (!sid.empty() && found == 0)
      refuse(fd, R"({"code":1,"message":"Session ID unknown"})");
    else if (target.find("transport=websocket") != target.npos)
      open_websocket(fd, header_value(head, "sec-websocket-key"), found);
    else if (head.starts_with("POST ") && found != 0)
      take_payload(fd, found, bytes.substr(head.size(), length));
    else if (found == 0)
      open_session(fd);
    else
      poll(fd, found);
    return head.size() + length;
  }

  /// The session, or 0, which is none: sessions are negative.
  int find_session(string_view sid) {
    if (sid.size() != 20) return 0;
    auto const slot = number(sid.substr(0, 10)), secret = number(sid.substr(10));
    if (!slot || !secret || *slot >= sessions_.size() || !sessions_[*slot]) return 0;
    return sessions_[*slot]->secret == *secret ? ~static_cast<int>(*slot) : 0;
  }

  static std::string id(std::size_t slot, std::uint32_t secret) {
    std::string text(20, '0');
    for (std::size_t i = 10; i-- > 0; slot /= 10) text[i] = static_cast<char>('0' + slot % 10);
    for (std::size_t i = 20; i-- > 10; secret /= 10) text[i] = static_cast<char>('0' + secret % 10);
    return text;
  }
  std::uint32_t next_secret() { return secret_ = secret_ * 1664525 + 1013904223; }

  void open_websocket(int fd, string_view key, int found) {
    auto& c = at(fd);
    if (key.empty()) return refuse(fd, bad_request);
    queue(fd,
          turn_.append({"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: ",
                        accept_key(key), "\r\n\r\n"}));
    if (found == 0) {
      c.used = connection::use::websocket;
      send(fd,
           {R"(0{"sid":")", id(static_cast<std::size_t>(fd), next_secret()), R"(","upgrades":[],)", times});
    } else {
      c.used = connection::use::probe;
      c.session = static_cast<std::uint32_t>(~found);
      session(found).probed = false;
      if (int const old = std::exchange(session(found).probe, fd); old >= 0) {
        at(old).session = nothing;
        end(old);
      }
    }
  }

  void open_session(int fd) {
    std::size_t slot = sessions_.size();
    if (free_.empty()) {
      sessions_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    sessions_[slot] = std::make_unique<poll_session>();
    sessions_[slot]->secret = next_secret();
    auto opening = R"(0{"sid":")" + id(slot, sessions_[slot]->secret) + R"(","upgrades":["websocket"],)";
    respond(fd, "200 OK", opening += times, as_text);
  }

  void end_session(int who) {
    auto& s = session(who);
    if (s.member.joined) leave_all(who);
    if (s.waiting >= 0) {
      at(s.waiting).session = nothing;
      respond(s.waiting, "200 OK", "1", as_text);
    }
    if (s.probe >= 0) {
      at(s.probe).session = nothing;
      end(s.probe);
    }
    sessions_[static_cast<std::size_t>(~who)].reset();
    free_.push_back(static_cast<std::size_t>(~who));
  }

  void poll(int fd, int who) {
    auto& s = session(who);
    if (s.waiting >= 0) {
      end_session(who);
      return refuse(fd, bad_request);
    }
    s.waiting = fd;
    at(fd).session = static_cast<std::uint32_t>(~who);
    if (s.probed && s.queue.empty()) s.queue = "6";  // so that it pauses
    if (!s.queue.empty() && !std::exchange(s.queued, true)) answerable_.push_back(who);
  }

  void take_payload(int fd, int who, string_view payload) {
    while (!payload.empty()) {
      auto const next = payload.substr(0, payload.find(separator));
      payload.remove_prefix(std::min(payload.size(), next.size() + 1));
      if (next == "1") {
        end_session(who);
        break;
      }
      take_packet(who, next);
    }
    respond(fd, "200 OK", "ok", as_text);
  }

  // --- Engine.IO over WebSocket

  std::size_t take_frame(int fd, char* data, std::size_t size) {
    auto const header = read_header({data, size});
    if (!header) return 0;
    if (!header->masked || !header->final || header->size > longest_message) {
      end(fd);
      return size;
    }
    if (size < header->length + header->size) return 0;
    char* const content = data + header->length;
    auto const length = static_cast<std::size_t>(header->size);
    apply_mask(content, length, header->mask);
    if (header->kind == opcode::text) {
      at(fd).used == connection::use::probe ? probe(fd, {content, length})
                                            : take_packet(fd, {content, length});
    } else if (header->kind == opcode::ping) {
      send(fd, turn_.frame({{content, length}}, opcode::pong));
    } else if (header->kind == opcode::close) {
      send(fd, turn_.frame({{content, std::min(length, std::size_t{2})}}, opcode::close));
      end(fd);
    }
    return header->length + length;
  }

  void probe(int fd, string_view packet) {
    if (at(fd).session == nothing) return end(fd);
    int const who = ~static_cast<int>(at(fd).session);
    auto& s = session(who);
    if (packet == "2probe") {
      send(fd, {"3probe"});
      s.probed = true;
      if (s.waiting >= 0 && s.queue.empty()) send(who, {"6"});
      return;
    }
    if (packet != "5") return end(fd);
    if (s.waiting >= 0) {  // what is queued goes over the WebSocket
      at(s.waiting).session = nothing;
      respond(std::exchange(s.waiting, -1), "200 OK", "6", as_text);
    }
    auto& c = at(fd);
    c.used = connection::use::websocket;
    c.session = nothing;
    c.member = std::move(s.member);
    c.member.pinged = false;
    if (c.member.joined) everybody_[c.member.place] = fd;
    if (c.member.rooms)
      for (auto* const in : *c.member.rooms) *std::find(in->second.begin(), in->second.end(), who) = fd;
    for (string_view queue = s.queue; !queue.empty();) {
      auto const next = queue.substr(0, queue.find(separator));
      queue.remove_prefix(std::min(queue.size(), next.size() + 1));
      if (next != "6") send(fd, {next});
    }
    sessions_[static_cast<std::size_t>(~who)].reset();
    free_.push_back(static_cast<std::size_t>(~who));
  }

  void take_packet(int who, string_view packet) {
    if (packet.starts_with("42"))
      event(who, packet.substr(2));
    else if (packet == "40" || packet.starts_with("40{"))
      join(who);
    else if (packet.starts_with("40/"))
      send(who, {"44", packet.substr(2, packet.find(',') - 2), R"(,{"message":"Invalid namespace"})"});
    else if (packet == "41")
      leave_all(who);
    else if (packet == "3")
      of(who).pinged = false;
  }

  // --- Socket.IO and the application

  void join(int who) {
    auto& member = of(who);
    if (member.joined) return;
    member.joined = true;
    member.place = static_cast<std::uint32_t>(everybody_.size());
    everybody_.push_back(who);
    send(who, {R"(40{"sid":")", id(members_++, next_secret()), R"("})"});
  }

  void leave_all(int who) {
    auto& member = of(who);
    if (!std::exchange(member.joined, false)) return;
    everybody_[member.place] = everybody_.back();
    of(everybody_.back()).place = member.place;
    everybody_.pop_back();
    if (!member.rooms) return;
    for (auto* const in : *member.rooms) {
      std::erase(in->second, who);
      if (in->second.empty()) rooms_.erase(in->first);
    }
    member.rooms.reset();
  }

  /// `[id]["name",{...}]`. What is no event of the application, or has another form, is not for anybody.
  void event(int who, string_view text) {
    if (!of(who).joined) return;
    auto const acknowledgement = text.substr(0, std::min(text.find('['), text.size()));
    text.remove_prefix(acknowledgement.size());
    if (!text.ends_with("\"}]")) return;
    if (text.starts_with(R"(["messageAndAck",{"message":")")) {
      if (!acknowledgement.empty()) send(who, {"43", acknowledgement, R"([{"ok":true}])"});
    } else if (text.starts_with(R"(["echo",{"message":")")) {
      send(who, {"42", text});
    } else if (text.starts_with(R"(["message",{"message":")")) {
      emit_response(text, sizeof R"(["message",)" - 1, everybody_, nobody);
    } else if (text.starts_with(R"(["broadcast",{"message":")")) {
      emit_response(text, sizeof R"(["broadcast",)" - 1, everybody_, who);
    } else if (text.starts_with(R"(["roomMessage",{"id":")")) {
      auto const found = rooms_.find(std::string(between(text, R"("id":")", "\"")));
      if (found != rooms_.end()) emit_response(text, sizeof R"(["roomMessage",)" - 1, found->second, nobody);
    } else if (text.starts_with(R"(["join",{"id":")")) {
      enter(who, between(text, R"("id":")", "\""));
      if (!acknowledgement.empty()) send(who, {"43", acknowledgement, "[]"});
    }
  }

  static constexpr int nobody = std::numeric_limits<int>::max();
  void emit_response(string_view text, std::size_t payload, members const& to, int except) {
    auto const packet = turn_.frame({R"(42["response",)", text.substr(payload)});
    for (int const who : to)
      if (who != except) send(who, packet);
  }

  void enter(int who, string_view name) {
    auto& entered = *rooms_.try_emplace(std::string(name)).first;
    auto& rooms = of(who).rooms;
    if (!rooms) rooms = std::make_unique<std::vector<room*>>();
    if (std::find(rooms->begin(), rooms->end(), &entered) != rooms->end()) return;
    rooms->push_back(&entered);
    entered.second.push_back(who);
  }

  descriptor listener_, signals_, clock_;
  watcher watcher_;
  std::vector<connection> connections_;  // by descriptor
  std::vector<std::unique_ptr<poll_session>> sessions_;
  std::vector<std::size_t> free_;  // slots of sessions
  members everybody_;
  std::unordered_map<std::string, members> rooms_;
  std::size_t members_ = 0;
  std::uint32_t secret_ = 1;
  unsigned second_ = 0;

  // one turn
  std::unique_ptr<char[]> in_;
  turn turn_;
  std::vector<int> written_, ended_, answerable_;
};

}  // namespace

int main() try {
  char const* const port = std::getenv("PORT");
  server served(static_cast<std::uint16_t>(port ? std::atoi(port) : 0));
  std::printf("listening on %d\n", served.port());
  std::fflush(stdout);
  served.run();
} catch (std::exception const& failed) {
  std::fprintf(stderr, "limit_server: %s\n", failed.what());
  return 1;
}
