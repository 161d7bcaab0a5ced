// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include <asio/execution.hpp>
#include <asio/execution_context.hpp>

#include <socketiopp/engine/place.hpp>

/// The thread that a socket's handlers are called on, as an executor of Asio's.
namespace socketiopp {

/// Runs everything as its own piece of the server's work, after which what it sends leaves; at once only for
/// who is in such a piece already. What is executed after the server's end is dropped. Coroutines of handlers
/// run on it: it is what `asio::this_coro::executor` gives them.
///
/// Its context is the server's `io_context`; timers and sockets can be made with it. (A server whose policies
/// name an executor without one has another, with a thread of its own.)
class shard_executor {
public:
  explicit shard_executor(std::shared_ptr<engine::lasting_place> to) noexcept : to_(std::move(to)) {}

  template <class F> void execute(F&& f) const {
    using function = std::decay_t<F>;
    if (!posts_ && to_->inside()) {
      function now(std::forward<F>(f));
      return now();
    }
    to_->post([later = function(std::forward<F>(f))]() mutable { later(); });
  }

  bool operator==(shard_executor const&) const noexcept = default;

  asio::execution_context& query(asio::execution::context_t) const noexcept { return to_->context(); }
  asio::execution::blocking_t query(asio::execution::blocking_t) const noexcept {
    if (posts_) return asio::execution::blocking.never;
    return asio::execution::blocking.possibly;
  }
  shard_executor require(asio::execution::blocking_t::never_t) const { return {to_, true}; }
  shard_executor require(asio::execution::blocking_t::possibly_t) const { return {to_, false}; }

private:
  shard_executor(std::shared_ptr<engine::lasting_place> to, bool posts) noexcept
      : to_(std::move(to)), posts_(posts) {}

  std::shared_ptr<engine::lasting_place> to_;
  bool posts_ = false;
};

}  // namespace socketiopp
