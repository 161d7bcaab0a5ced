// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <socketiopp/core/home.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/shard_executor.hpp>
#include <socketiopp/typed/later.hpp>

/// Coroutines as handlers, and Asio's completion tokens in the place of callbacks.
///
///     lobby.on<"lookup">([](socket& s, std::string name) -> asio::awaitable<user> {
///       if (!co_await s.emit_with_ack<"confirm">("sure?", asio::use_awaitable)) co_return user{};
///       co_return co_await find(name);
///     });
///
/// A coroutine starts inside the event that it handles, and goes on on the same thread. Its handler, its
/// arguments and its socket live until it ends, also when the client has gone meanwhile: then the socket is
/// not `connected()`, and what is emitted or answered goes nowhere. What it throws goes to `on_error`.
/// Coroutines that still wait when the server ends never go on. Their variables are destroyed with whatever
/// they wait for, so destructors must not use the socket.
///
/// An operation that is cancelled, as by `operator||` of <asio/experimental/awaitable_operators.hpp>, ends
/// with `asio::error::operation_aborted`, and is forgotten. Operations that the server does not live to
/// complete are never completed.
namespace socketiopp::detail {

#if defined(ASIO_HAS_CO_AWAIT)  // Asio finds none with clang 14 and libstdc++
/// Handlers may be coroutines.
template <class T, class Executor> struct later<asio::awaitable<T, Executor>> {
  using value_type = T;

  template <class F> static void start(core::home& where, asio::awaitable<T, Executor> started, F done) {
    constexpr bool fits = std::is_convertible_v<shard_executor, Executor>;
    static_assert(fits,
                  "socketiopp: a coroutine that is a handler runs on the server's executor: it returns "
                  "asio::awaitable<T>, or asio::awaitable<T, sio::shard_executor>");
    auto const& place = where.place().lasting();
    if constexpr (fits)
      place->run([&] { asio::co_spawn(shard_executor(place), std::move(started), std::move(done)); });
  }
};
#endif

/// An operation of the library that a handler of Asio's waits for. Everything in it happens at the place
/// where the operation ends, so that a cancellation and the end are never there at the same time.
template <class Handler, class Error, class... Values> class awaited_operation
    : public std::enable_shared_from_this<awaited_operation<Handler, Error, Values...>> {
public:
  awaited_operation(std::shared_ptr<engine::lasting_place> where, Handler handler)
      : where_(std::move(where)),
        work_(asio::make_work_guard(handler, shard_executor(where_))),
        handler_(std::move(handler)) {}

  template <class Start> void initiate(Start start) {
    auto slot = asio::get_associated_cancellation_slot(*handler_);
    if (slot.is_connected())
      slot.assign([weak = this->weak_from_this()](asio::cancellation_type) {
        if (auto const self = weak.lock()) self->where_->dispatch([self] { self->cancel(); });
      });
    where_->dispatch(
        [self = this->shared_from_this(), start = std::move(start)]() mutable { self->begin(start); });
  }

private:
  template <class Start> void begin(Start& start) {
    if (!handler_) return;  // cancelled before it began
    forget_ = start([self = this->shared_from_this()](Error error, Values... values) {
      self->complete(error, std::move(values)...);
    });
    begun_ = true;
  }

  void cancel() {
    if (!handler_) return;
    if (forget_) forget_();
    asio::post(work_.get_executor(), completion_of(asio::error::operation_aborted, Values{}...));
  }

  void complete(Error error, Values... values) {
    if (!handler_) return;
    auto completion = completion_of(error, std::move(values)...);
    if (begun_)
      where_->run([&] { asio::dispatch(work_.get_executor(), std::move(completion)); });
    else  // no handler is called by what it was given to
      asio::post(work_.get_executor(), std::move(completion));
  }

  auto completion_of(Error error, Values... values) {
    forget_ = nullptr;
    return [handler = *std::exchange(handler_, std::nullopt),
            values = std::tuple<Error, Values...>(error, std::move(values)...)]() mutable {
      std::apply(std::move(handler), std::move(values));
    };
  }

  std::shared_ptr<engine::lasting_place> where_;
  asio::executor_work_guard<asio::associated_executor_t<Handler, shard_executor>> work_;
  std::optional<Handler> handler_;  // until the operation ends
  unique_function<void()> forget_;
  bool begun_ = false;
};

/// Whether Asio has more to say about a handler than that it can be called.
template <class Handler>
concept associates = requires {
  typename Handler::executor_type;
}
|| requires { typename Handler::cancellation_slot_type; }
|| requires { typename Handler::allocator_type; };

/// Operations may be given completion tokens.
template <class Token, class... Values>
  requires(asio::completion_token_for<Token, void(Values...)> &&
           (associates<Token> || !std::is_invocable_v<Token&, Values...>))
struct completion<Token, Values...> {
  template <class Start, class Given> static auto initiate(engine::place& where, Start start, Given&& token) {
    return asio::async_initiate<Given, void(Values...)>(
        [where = where.lasting(), start = std::move(start)](auto handler) mutable {
          using operation = awaited_operation<decltype(handler), Values...>;
          std::make_shared<operation>(std::move(where), std::move(handler))->initiate(std::move(start));
        },
        token);
  }
};

}  // namespace socketiopp::detail
