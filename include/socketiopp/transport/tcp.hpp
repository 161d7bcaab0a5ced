// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/socket_base.hpp>

#include <socketiopp/transport/acceptor.hpp>
#include <socketiopp/transport/socket_stream.hpp>

/// Streams over TCP, through Asio. Needs an executor with an `io_context()`.
namespace socketiopp::transport {

struct tcp {
  /// A connected TCP socket.
  class stream : public socket_stream<asio::ip::tcp> {
  public:
    /// Takes a socket of Asio's that is connected, of an `io_context`.
    template <class Socket>
      requires std::constructible_from<socket_stream, Socket>
    explicit stream(Socket connected) : socket_stream(std::move(connected)) {
      std::error_code ignored;
      socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    }

    std::string remote_address() const {
      std::error_code unknown;
      auto const peer = socket().remote_endpoint(unknown);
      if (unknown) return {};
      auto const address = peer.address();
      // One listener serves both families, so that IPv4 comes in IPv6's clothes.
      if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
      return address.to_string();
    }
  };

  /// A listening TCP socket.
  class listener : public acceptor<asio::ip::tcp, stream> {
  public:
    /// Listens on an address. Port 0 lets the system choose one. Throws `std::system_error` naming the
    /// address.
    template <class Context> listener(Context& on, std::string_view address, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(parse(address), port)) {}

    /// Listens on every address of this machine.
    template <class Context> listener(Context& on, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(asio::ip::tcp::v6(), port)) {}

    /// Listens on an endpoint.
    template <class Context> listener(Context& on, asio::ip::tcp::endpoint const& where) : acceptor(on) {
      std::error_code error;
      open(where, error);
      if (error && error != asio::error::address_in_use &&
          where == asio::ip::tcp::endpoint(asio::ip::tcp::v6(), where.port())) {
        error.clear();  // a machine without IPv6
        open({asio::ip::tcp::v4(), where.port()}, error);
      }
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + name(where));
    }

    std::uint16_t port() const { return listening().local_endpoint().port(); }

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
      if (listening().is_open()) listening().close(error);
      listening().open(where.protocol(), error);
      if (error) return;
      listening().set_option(asio::socket_base::reuse_address(true), error);
      if (!error && where.protocol() == asio::ip::tcp::v6() && where.address().is_unspecified())
        listening().set_option(asio::ip::v6_only(false), error);  // one socket for both families
      if (!error) listening().bind(where, error);
      if (!error) listening().listen(asio::socket_base::max_listen_connections, error);
    }
  };
};

}  // namespace socketiopp::transport
