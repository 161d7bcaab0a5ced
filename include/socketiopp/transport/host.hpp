// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <asio/execution_context.hpp>

#include <socketiopp/engine/handover.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/executor/concept.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/census.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/endpoint.hpp>
#include <socketiopp/transport/service.hpp>

/// Everything that an Engine.IO server runs on: listeners, and for each place of the executor a turn, a hub
/// and an endpoint.
namespace socketiopp::transport {

/// One place of the executor, put to work: its events become turns, and its clock drives their timers.
template <class Transport, executor::context Context> class station final : public engine::place,
                                                                            private engine::timer {
  using listener = typename Transport::listener;

public:
  using endpoint_type = transport::endpoint<Transport, Context>;
  using all = std::vector<std::unique_ptr<station>>;

  /// It will be the next of all `stations`, which are as many as the executor has places.
  station(engine::options const& options, site<endpoint_type>& on, all const& stations, std::size_t places,
          Context& where, engine::hub::accept accept)
      : engine::place(&context(where, context_)),
        stations_(stations),
        number_(stations.size()),
        left_(places),
        where_(where),
        turn_([this] { where_.post([this] { end_turn(); }); }),
        hub_(options, turn_, std::move(accept),
             [&on](bound_hit const& what) { on.served.hooks.exceeded(what); }),
        endpoint_(hub_, on, where, *this) {
    on.endpoints.push_back(&endpoint_);
    where_.on_wake([this] {
      turn_.advance(where_.now());
      end_turn();
    });
  }
  station(station const&) = delete;
  station& operator=(station const&) = delete;
  ~station() { close_listeners(); }

  bool here() const override { return where_.here(); }
  void post(unique_function<void()> work) override {
    if (auto* const from = sender()) return from->leave(number_, std::move(work));
    where_.post([this, work = std::move(work)] {
      turn_.advance(where_.now());
      work();
    });
  }

  engine::hub& hub() { return hub_; }
  endpoint_type& endpoint() { return endpoint_; }

  /// Calls `accepted` with every stream that comes there.
  void listen(std::unique_ptr<listener> at, unique_function<void(typename Transport::stream)> accepted) {
    listeners_.push_back(std::move(at));
    listeners_.back()->accept(std::move(accepted));
  }
  void pause_accept() {
    for (auto const& each : listeners_) each->pause();
  }
  void resume_accept() {
    for (auto const& each : listeners_) each->resume();
  }
  void close_listeners() {
    for (auto const& each : listeners_) each->close();
    listeners_.clear();
  }

  /// Ends all sessions after what is queued for them has been sent, and says when it `has_emptied`; then all
  /// connections, which `wind_down` allows; at the deadline whatever is left is ended at once. Calls `done`
  /// when nothing is left. Until then it listens: a client that polls gets what is queued for it with its
  /// next request, for which it may need a new connection.
  void close(std::chrono::milliseconds deadline, unique_function<void()> has_emptied,
             unique_function<void()> done) {
    closed_ = std::move(done);
    emptied_ = std::move(has_emptied);
    winding_down_ = false;
    turn_.schedule(*this, turn_.now() + std::min<std::chrono::milliseconds>(deadline, std::chrono::years(1)));
    hub_.close_all(reason::server_shutting_down);
    turn_.want_end();
  }

  /// Accepts no connections from now on, and ends those that there are: nobody's session needs them.
  void wind_down() {
    winding_down_ = true;
    close_listeners();
    turn_.want_end();
  }

  /// Ends all sessions, sends what that says, and ends all connections.
  void shut_down() {
    close_listeners();
    hub_.abort_all(reason::server_shutting_down);
    turn_.end();
    endpoint_.close_all();
    turn_.end();
    timer::cancel();
    where_.sleep();
    hand_over();
    if (auto const emptied = std::exchange(emptied_, nullptr)) emptied();
    if (auto const done = std::exchange(closed_, nullptr)) done();
  }

private:
  void expired() override { shut_down(); }

  /// The station on whose thread the caller is, if that is another one.
  station* sender() const {
    if (stations_.size() < 2 || here()) return nullptr;
    auto const found =
        std::find_if(stations_.begin(), stations_.end(), [](auto const& each) { return each->here(); });
    return found == stations_.end() ? nullptr : found->get();
  }

  /// Has work done by another station after this turn.
  void leave(std::size_t to, unique_function<void()> work) {
    left_.add(to, std::move(work));
    turn_.want_end();
  }
  void hand_over() {
    left_.end([this](std::size_t to, std::vector<unique_function<void()>> work) {
      stations_[to]->take_over(std::move(work));
    });
  }
  void take_over(std::vector<unique_function<void()>> work) {
    where_.post([this, work = std::move(work)] {
      turn_.advance(where_.now());
      for (auto const& each : work) each();
    });
  }

  void end_turn() {
    hand_over();  // first: the others need not wait for what is sent here
    auto const next = turn_.end();
    hand_over();
    if (emptied_ && hub_.size() == 0) std::exchange(emptied_, nullptr)();
    if (closed_ && winding_down_) {
      endpoint_.wind_down();
      if (endpoint_.size() == 0) return shut_down();
    }
    if (next < engine::time_point::max())
      where_.wake_at(next);
    else
      where_.sleep();
  }

  static constexpr bool is_asio = requires(Context & where) { where.io_context(); };

  static asio::execution_context& context(Context& where, auto& other) {
    if constexpr (is_asio)
      return where.io_context();
    else
      return other;
  }

  all const& stations_;
  std::size_t number_;
  engine::handover left_;
  Context& where_;
  engine::turn turn_;
  engine::hub hub_;
  endpoint_type endpoint_;
  std::vector<std::unique_ptr<listener>> listeners_;
  unique_function<void()> closed_;   // while it is closing
  unique_function<void()> emptied_;  // while it has sessions then
  bool winding_down_ = false;
  [[no_unique_address]] std::conditional_t<is_asio, std::monostate, asio::execution_context> context_;
};

/// What `basic_server` and `basic_engine_server` share.
template <class Transport, executor::policy Executor> class host {
  using context = std::remove_reference_t<decltype(std::declval<Executor&>()[0])>;
  using station = transport::station<Transport, context>;
  using stream = typename Transport::stream;
  using listener = typename Transport::listener;

public:
  /// Makes the user of a session that is about to open on the shard of that number.
  using accept = unique_function<std::unique_ptr<engine::session_user>(std::size_t, engine::session&)>;

  template <class... ExecutorArgs> host(engine::options options, census::limits most, service served,
                                        accept accept_session, ExecutorArgs&&... executor_args)
      : executor_(std::forward<ExecutorArgs>(executor_args)...),
        options_(std::move(options)),
        site_{std::move(served), census(most)},
        accept_(std::move(accept_session)) {
    for (std::size_t i = 0; i < executor_.size(); ++i) {
      stations_.push_back(
          std::make_unique<station>(options_, site_, stations_, executor_.size(), executor_[i],
                                    [this, i](engine::session& opened) { return accept_(i, opened); }));
      if (executor_.size() > 1) at(i).hub().join(site_.sessions, i);
    }
  }
  host(host const&) = delete;
  host& operator=(host const&) = delete;
  ~host() {
    for (auto const& each : stations_) each->retire();
    while (!stations_.empty()) {  // none sees one that has gone
      auto const last = std::move(stations_.back());
      stations_.pop_back();
    }
  }

  Executor& executor() { return executor_; }
  service& served() { return site_.served; }
  std::size_t size() const { return stations_.size(); }
  station& at(std::size_t shard) { return *stations_[shard]; }

  /// Listens where `args` say, which are the transport's. Throws `std::system_error` naming the address.
  template <class... Args> listener& listen(Args&&... args) {
    auto made = std::make_unique<listener>(executor_[0], std::forward<Args>(args)...);
    auto& first = *made;
    if constexpr (repeatable_on<listener, context>)
      for (std::size_t i = 1; i < size(); ++i)
        at(i).post([&on = at(i), again = std::make_unique<listener>(executor_[i], first)]() mutable {
          if (on.hub().closing()) return;
          on.listen(std::move(again), [&on](stream accepted) { on.endpoint().adopt(std::move(accepted)); });
        });
    if (repeatable_on<listener, context> || size() == 1)
      at(0).listen(std::move(made), [this](stream accepted) { at(0).endpoint().adopt(std::move(accepted)); });
    else
      at(0).listen(std::move(made), [this](stream accepted) { hand_out(std::move(accepted), {}); });
    return first;
  }

  /// The same without an exception: null, and the error says why.
  template <class... Args> listener* listen(std::error_code& error, Args&&... args) {
    error.clear();
    try {
      return &listen(std::forward<Args>(args)...);
    } catch (std::system_error const& failed) {
      error = failed.code();
      return nullptr;
    }
  }

  /// From any thread: serves a stream, of which `already` has been read.
  void adopt(stream accepted, std::string already) {
    if (size() > 1) return hand_out(std::move(accepted), std::move(already));
    at(0).post([this, accepted = std::move(accepted), already = std::move(already)]() mutable {
      at(0).endpoint().adopt(std::move(accepted), std::move(already));
    });
  }

  /// From any thread: lets no connection in until `resume_accept`.
  void pause_accept() {
    on_each([](station& on) { on.pause_accept(); });
  }
  void resume_accept() {
    on_each([](station& on) { on.resume_accept(); });
  }

  void run() { executor_.run(); }

  /// From any thread: ends everything at once, and with it `run`.
  void stop() {
    end_each([](station& on, unique_function<void()> done) {
      on.shut_down();
      done();
    });
  }

  /// From any thread: ends everything in order, until the deadline, and with it `run`; then calls `done`.
  void close(
      std::chrono::milliseconds deadline, unique_function<void()> done = [] {}) {
    at(0).post([this, deadline, done = std::move(done)]() mutable {
      waiting_.push_back(std::move(done));
      // A session's next request may come over a connection of any shard, and through any listener.
      auto const occupied = std::make_shared<std::atomic<std::size_t>>(size());
      end_each([this, deadline, occupied](station& on, unique_function<void()> closed) {
        on.close(
            deadline,
            [this, occupied] {
              if (--*occupied == 0) on_each([](station& each) { each.wind_down(); });
            },
            [&on, closed = std::move(closed)]() mutable { on.post(std::move(closed)); });
      });
    });
  }

private:
  /// Gives a stream to the endpoints in turn.
  void hand_out(stream accepted, std::string already) {
    auto& next = at(movable_to<stream, context> ? turn_++ % size() : 0);
    next.endpoint().adopt_later(std::move(accepted), std::move(already));
  }

  template <class Work> void on_each(Work work) {
    for (auto const& each : stations_) each->post([&on = *each, work] { work(on); });
  }

  /// Has each station end, `how(station&, done)`; when all have, so has the server.
  template <class How> void end_each(How const& how) {
    auto const left = std::make_shared<std::atomic<std::size_t>>(size());
    for (auto const& each : stations_)
      each->post([this, &on = *each, how, left] {
        how(on, [this, left] {
          if (--*left == 0) size() == 1 ? end() : end_late();
        });
      });
  }

  /// All stations have ended. Connections that were on their way from one to another come before this work.
  void end_late() {
    auto const left = std::make_shared<std::atomic<std::size_t>>(size());
    for (auto const& each : stations_)
      each->post([this, &on = *each, left] {
        on.endpoint().close_all();
        if (--*left == 0) at(0).here() ? end() : at(0).post([this] { end(); });
      });
  }

  /// Everything has ended.
  void end() {
    executor_.stop();
    for (auto const& done : std::exchange(waiting_, {}))
      done();  // and with a borrowed context perhaps the server
  }

  Executor executor_;
  engine::options options_;
  site<typename station::endpoint_type> site_;
  accept accept_;
  std::vector<std::unique_ptr<station>> stations_;
  std::vector<unique_function<void()>> waiting_;  // for the end
  std::atomic<std::size_t> turn_ = 0;
};

}  // namespace socketiopp::transport
