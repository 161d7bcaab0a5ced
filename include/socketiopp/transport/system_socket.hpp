// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/transport/asio_socket.hpp>
#include <socketiopp/transport/epoll_socket.hpp>

/// Which connected sockets are used where a transport does not name any.
namespace socketiopp::transport {

#ifdef __linux__
template <class Protocol> using system_socket = epoll_socket<Protocol>;
#else
template <class Protocol> using system_socket = asio_socket<Protocol>;
#endif

}  // namespace socketiopp::transport
