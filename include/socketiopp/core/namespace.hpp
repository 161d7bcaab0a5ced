// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/calls.hpp>
#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/observer/events.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// A namespace without types: what the core asks of it, and how it reaches its sockets on all shards.
namespace socketiopp::core {

/// What a namespace makes for a client that wants to connect: a socket, or why there is none.
template <class Policies> struct candidate {
  std::shared_ptr<socket<Policies>> made;
  std::string refusal;  ///< the `message` of the connect_error
};

/// See core/sent_event.hpp.
template <class Policies> std::optional<sent_event> read_back(parser::outgoing const& packet);

template <class Policies> class namespace_ : public namespace_calls<Policies>,
                                             public std::enable_shared_from_this<namespace_<Policies>> {
public:
  /// One that is `transient` goes when its last socket has gone.
  namespace_(std::string name, std::vector<std::unique_ptr<shard<Policies>>> const& shards,
             bool transient = false)
      : name_(std::move(name)),
        transient_(transient),
        recovers_(!shards.empty() && shards.front()->options().recovery) {
    for (auto const& shard : shards) slices_.push_back(std::make_unique<slice<Policies>>(*this, *shard));
  }
  namespace_(namespace_ const&) = delete;
  namespace_& operator=(namespace_ const&) = delete;
  virtual ~namespace_() = default;

  std::string const& name() const { return name_; }
  slice<Policies>& slice_on(std::size_t shard) { return *slices_[shard]; }

  /// Whether it goes when it is empty, and how many are in it or on the way; see `presence`.
  bool transient() const { return transient_; }
  std::size_t population() const { return population_; }
  void enter() { ++population_; }
  std::size_t leave() { return --population_; }
  /// Nobody is in it any more, or will be. What it keeps for clients that come back has timers on every
  /// shard, so that it goes there, before the rest goes with whoever is the last to know of it.
  void forget() {
    if (recovers_) on_each_shard([](slice<Policies>& part) { part.forget(); });
  }

  /// What keeps it from going: null where it lives as long as the server.
  std::shared_ptr<void const> keep() { return transient_ ? this->shared_from_this() : nullptr; }

  /// How many shards it is on.
  std::size_t shards() const { return slices_.size(); }

  /// The caller's shard, if it is on one of the server's; else the first.
  shard<Policies>& nearest_shard() const {
    for (auto const& part : slices_)
      if (part->on().here()) return part->on();
    return slices_.front()->on();
  }

  home& nearest_home() const final { return nearest_shard(); }
  part<Policies>& part_on(std::size_t shard) const final { return *slices_[shard]; }

  arguments read_back(parser::outgoing const& packet) const final {
    auto event = core::read_back<Policies>(packet);
    return event ? std::move(event->values) : arguments();
  }

  namespace_calls<Policies>& calls() { return *this; }

  /// The acknowledgement id for the next question to many. From any thread.
  std::uint64_t next_ack_id() { return shared_ack_ids + next_ack_id_++ % shared_ack_ids; }

  /// Runs `work(part&)` on every shard. From any thread; on a shard's own thread it is done before this
  /// returns, as far as that shard is concerned.
  template <class Work> void on_each_part(Work const& work) {
    for (std::size_t i = 0; i < shards(); ++i) {
      auto& one = calls().part_on(i);
      if (one.at().here())
        work(one);
      else
        one.at().post([&one, kept = keep(), work] { work(one); });
    }
  }

  /// The same with `work(slice&)`, for those who know it.
  template <class Work> void on_each_shard(Work const& work) {
    on_each_part([work](part<Policies>& one) { work(static_cast<slice<Policies>&>(one)); });
  }

  /// Calls `visit(socket&)` with each of the targets on this server, as `on_each_shard` does.
  template <class Visit> void for_each_here(targets const& to, Visit const& visit) {
    on_each_shard([to, visit](slice<Policies>& part) {
      for (auto const& one : part.all(to)) visit(*one);
    });
  }

  // -- on this server, and on the others. From any thread. --------------------------------------------------

  /// Becomes one of those with its name on other servers, once, before anybody knows it.
  void attach(typename Policies::adapter& to) { others_ = std::make_unique<link_of<Policies>>(to, *this); }
  /// Is on its own from now on. The last derived class calls it first when it ends.
  void detach() { others_.reset(); }
  /// The way to the others, if they are meant too and there is one; else null.
  link_of<Policies>* others(targets const& to = {}) const { return to.local ? nullptr : others_.get(); }

  /// Sends the packet to the targets.
  void send(targets to, parser::outgoing packet) final {
    if (auto* const elsewhere = others(to)) elsewhere->emit(to, packet);
    send_here(std::move(to), std::move(packet));
  }
  void send_here(targets to, parser::outgoing packet) {
    on_each_shard(
        [to = std::move(to), packet = std::move(packet)](slice<Policies>& part) { part.send(to, packet); });
  }

  /// Has the targets enter rooms.
  void sockets_join(targets const& to, std::vector<std::string> const& rooms) final {
    if (auto* const elsewhere = others(to)) elsewhere->sockets_join(to, rooms);
    sockets_join_here(to, rooms);
  }
  void sockets_join_here(targets const& to, std::vector<std::string> const& rooms) {
    for_each_here(to, [rooms](socket<Policies>& one) {
      for (auto const& room : rooms) one.join(room);
    });
  }

  /// Has the targets leave rooms.
  void sockets_leave(targets const& to, std::vector<std::string> const& rooms) final {
    if (auto* const elsewhere = others(to)) elsewhere->sockets_leave(to, rooms);
    sockets_leave_here(to, rooms);
  }
  void sockets_leave_here(targets const& to, std::vector<std::string> const& rooms) {
    for_each_here(to, [rooms](socket<Policies>& one) {
      for (auto const& room : rooms) one.leave(room);
    });
  }

  /// Takes the targets out of the namespace, or ends their connections; see `socket::disconnect`.
  void disconnect_sockets(targets const& to, bool close) final {
    if (auto* const elsewhere = others(to)) elsewhere->disconnect_sockets(to, close);
    disconnect_sockets_here(to, close);
  }
  void disconnect_sockets_here(targets const& to, bool close) {
    for_each_here(to, [close](socket<Policies>& one) {
      if (one.connected()) one.disconnect(close);
    });
  }

  /// A room has got its first member on a shard, or lost its last; where the link wants to know.
  void room_created(std::string_view room) {
    if constexpr (requires(link_of<Policies> & elsewhere) { elsewhere.room_created(room); })
      if (others_) others_->room_created(room);
  }
  void room_deleted(std::string_view room) {
    if constexpr (requires(link_of<Policies> & elsewhere) { elsewhere.room_deleted(room); })
      if (others_) others_->room_deleted(room);
  }

  /// Another server has sent an event, to be handled on the first shard.
  void heard(std::string name, arguments values, unique_function<void(arguments)> reply) {
    auto& at = slices_.front()->on();
    at.post([this, kept = keep(), &at, name = std::move(name), values = std::move(values),
             reply = std::move(reply)]() mutable {
      server_event<Policies> event{name, values, std::move(reply), at};
      on_server_event(event);
    });
  }

  /// Addresses that tell what types it was made with, and by which family; null for none.
  virtual void const* contract() const = 0;
  virtual void const* family() const = 0;

  /// The offset for the next packet (F-191): where clients that come back go on that have got it. 0 where
  /// nobody comes back; a volatile packet has that of the last that is not. From any thread.
  std::uint64_t offset(bool is_volatile) {
    if (!recovers_) return 0;
    return is_volatile ? offset_.load() : ++offset_;
  }

  /// A socket of its own watches what is sent to it.
  void socket_watches_outgoing() { sockets_watch_ = true; }

  /// Something is wrong with what a socket sent, or was to get.
  void report(socket<Policies>& who, event_error const& what) final {
    who.in().on().observe(observer::error_reported{name_, who.id().view(), what.event, what.code});
    on_error(who, what);
  }

  /// Something is wrong that no socket of this server has to do with.
  void report(event_error const& what) final {
    nearest_shard().observe(observer::error_reported{name_, {}, what.event, what.code});
    on_server_error(what);
  }

  // -- what a namespace does, on the shard of the socket; none of it may throw ---------------------------

  /// A client wants to connect. `auth` is what its CONNECT carried, an object, if it carried anything.
  virtual candidate<Policies> make(connection<Policies>& client, presence<Policies> place,
                                   std::optional<view_of<Policies>> auth) = 0;
  /// How many middlewares must let a socket in, and the question to one of them. Its answer may come from
  /// any thread.
  virtual std::size_t middlewares() const = 0;
  virtual void ask(std::size_t middleware, socket<Policies>& who, decision answer) = 0;
  /// Moves the contract's data out of a socket that is gone, and into one that is back.
  virtual std::shared_ptr<void> take_data(socket<Policies>& from) = 0;
  virtual void give_data(socket<Policies>& to, std::shared_ptr<void> kept) = 0;
  virtual void on_connect(socket<Policies>& who) = 0;
  virtual void on_event(socket<Policies>& who, incoming<Policies> const& event) = 0;
  /// Whether `on_outgoing` wants to be called.
  virtual bool watches_outgoing() const = 0;
  virtual void on_outgoing(socket<Policies>& who, std::string_view name, arguments const& values) = 0;
  virtual void on_disconnecting(socket<Policies>& who, reason why) = 0;
  virtual void on_disconnect(socket<Policies>& who, reason why) = 0;
  virtual void on_drain(socket<Policies>& who) = 0;
  virtual void on_error(socket<Policies>& who, event_error const& what) = 0;
  /// The contract's data as other servers see it.
  virtual json::value describe_data(socket<Policies>& of) = 0;

  // -- the same, where no socket has to do with it ---------------------------------------------------------

  virtual void on_server_event(server_event<Policies>& event) = 0;
  virtual void on_server_error(event_error const& what) = 0;

protected:
  bool sockets_watch() const { return sockets_watch_.load(std::memory_order_relaxed); }

private:
  std::string name_;
  bool transient_;
  std::atomic<std::size_t> population_ = 0;
  bool recovers_;
  std::atomic<bool> sockets_watch_ = false;
  std::atomic<std::uint64_t> offset_ = parser::first_offset;
  std::atomic<std::uint32_t> next_ack_id_ = 0;
  std::vector<std::unique_ptr<slice<Policies>>> slices_;
  std::unique_ptr<link_of<Policies>> others_;
};

}  // namespace socketiopp::core
