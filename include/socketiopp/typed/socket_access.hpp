// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <socketiopp/json/fault.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// What the library does with a socket and the program does not.
namespace socketiopp::detail {

/// The one friend of `socket` for everything that calls handlers.
struct socket_access {
  /// Its namespace's part on its shard, and its id.
  template <class Socket> static auto& part(Socket& of) { return of.core_calls().part(); }
  template <class Socket> static auto const& id(Socket& of) { return of.core_id(); }
  template <class Socket> static void answer(Socket& to, parser::outgoing const& packet) {
    to.core_calls().answer(packet);
  }
  /// What it is to the program. `Socket` is what its namespace makes.
  template <class Socket, class Core> static Socket& typed(Core& of) { return static_cast<Socket&>(of); }
  /// Keeps it in memory.
  template <class Socket> static std::shared_ptr<void> share(Socket& of) { return of.share(); }
  /// Runs a handler; what it throws goes to `on_error`.
  template <class Socket, class F> static void guarded(Socket& of, std::string_view event, F&& run) {
    of.guarded(event, std::forward<F>(run));
  }
  template <class Socket> static void report(Socket& of, std::string_view event, fault const& wrong) {
    of.report(event, wrong);
  }
};

}  // namespace socketiopp::detail
