// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// The adapter of a server that is alone.
namespace socketiopp::adapter {

/// There are no other servers: nothing is told to them, and they have nothing to tell.
class local {
public:
  template <class Policies> class link {
  public:
    link(local&, core::namespace_<Policies>&) {}

    void emit(core::targets const&, parser::outgoing const&) {}
    void emit_with_ack(core::targets const&, parser::outgoing const&, std::chrono::milliseconds,
                       core::each_remote_callback, core::done_callback done) {
      done({});
    }

    void sockets_join(core::targets const&, std::vector<std::string> const&) {}
    void sockets_leave(core::targets const&, std::vector<std::string> const&) {}
    void disconnect_sockets(core::targets const&, bool) {}
    void fetch_sockets(core::targets const&, core::records_callback done) { done({}, {}); }

    void server_side_emit(parser::outgoing const&) {}
    void server_side_emit_with_ack(parser::outgoing const&, core::replies_callback done) { done({}, {}); }
    void server_count(core::count_callback done) { done({}, 1); }
  };
};

}  // namespace socketiopp::adapter
