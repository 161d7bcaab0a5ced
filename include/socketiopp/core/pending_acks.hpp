// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

#include <socketiopp/core/incoming.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/table.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// The acknowledgements that a socket's client still owes.
namespace socketiopp::core {

/// Each callback is called exactly once: with the answer, at its deadline, or when the socket goes.
template <class Policies> class pending_acks {
public:
  using callback = answer_callback<Policies>;

  explicit pending_acks(engine::turn& turn) : turn_(turn) {}
  pending_acks(pending_acks const&) = delete;
  pending_acks& operator=(pending_acks const&) = delete;

  std::size_t size() const { return waiting_.size(); }

  /// Awaits an answer under that id, which is not in use.
  void add(std::uint64_t id, callback done, engine::time_point deadline) {
    if (!waiting_.find(id)) turn_.schedule(waiting_.add(id, *this, id, std::move(done)).value, deadline);
  }

  /// An answer has come. Answers that nobody awaits are ignored (W-171).
  void settle(std::uint64_t id, incoming<Policies> const& answer) { finish(id, {}, &answer); }

  /// The answer is not awaited any more; its callback is not called.
  void forget(std::uint64_t id) { waiting_.erase(id); }

  /// Fails everything that is awaited.
  void fail_all(std::error_code why) {
    while (!waiting_.empty()) finish(waiting_.begin()->key, why, nullptr);
  }

private:
  struct entry final : engine::timer {
    entry(pending_acks& in, std::uint64_t of, callback then) : acks(in), id(of), done(std::move(then)) {}
    void expired() override { acks.finish(id, errc::no_answer, nullptr); }

    pending_acks& acks;
    std::uint64_t id;
    callback done;
  };

  void finish(std::uint64_t id, std::error_code error, incoming<Policies> const* answer) {
    // Out of the table before the call: the callback may send, disconnect, or await again.
    auto* const found = waiting_.find(id);
    if (!found) return;
    auto const done = std::move(found->value.done);
    waiting_.erase(*found);
    done(error, answer);
  }

  engine::turn& turn_;
  meta::table<std::uint64_t, entry> waiting_;
};

}  // namespace socketiopp::core
