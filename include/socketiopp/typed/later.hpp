// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

/// What lets handlers be coroutines, and completion tokens take the place of callbacks, without this layer
/// knowing Asio: <socketiopp/asio.hpp> says it for Asio's.
namespace socketiopp::detail {

/// A result that comes later, such as an awaitable. A specialisation has
///
///     using value_type = ...;                        // what comes, perhaps void
///     static void start(core::home& where, T later, F done);
///
/// which runs it on the shard's thread and calls `done(std::exception_ptr, value...)` there, once; without
/// the value where it is void, and with a neutral one where there is an exception.
template <class T> struct later;

template <class T>
concept is_later = requires {
  typename later<std::remove_cvref_t<T>>::value_type;
};

/// What comes in the end.
template <class T> struct in_the_end { using type = T; };
template <is_later T> struct in_the_end<T> {
  using type = typename later<std::remove_cvref_t<T>>::value_type;
};

/// A way to be told of a completion that is no callback, such as `asio::use_awaitable`. A specialisation has
///
///     static auto initiate(engine::place& where, Start start, Token&& token);
///
/// which returns what the token stands for, and calls `start(handler)` once or never: now or later, so that
/// `start` keeps whatever it needs. The handler takes `(Values...)`, the first a `std::error_code`; it is
/// called once at most, on the thread of `where`, perhaps before `start` returns. What `start` returns is
/// called there without arguments to cancel: it forgets the handler, if that is still awaited, without a
/// call. By itself the completion happens on `where`.
template <class Token, class... Values> struct completion;

template <class Token, class... Values>
concept completion_token = requires {
  sizeof(completion<std::decay_t<Token>, Values...>);
};

}  // namespace socketiopp::detail
