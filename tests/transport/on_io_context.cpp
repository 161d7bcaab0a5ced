// SPDX-License-Identifier: MIT
#include <type_traits>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include <socketiopp/transport/on_io_context.hpp>

namespace {

using socketiopp::transport::on_io_context;
using executor = asio::io_context::executor_type;

template <class Object> using rebound = typename Object::template rebind_executor<executor>::other;

static_assert(std::is_same_v<on_io_context<asio::ip::tcp::socket>, rebound<asio::ip::tcp::socket>>);
static_assert(std::is_same_v<on_io_context<asio::ip::tcp::acceptor>, rebound<asio::ip::tcp::acceptor>>);
static_assert(std::is_same_v<on_io_context<asio::steady_timer>, rebound<asio::steady_timer>>);

}  // namespace
