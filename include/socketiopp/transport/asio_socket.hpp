// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/execution/context.hpp>
#include <asio/io_context.hpp>
#include <asio/query.hpp>
#include <asio/socket_base.hpp>

#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/on_io_context.hpp>

/// Connected sockets through Asio, on every system that it knows.
namespace socketiopp::transport {

/// The same error in the standard's category: that of Asio compares equal to no `std::errc`.
inline std::error_code standard(std::error_code error) {
  auto const of_system = error.category() == asio::error::get_system_category();
  return of_system ? std::error_code(error.value(), std::system_category()) : error;
}

/// A connected socket of an Asio protocol: a `transport::stream` but for the peer's address.
template <class Protocol> class asio_socket {
  using socket_type = on_io_context<typename Protocol::socket>;

public:
  static constexpr bool secure = false;

  explicit asio_socket(socket_type socket) : socket_(std::move(socket)) {
    std::error_code ignored;  // a socket that has gone already says so when it is read
    socket_.non_blocking(true, ignored);
  }
  /// Takes a socket of Asio's that is connected, of an `io_context`.
  explicit asio_socket(typename Protocol::socket connected)
      : asio_socket(taken(connected, context_of(connected))) {}

  /// Sees to what its sockets need on a context.
  static void prepare(asio::io_context&) {}

  /// The next socket that waits to be accepted.
  template <class Acceptor>
  static asio_socket accept(Acceptor& from, asio::io_context& on, std::error_code& error) {
    socket_type accepted(on);
    from.accept(accepted, error);
    error = standard(error);
    return asio_socket(std::move(accepted));
  }

  /// The same socket on another context. Who waits for it where it was is told that nothing comes any more.
  static asio_socket moved(asio_socket& from, asio::io_context& to) {
    return asio_socket(taken(from.socket_, to));
  }

  std::size_t read_some(std::span<char> into, std::error_code& error) {
    auto const size = socket_.read_some(asio::buffer(into.data(), into.size()), error);
    error = standard(error);
    return size;
  }

  std::size_t write_some(std::span<std::string_view const> pieces, std::error_code& error) {
    std::array<asio::const_buffer, 64> buffers;  // as many as Asio hands to one system call
    auto const count = std::min(pieces.size(), buffers.size());
    for (std::size_t i = 0; i < count; ++i)
      buffers[i] = asio::const_buffer(pieces[i].data(), pieces[i].size());
    auto const size = socket_.write_some(std::span(buffers).first(count), error);
    error = standard(error);
    return size;
  }

  void wait_readable(unique_function<void(std::error_code)> ready) {
    socket_.async_wait(asio::socket_base::wait_read, std::move(ready));
  }
  void wait_writable(unique_function<void(std::error_code)> ready) {
    socket_.async_wait(asio::socket_base::wait_write, std::move(ready));
  }

  void shutdown() {
    std::error_code ignored;  // the peer may be gone
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
  }
  void close() {
    std::error_code ignored;
    socket_.close(ignored);
  }

  /// Where waits end.
  asio::io_context::executor_type executor() { return socket_.get_executor(); }

  typename Protocol::endpoint remote_endpoint(std::error_code& error) const {
    return socket_.remote_endpoint(error);
  }

private:
  template <class Socket> static socket_type taken(Socket& from, asio::io_context& to) {
    socket_type own(to);
    std::error_code gone;  // which the first read will say
    auto const where = from.local_endpoint(gone);
    if (!gone) own.assign(where.protocol(), from.release(gone), gone);
    return own;
  }

  static asio::io_context& context_of(typename Protocol::socket& given) {
    return static_cast<asio::io_context&>(asio::query(given.get_executor(), asio::execution::context));
  }

  socket_type socket_;
};

}  // namespace socketiopp::transport
