// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/steady_timer.hpp>

#include <socketiopp/meta/unique_function.hpp>

/// Streams over TCP, through Asio. Needs an executor with an `io_context()`.
namespace socketiopp::transport {

struct tcp {
  /// The same error in the standard's category: that of Asio compares equal to no `std::errc`.
  static std::error_code standard(std::error_code error) {
    auto const of_system = error.category() == asio::error::get_system_category();
    return of_system ? std::error_code(error.value(), std::system_category()) : error;
  }

  /// A connected TCP socket.
  class stream {
  public:
    static constexpr bool secure = false;

    explicit stream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {
      std::error_code ignored;  // a socket that has gone already says so when it is read
      socket_.non_blocking(true, ignored);
      socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
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
      socket_.async_wait(asio::ip::tcp::socket::wait_read, std::move(ready));
    }
    void wait_writable(unique_function<void(std::error_code)> ready) {
      socket_.async_wait(asio::ip::tcp::socket::wait_write, std::move(ready));
    }

    void shutdown() {
      std::error_code ignored;  // the peer may be gone
      socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    }
    void close() {
      std::error_code ignored;
      socket_.close(ignored);
    }

    std::string remote_address() const {
      std::error_code unknown;
      auto const peer = socket_.remote_endpoint(unknown);
      if (unknown) return {};
      auto const address = peer.address();
      // One listener serves both families, so that IPv4 comes in IPv6's clothes.
      if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
      return address.to_string();
    }

  private:
    asio::ip::tcp::socket socket_;
  };

  /// A listening TCP socket.
  class listener {
  public:
    /// Listens on an address. Port 0 lets the system choose one. Throws `std::system_error` naming the
    /// address.
    template <class Context> listener(Context& on, std::string_view address, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(parse(address), port)) {}

    /// Listens on every address of this machine.
    template <class Context> listener(Context& on, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(asio::ip::tcp::v6(), port)) {}

    /// Listens on an endpoint.
    template <class Context> listener(Context& on, asio::ip::tcp::endpoint const& where)
        : acceptor_(on.io_context()), retry_(on.io_context()) {
      std::error_code error;
      open(where, error);
      if (error && error != asio::error::address_in_use &&
          where == asio::ip::tcp::endpoint(asio::ip::tcp::v6(), where.port())) {
        error.clear();  // a machine without IPv6
        open({asio::ip::tcp::v4(), where.port()}, error);
      }
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + name(where));
    }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    /// Calls `accepted` with every connection that comes, until closed.
    void accept(unique_function<void(stream)> accepted) {
      accepted_ = std::move(accepted);
      accept_next();
    }

    void close() {
      std::error_code ignored;
      open_.reset();
      acceptor_.close(ignored);
      retry_.cancel();
    }

  private:
    static asio::ip::address parse(std::string_view address) {
      std::error_code error;
      auto parsed = asio::ip::make_address(std::string(address), error);
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + std::string(address));
      return parsed;
    }

    static std::string name(asio::ip::tcp::endpoint const& where) {
      return where.address().to_string() + " port " + std::to_string(where.port());
    }

    void open(asio::ip::tcp::endpoint const& where, std::error_code& error) {
      if (acceptor_.is_open()) acceptor_.close(error);
      acceptor_.open(where.protocol(), error);
      if (error) return;
      acceptor_.set_option(asio::socket_base::reuse_address(true), error);
      if (!error && where.protocol() == asio::ip::tcp::v6() && where.address().is_unspecified())
        acceptor_.set_option(asio::ip::v6_only(false), error);  // one socket for both families
      if (!error) acceptor_.bind(where, error);
      if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }

    void accept_next() {
      acceptor_.async_accept(
          [this, open = std::weak_ptr(open_)](std::error_code error, asio::ip::tcp::socket socket) {
            if (open.expired()) return;
            if (!error) {
              accepted_(stream(std::move(socket)));
              return accept_next();
            }
            // Out of descriptors, most likely: to try again at once would keep the loop busy with nothing
            // else.
            retry_.expires_after(std::chrono::milliseconds(100));
            retry_.async_wait([this, open](std::error_code cancelled) {
              if (!cancelled && !open.expired()) accept_next();
            });
          });
    }

    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    unique_function<void(stream)> accepted_;
    std::shared_ptr<void> open_ =
        std::make_shared<char>();  // what has completed may still be called after a close
  };
};

}  // namespace socketiopp::transport
