// SPDX-License-Identifier: MIT
#pragma once

#include <asio/io_context.hpp>

/// Asio's objects with the executor that they have here.
namespace socketiopp::transport {

namespace detail {

template <class Object> struct on_io_context;
template <template <class, class> class Object, class Protocol, class Executor>
struct on_io_context<Object<Protocol, Executor>> {
  using type = Object<Protocol, asio::io_context::executor_type>;
};
template <template <class, class, class> class Object, class Clock, class Traits, class Executor>
struct on_io_context<Object<Clock, Traits, Executor>> {
  using type = Object<Clock, Traits, asio::io_context::executor_type>;
};

}  // namespace detail

/// A socket or a timer of Asio's that knows its executor's type: one for any executor allocates, and costs a
/// compiler as much as a small program. Asio's own `rebind_executor` would compile that one first.
template <class Object> using on_io_context = typename detail::on_io_context<Object>::type;

}  // namespace socketiopp::transport
