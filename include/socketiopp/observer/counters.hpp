// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include <socketiopp/observer/events.hpp>

/// Totals of everything that happens on a server.
namespace socketiopp::observer {

/// What has happened since the server was made.
struct totals {
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_upgraded = 0;
  std::uint64_t sessions_closed = 0;
  std::uint64_t requests_refused = 0;
  std::uint64_t bounds_hit = 0;
  std::uint64_t sockets_connected = 0;
  std::uint64_t sockets_recovered = 0;  ///< of those
  std::uint64_t sockets_disconnected = 0;
  std::uint64_t sockets_refused = 0;
  std::uint64_t events_received = 0;
  std::uint64_t acks_received = 0;
  std::uint64_t bytes_received = 0;  ///< of both
  std::uint64_t events_sent = 0;     ///< one for each receiver
  std::uint64_t acks_sent = 0;
  std::uint64_t bytes_sent = 0;  ///< of both
  std::uint64_t packets_dropped = 0;
  std::uint64_t rooms_joined = 0;
  std::uint64_t rooms_left = 0;
  std::uint64_t errors_reported = 0;

  totals& operator+=(totals const& more);
  bool operator==(totals const&) const = default;
};

/// One of the totals.
struct total {
  std::string_view name;
  std::uint64_t totals::*value;
};

/// All of them, for those who list them: `for (auto const [name, value] : all_totals) print(name, t.*value);`
inline constexpr std::array all_totals{
    total{"sessions_opened", &totals::sessions_opened},
    total{"sessions_upgraded", &totals::sessions_upgraded},
    total{"sessions_closed", &totals::sessions_closed},
    total{"requests_refused", &totals::requests_refused},
    total{"bounds_hit", &totals::bounds_hit},
    total{"sockets_connected", &totals::sockets_connected},
    total{"sockets_recovered", &totals::sockets_recovered},
    total{"sockets_disconnected", &totals::sockets_disconnected},
    total{"sockets_refused", &totals::sockets_refused},
    total{"events_received", &totals::events_received},
    total{"acks_received", &totals::acks_received},
    total{"bytes_received", &totals::bytes_received},
    total{"events_sent", &totals::events_sent},
    total{"acks_sent", &totals::acks_sent},
    total{"bytes_sent", &totals::bytes_sent},
    total{"packets_dropped", &totals::packets_dropped},
    total{"rooms_joined", &totals::rooms_joined},
    total{"rooms_left", &totals::rooms_left},
    total{"errors_reported", &totals::errors_reported},
};
static_assert(all_totals.size() * sizeof(std::uint64_t) == sizeof(totals));

inline totals& totals::operator+=(totals const& more) {
  for (auto const& one : all_totals) this->*one.value += more.*one.value;
  return *this;
}

/// Counts, on its shard's thread; `totals` may be called from any.
class counters {
public:
  void operator()(session_opened const&) { add(&totals::sessions_opened); }
  void operator()(session_upgraded const&) { add(&totals::sessions_upgraded); }
  void operator()(session_closed const&) { add(&totals::sessions_closed); }
  void operator()(request_refused const&) { add(&totals::requests_refused); }
  void operator()(bound_hit const&) { add(&totals::bounds_hit); }

  void operator()(socket_connected const& what) {
    add(&totals::sockets_connected);
    if (what.recovered) add(&totals::sockets_recovered);
  }
  void operator()(socket_disconnected const&) { add(&totals::sockets_disconnected); }
  void operator()(socket_refused const&) { add(&totals::sockets_refused); }

  void operator()(event_received const& what) {
    add(&totals::events_received);
    add(&totals::bytes_received, what.bytes);
  }
  void operator()(ack_received const& what) {
    add(&totals::acks_received);
    add(&totals::bytes_received, what.bytes);
  }
  void operator()(event_sent const& what) {
    add(&totals::events_sent, what.receivers);
    add(&totals::bytes_sent, std::uint64_t{what.bytes} * what.receivers);
  }
  void operator()(ack_sent const& what) {
    add(&totals::acks_sent);
    add(&totals::bytes_sent, what.bytes);
  }
  void operator()(packet_dropped const&) { add(&totals::packets_dropped); }

  void operator()(room_joined const&) { add(&totals::rooms_joined); }
  void operator()(room_left const&) { add(&totals::rooms_left); }
  void operator()(error_reported const&) { add(&totals::errors_reported); }

  /// From any thread: what has been counted so far.
  observer::totals counted() const {
    observer::totals read;
    for (auto const& one : all_totals) read.*one.value = shared(one.value).load(std::memory_order_relaxed);
    return read;
  }

private:
  using number = std::atomic_ref<std::uint64_t>;

  number shared(std::uint64_t totals::*which) const { return number(counted_.*which); }

  /// Only one thread writes: no read-modify-write is needed.
  void add(std::uint64_t totals::*which, std::uint64_t more = 1) {
    shared(which).store(counted_.*which + more, std::memory_order_relaxed);
  }

  alignas(number::required_alignment) mutable totals counted_;  // what may be read from elsewhere meanwhile
};

}  // namespace socketiopp::observer
