// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/handler.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/part.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/typed/ack.hpp>
#include <socketiopp/typed/later.hpp>
#include <socketiopp/typed/socket_access.hpp>
#include <socketiopp/typed/values.hpp>

/// How a handler is called, and how what it gives becomes the acknowledgement.
namespace socketiopp::detail {

/// The acknowledgement that a handler takes as its last argument, none if the client did not ask.
template <class R, class Socket> ack<R> make_ack(Socket& from, std::optional<std::uint64_t> asked) {
  using format = typename Socket::format;
  if (!asked) return ack<R>(nullptr);
  auto& where = socket_access::part(from);
  return ack<R>(
      [&where, kept = where.of().keep(), to = socket_access::id(from), id = *asked](R const& value) {
        where.at().run([&where, kept, to, packet = parser::encode_ack<format>(where.of().name(), id, value)] {
          if (auto* const asker = where.find(to)) asker->calls().answer(packet);
        });
      });
}

/// Sends an acknowledgement, if the client asked for it.
template <class R, class Socket, class Given>
void acknowledge(Socket& to, std::optional<std::uint64_t> asked, Given const& given) {
  using sent = std::conditional_t<std::is_same_v<R, arguments>, Given, R>;
  if (asked)
    socket_access::answer(
        to, parser::encode_ack<typename Socket::format>(to.nsp(), *asked, as_payload<sent>(given)));
}

/// Calls a handler, which takes the acknowledgement's id if it answers.
template <class Fit, class R, class F, class Socket, class Args>
void call_handler(F& handler, Socket& from, Args& args, std::optional<std::uint64_t>& ack_id) {
  if constexpr (Fit::takes_ack) {
    Fit::call(handler, from, args, [&] { return make_ack<R>(from, std::exchange(ack_id, std::nullopt)); });
  } else if constexpr (std::is_void_v<handler_result<Fit, F, Socket, Args>>) {
    Fit::call(handler, from, args, no_ack);
  } else {
    auto const& answer = Fit::call(handler, from, args, no_ack);
    acknowledge<R>(from, std::exchange(ack_id, std::nullopt), answer);
  }
}

/// Calls a handler that ends later. Until then it lives, and so do its arguments and its socket, although
/// that may have been disconnected meanwhile; what it throws goes to `on_error`.
template <class Fit, class R, class F, class Socket, class Args>
void call_handler_later(std::shared_ptr<F> const& handler, Socket& from, std::string_view event, Args& args,
                        std::optional<std::uint64_t>& ack_id) {
  struct call {
    std::shared_ptr<F> handler;
    std::shared_ptr<void> socket;
    Args args;
    std::string event;
    std::optional<std::uint64_t> ack_id;
  };
  auto kept = std::make_shared<call>(
      call{handler, socket_access::share(from), std::move(args), std::string(event), std::nullopt});
  using Ack = std::conditional_t<Fit::takes_ack, ack<R>, std::nullptr_t>;
  using Later = std::remove_cvref_t<handler_result<Fit, F, Socket, Args, Ack>>;
  if constexpr (!Fit::takes_ack && !std::is_void_v<typename later<Later>::value_type>)
    kept->ack_id = std::exchange(ack_id, std::nullopt);
  auto started = [&] {
    if constexpr (Fit::takes_ack)
      return Fit::call(*kept->handler, from, kept->args,
                       [&] { return make_ack<R>(from, std::exchange(ack_id, std::nullopt)); });
    else
      return Fit::call(*kept->handler, from, kept->args, no_ack);
  }();
  later<Later>::start(socket_access::part(from).at(), std::move(started),
                      [kept, &from](std::exception_ptr const& failure, auto&&... answer) {
                        socket_access::guarded(from, kept->event, [&] {
                          if (failure) std::rethrow_exception(failure);
                          (acknowledge<R>(from, kept->ack_id, answer), ...);
                        });
                      });
}

}  // namespace socketiopp::detail
