// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../typed/client.hpp"
#include <socketiopp/adapter/concept.hpp>
#include <socketiopp/adapter/inbound.hpp>
#include <socketiopp/core/sent_event.hpp>
#include <socketiopp/error.hpp>

/// Servers that reach each other over an adapter that is written from its documentation alone: a bus in
/// memory.
namespace adapter_tests {

using namespace std::chrono_literals;
using typed_tests::client;
using typed_tests::packets;
namespace sio = socketiopp;
namespace core = socketiopp::core;

struct bus {
  std::vector<void const*> stops;  // each an `inbound`
  bool broken = false;             // half way: what is said arrives, what is answered does not
  std::size_t counted = 0;         // clients that servers have said they ask
  std::vector<std::string> rooms;  // that came and went
};

/// Calls `done` when it has been told `parts` times that one is over.
class countdown {
public:
  countdown(std::size_t parts, core::done_callback done) : left_(parts + 1), done_(std::move(done)) {}
  void over(std::error_code error = {}) {
    if (error && error != sio::errc::no_answer) error_ = error;
    if (--left_ == 0) done_(error_);
  }

private:
  std::size_t left_;
  core::done_callback done_;
  std::error_code error_;
};

class bus_adapter {
public:
  bus* on = nullptr;

  template <class Policies> class link {
    using inbound = sio::adapter::inbound<Policies>;

  public:
    link(bus_adapter& of, core::namespace_<Policies>& in) : bus_(*of.on), here_(in) {
      bus_.stops.push_back(&here_);
    }
    link(link const&) = delete;
    ~link() { std::erase(bus_.stops, &here_); }

    void emit(core::targets const& to, sio::parser::outgoing const& packet) {
      auto const event = core::read_back<Policies>(packet);
      for (auto* const other : others()) other->emit(to, how(packet), event->name, event->values);
    }

    void emit_with_ack(core::targets const& to, sio::parser::outgoing const& packet,
                       std::chrono::milliseconds limit, core::each_remote_callback each,
                       core::done_callback done) {
      if (bus_.broken) return done(make_error_code(sio::errc::no_answer));
      auto const event = core::read_back<Policies>(packet);
      auto const left = std::make_shared<countdown>(others().size(), std::move(done));
      auto const kept = std::make_shared<core::each_remote_callback>(std::move(each));
      for (auto* const other : others())
        other->emit_with_ack(
            to, how(packet), event->name, event->values, limit,
            [this](std::size_t count) { bus_.counted += count; },
            [kept](core::remote_answer answer) { (*kept)(std::move(answer)); },
            [left](std::error_code error) { left->over(error); });
      left->over();
    }

    void sockets_join(core::targets const& to, std::vector<std::string> const& rooms) {
      for (auto* const other : others()) other->sockets_join(to, rooms);
    }
    void sockets_leave(core::targets const& to, std::vector<std::string> const& rooms) {
      for (auto* const other : others()) other->sockets_leave(to, rooms);
    }
    void disconnect_sockets(core::targets const& to, bool close) {
      for (auto* const other : others()) other->disconnect_sockets(to, close);
    }

    void fetch_sockets(core::targets const& of_whom, core::records_callback done) {
      if (bus_.broken) return done(make_error_code(sio::errc::no_answer), {});
      auto const all = std::make_shared<std::vector<core::remote_record>>();
      auto const left = std::make_shared<countdown>(
          others().size(), [all, done = std::move(done)](std::error_code error) { done(error, *all); });
      for (auto* const other : others())
        other->fetch_sockets(of_whom,
                             [all, left](std::error_code error, std::vector<core::remote_record> some) {
                               all->insert(all->end(), some.begin(), some.end());
                               left->over(error);
                             });
      left->over();
    }

    void server_side_emit(sio::parser::outgoing const& packet) {
      auto const event = core::read_back<Policies>(packet);
      for (auto* const other : others()) other->server_side_emit(event->name, event->values, nullptr);
    }
    void server_side_emit_with_ack(sio::parser::outgoing const& packet, core::replies_callback done) {
      auto const event = core::read_back<Policies>(packet);
      auto const all = std::make_shared<std::vector<sio::arguments>>();
      auto const left = std::make_shared<countdown>(
          others().size(), [all, done = std::move(done)](std::error_code error) { done(error, *all); });
      for (auto* const other : others())
        other->server_side_emit(event->name, event->values, [all, left](sio::arguments reply) {
          all->push_back(std::move(reply));
          left->over();
        });
      left->over();
    }

    void server_count(core::count_callback done) { done({}, others().size() + 1); }

    void room_created(std::string_view room) { bus_.rooms.push_back("+" + std::string(room)); }
    void room_deleted(std::string_view room) { bus_.rooms.push_back("-" + std::string(room)); }

  private:
    static sio::parser::delivery how(sio::parser::outgoing const& packet) {
      return {.is_volatile = packet.is_volatile, .compress = packet.packet.compressible()};
    }
    std::vector<inbound const*> others() const {
      std::vector<inbound const*> found;
      for (auto* const stop : bus_.stops)
        if (auto* const one = static_cast<inbound const*>(stop); one != &here_ && one->nsp() == here_.nsp())
          found.push_back(one);
      return found;
    }

    bus& bus_;
    inbound here_;
  };
};

struct policies : sio::default_policies {
  using transport = sio::transport::loopback;
  using executor = sio::executor::caller;
  using adapter = bus_adapter;
};

struct chat {
  using to_server = sio::events<sio::event<"do", void(std::string what)>>;
  using to_client = sio::events<sio::event<"hi", void(int)>, sio::event<"bytes", void(sio::binary)>,
                                sio::event<"sure?", int(std::string)>>;
  using server_side = sio::events<sio::event<"refresh", void(int)>, sio::event<"load", double(std::string)>,
                                  sio::event<"pair", std::tuple<int, std::string>()>>;
  struct data {
    std::string name;
    int score = 0;
  };
};

using chat_socket = sio::socket<chat, policies>;
using lobby_type = sio::namespace_<chat, policies>;

/// One server of the cluster.
struct server {
  explicit server(bus& on, std::function<void()> run_all) : run_(std::move(run_all)) {
    io.adapter().on = &on;
    io.listen(net);
  }
  void run() { run_(); }

  sio::transport::loopback::network net;
  sio::basic_server<policies> io;

private:
  std::function<void()> run_;
};

/// Three servers, two clients at the first and one at the second, all in /chat; those numbered 0 and 2 are in
/// room `a`, 1 is in `b`.
struct cluster {
  bus in;
  std::optional<server> servers[3];
  std::vector<lobby_type*> lobbies;
  std::vector<client> clients;
  std::vector<std::string> ids;
  std::vector<std::string> log;

  cluster() {
    for (auto& one : servers) {
      one.emplace(in, [this] { run(); });
      auto& lobby = one->io.of<chat>("/chat");
      lobbies.push_back(&lobby);
      lobby.on_connect([this](chat_socket& s) {
        s.data() = {"client " + std::to_string(ids.size()), static_cast<int>(ids.size())};
        s.join(ids.size() == 1 ? "b" : "a");
        ids.emplace_back(s.id());
      });
      lobby.on_server_error([this](sio::event_error const& what) {
        log.push_back(std::string(what.event) + ": " + what.code.message() + ": " + what.message);
      });
    }
    clients.reserve(3);
    for (auto const at : {0, 0, 1}) clients.emplace_back(*servers[at]).join("/chat");
  }

  void run() {
    for (int i = 0; i < 4; ++i)
      for (auto& one : servers)
        if (one) one->io.executor().run();
  }
  void advance(std::chrono::milliseconds by) {
    for (auto& one : servers)
      if (one) one->io.executor().advance(by);
    run();
  }

  std::vector<packets> got() {
    run();
    std::vector<packets> all;
    for (auto& one : clients) all.push_back(one.all());
    return all;
  }
};

inline std::string const hi7 = R"(2/chat,["hi",7])";

}  // namespace adapter_tests
