// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <socketiopp/core/home.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/typed/gathering.hpp>
#include <socketiopp/typed/report.hpp>

/// Questions to many.
namespace socketiopp::detail {

/// One packet for all who are asked, under one acknowledgement id, and an answer or an error of each. Kept by
/// those of whom an answer is awaited. Of those on other servers only their servers know.
template <class R, class Policies> class inquiry final : public gathering<Policies> {
public:
  using each_callback = unique_function<void(std::string_view, std::error_code, R)>;
  using done_callback = unique_function<void(std::error_code)>;

  inquiry(core::namespace_<Policies>& of, core::home& at, std::string event, std::uint64_t id,
          each_callback each, done_callback done)
      : gathering<Policies>(of, at),
        event_(std::move(event)),
        id_(id),
        each_(std::move(each)),
        done_(std::move(done)) {}

  /// Has `counted` called, at home, with how many are asked on this server, as soon as that is known.
  void count_for(unique_function<void(std::size_t)> counted) { counted_ = std::move(counted); }

  /// Once, from any thread. The limit is told by each shard's own clock.
  void ask(core::targets to, parser::outgoing packet, std::chrono::milliseconds limit) {
    if (auto* const others = this->ask_others(to))
      others->emit_with_ack(
          to, packet, limit, [kept = share()](core::remote_answer const& answer) { kept->told(answer); },
          [kept = share()](std::error_code error) {
            kept->run_at_home([kept, error] {
              if (error) kept->missing_ = true;
              kept->expect(0);
            });
          });
    this->of().on_each_part([kept = share(), to = std::move(to), packet = std::move(packet),
                             limit](core::part<Policies>& part) {
      auto const asked = part.all(to);
      kept->home().run([kept, count = asked.size()] { kept->expect(count); });
      for (auto const& one : asked)
        one->calls().ask(kept->id_, packet, limit,
                         [kept, &from = *one](std::error_code error, core::incoming<Policies> const* answer) {
                           kept->answered(from, error, answer);
                         });
    });
  }

  void cancel() override {
    if (!done_) return;
    done_ = nullptr;
    this->home().post([kept = share()] { kept->each_ = nullptr; });  // it may be what cancels
    this->of().on_each_part([kept = share()](core::part<Policies>& part) {
      for (auto const& one : part.all({})) one->calls().forget(kept->id_);
    });
  }

private:
  std::shared_ptr<inquiry> share() { return std::static_pointer_cast<inquiry>(this->shared_from_this()); }

  /// On the shard of the socket.
  void answered(core::socket<Policies>& from, std::error_code error, core::incoming<Policies> const* answer) {
    R value{};
    error = read_ack(from, event_, error, answer, value);
    this->home().run([kept = share(), &part = from.calls().part(), id = from.id(), error,
                      value = std::move(value)]() mutable { kept->take(part, id, error, std::move(value)); });
  }

  /// Another server has told what one of its sockets has answered.
  void told(core::remote_answer const& answer) {
    R value{};
    auto const error = answer.error ? answer.error : read_values(answer.values, value);
    this->run_at_home([kept = share(), id = answer.id, error, value = std::move(value)]() mutable {
      if (!kept->done_) return;  // it is cancelled
      if (error) kept->missing_ = true;
      kept->guarded_without_socket([&] { kept->each_(id, error, std::move(value)); });
    });
  }

  // -- at home -----------------------------------------------------------------------------------------

  void expect(std::size_t count) {
    awaited_ += count;
    asked_ += count;
    auto const last = this->all_heard();
    if (last && counted_) counted_(asked_);
    if (last && awaited_ == 0) guarded_without_socket([&] { end(); });
  }

  void take(core::part<Policies>& part, engine::id const& id, std::error_code error, R value) {
    if (!done_) return;  // it is cancelled
    if (error) missing_ = true;
    guarded_for(part, id, [&] { each_(id.view(), error, std::move(value)); });
    if (--awaited_ == 0 && !this->silent()) guarded_for(part, id, [&] { end(); });
  }

  void end() {
    auto const done = std::exchange(done_, nullptr);
    each_ = nullptr;
    if (done) done(missing_ ? make_error_code(errc::no_answer) : std::error_code());
  }

  /// What is thrown goes to `on_error` with the socket that has just answered, if that is still there; else
  /// to `on_server_error`.
  template <class F> void guarded_for(core::part<Policies>& part, engine::id const& id, F run) {
    try {
      run();
    } catch (...) {
      part.at().post([kept = share(), &part, id, thrown = std::current_exception()] {
        auto const what = handler_failure(kept->event_, thrown);
        if (auto* const found = part.find(id))
          part.of().calls().report(*found, what);
        else
          part.of().calls().report(what);
      });
    }
  }

  /// The same, where the socket is one of another server.
  template <class F> void guarded_without_socket(F run) {
    try {
      run();
    } catch (...) {
      this->of().calls().report(handler_failure(event_, std::current_exception()));
    }
  }

  std::string event_;
  std::uint64_t id_;
  each_callback each_;
  done_callback done_;  // null when it is over
  unique_function<void(std::size_t)> counted_;
  std::size_t asked_ = 0;
  std::size_t awaited_ = 0;
  bool missing_ = false;
};

}  // namespace socketiopp::detail
