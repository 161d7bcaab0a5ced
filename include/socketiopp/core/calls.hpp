// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// What the typed layer has the core do. Nothing here has a body: a file with handlers compiles the call, and
/// what is behind it is compiled once, in the file with the server.
namespace socketiopp::core {

/// Of a socket; on its shard. See `socket` for what each does.
template <class Policies> class socket_calls {
public:
  virtual void join(std::string_view room) = 0;
  virtual void leave(std::string_view room) = 0;

  virtual void send(parser::outgoing const& packet) = 0;
  virtual void answer(parser::outgoing const& packet) = 0;
  /// As `socket::request`, with an answer that may take so long.
  virtual void ask(std::uint64_t id, parser::outgoing const& packet, std::chrono::milliseconds limit,
                   answer_callback<Policies> done) = 0;
  virtual void forget(std::uint64_t id) = 0;

  // `writable`, `queued_bytes` and `disconnect`, under names that the typed socket has not.
  virtual bool is_writable() const = 0;
  virtual std::size_t bytes_queued() const = 0;
  virtual void take_out(bool close) = 0;

  /// Its namespace's part on its shard.
  virtual core::part<Policies>& part() const = 0;

protected:
  ~socket_calls() = default;
};

/// Of a namespace; from any thread. See `namespace_` for what each does.
template <class Policies> class namespace_calls {
public:
  virtual void send(targets to, parser::outgoing packet) = 0;
  virtual void sockets_join(targets const& to, std::vector<std::string> const& rooms) = 0;
  virtual void sockets_leave(targets const& to, std::vector<std::string> const& rooms) = 0;
  virtual void disconnect_sockets(targets const& to, bool close) = 0;

  /// The values of the event in a packet; none if it is no event.
  virtual arguments read_back(parser::outgoing const& packet) const = 0;

  virtual void report(socket<Policies>& who, event_error const& what) = 0;
  virtual void report(event_error const& what) = 0;

  /// The shard that `nearest_shard` gives, and the namespace's part on each shard.
  virtual home& nearest_home() const = 0;
  virtual core::part<Policies>& part_on(std::size_t shard) const = 0;

protected:
  ~namespace_calls() = default;
};

}  // namespace socketiopp::core
