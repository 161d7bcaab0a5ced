// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/socket_base.hpp>
#include <sys/socket.h>

#include <socketiopp/transport/acceptor.hpp>
#include <socketiopp/transport/asio_socket.hpp>
#include <socketiopp/transport/system_socket.hpp>

/// Streams over TCP. Needs an executor with an `io_context()`.
namespace socketiopp::transport {

/// `Socket` is how its connections are read, written and waited for.
template <class Socket> struct basic_tcp {
  /// A connected TCP socket.
  class stream : public Socket {
  public:
    /// One that the listener has accepted, with its options.
    explicit stream(Socket accepted) : Socket(std::move(accepted)) {}
    /// Takes a socket of Asio's that is connected, of an `io_context`.
    explicit stream(asio::ip::tcp::socket connected) : Socket(without_delay(std::move(connected))) {}

    template <class Context> stream to(Context& other) && {
      return stream(Socket::moved(*this, other.io_context()));
    }

    std::string remote_address() const {
      std::error_code unknown;
      auto const peer = Socket::remote_endpoint(unknown);
      if (unknown) return {};
      auto const address = peer.address();
      // One listener serves both families, so that IPv4 comes in IPv6's clothes.
      if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
      return address.to_string();
    }

  private:
    static asio::ip::tcp::socket without_delay(asio::ip::tcp::socket connected) {
      std::error_code ignored;  // a socket that has gone already says so when it is read
      connected.set_option(asio::ip::tcp::no_delay(true), ignored);
      return connected;
    }
  };

  /// A listening TCP socket.
  class listener : public acceptor<asio::ip::tcp, Socket, stream> {
    using base = acceptor<asio::ip::tcp, Socket, stream>;
    using base::listening;

  public:
    /// Listens on an address. Port 0 lets the system choose one. Throws `std::system_error` naming the
    /// address.
    template <class Context> listener(Context& on, std::string_view address, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(parse(address), port)) {}

    /// Listens on every address of this machine.
    template <class Context> listener(Context& on, std::uint16_t port)
        : listener(on, asio::ip::tcp::endpoint(asio::ip::tcp::v6(), port)) {}

    /// Listens on an endpoint.
    template <class Context> listener(Context& on, asio::ip::tcp::endpoint const& where) : base(on) {
      auto const shared = is_one_of_several(on);
      std::error_code error;
      open_first(where, shared, error);
      if (error && error != asio::error::address_in_use &&
          where == asio::ip::tcp::endpoint(asio::ip::tcp::v6(), where.port())) {
        error.clear();  // a machine without IPv6
        open_first({asio::ip::tcp::v4(), where.port()}, shared, error);
      }
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + name(where));
    }

#ifdef __linux__  // elsewhere the system would give all connections to one of them
    /// Listens where another one does, whose context is one of several.
    template <class Context> listener(Context& on, listener const& first) : base(on) {
      auto const where = first.listening().local_endpoint();
      std::error_code error;
      open(where, true, error);
      if (error) throw std::system_error(standard(error), "socketiopp: listen again on " + name(where));
    }
#endif

    std::uint16_t port() const { return listening().local_endpoint().port(); }

  private:
    using reuse_port =
        asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;  // Asio has no name for it

    static asio::ip::address parse(std::string_view address) {
      std::error_code error;
      auto parsed = asio::ip::make_address(std::string(address), error);
      if (error) throw std::system_error(standard(error), "socketiopp: listen on " + std::string(address));
      return parsed;
    }

    static std::string name(asio::ip::tcp::endpoint const& where) {
      return where.address().to_string() + " port " + std::to_string(where.port());
    }

    template <class Context> static bool is_one_of_several(Context const& on) {
      if constexpr (requires { on.is_one_of_several(); })
        return on.is_one_of_several();
      else
        return false;
    }

    /// Several sockets may listen on one port if all of them say so. Then the system refuses no other server
    /// of the same user's either, so that it is asked first whether there is one.
    void open_first(asio::ip::tcp::endpoint const& where, bool shared, std::error_code& error) {
      if (shared && where.port() != 0) bind(where, false, error);
      if (!error) open(where, shared, error);
    }

    void open(asio::ip::tcp::endpoint const& where, bool shared, std::error_code& error) {
      bind(where, shared, error);
      if (!error) listening().listen(asio::socket_base::max_listen_connections, error);
    }

    void bind(asio::ip::tcp::endpoint const& where, bool shared, std::error_code& error) {
      if (listening().is_open()) listening().close(error);
      listening().open(where.protocol(), error);
      if (error) return;
      listening().set_option(asio::socket_base::reuse_address(true), error);
      // Every system hands that on to the sockets that it accepts, which saves a call for each.
      if (!error) listening().set_option(asio::ip::tcp::no_delay(true), error);
      if (!error && shared) listening().set_option(reuse_port(true), error);
      if (!error && where.protocol() == asio::ip::tcp::v6() && where.address().is_unspecified())
        listening().set_option(asio::ip::v6_only(false), error);  // one socket for both families
      if (!error) listening().bind(where, error);
    }
  };
};

/// TCP in the way that costs least on this system: on Linux connections wait in an `epoll_set`.
struct tcp : basic_tcp<system_socket<asio::ip::tcp>> {};

/// TCP through Asio alone, for each wait of each connection. On Linux an acknowledged message then costs a
/// system call more.
struct asio_tcp : basic_tcp<asio_socket<asio::ip::tcp>> {};

}  // namespace socketiopp::transport
