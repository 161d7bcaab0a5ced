// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/parser/outgoing.hpp>

/// What the library asks of an adapter: how servers that serve the same namespaces reach each other. The
/// model that documents it is `local`.
///
/// A server has one adapter, which `server::adapter` gives, to be set up before the server runs. Each of its
/// namespaces has a link, the way to the namespaces of its name on the other servers. What is done to a
/// namespace is done here by the server itself; the link is told what to do elsewhere, and only that. What
/// other servers want done here it passes to `inbound`.
///
/// A link is called from any thread, and may call back from any: before the call returns, later, or when the
/// server has gone and nobody listens. It lives as long as its namespace can be reached. Its constructor
/// calls nobody, and after its destructor nothing is passed to `inbound` any more.
namespace socketiopp::adapter {

/// - `emit` sends the event in the packet to its targets elsewhere; `core::read_back` tells what it says.
///   Their `sender` is a socket of this server, so that it is left out here only.
/// - `emit_with_ack` also asks for acknowledgements, which may take so long: it calls back with each, and
/// when
///   all servers have told theirs (F-159).
/// - `sockets_join`, `sockets_leave`, `disconnect_sockets` do so with the targets elsewhere (F-210).
/// - `fetch_sockets` lists them (F-211).
/// - `server_side_emit` sends the event in the packet to the others themselves (F-190), with an
///   acknowledgement to each other server's reply.
/// - `server_count` says how many servers there are, with this one.
///
/// - `room_created` and `room_deleted`, if it has them, are called with the name of a room that has got its
/// first
///   member on one of the server's shards, or lost its last, on that shard's thread (F-213): for who hears of
///   some rooms only. The rooms in which sockets are alone, those of their ids, are no such rooms.
///
/// A server that does not answer in time is an error, `errc::no_answer`, next to what the others have said.
template <class L, class Adapter, class Policies>
concept link = std::constructible_from < L,
        Adapter&, core::namespace_<Policies>
& > &&requires(L elsewhere, core::targets const& to, parser::outgoing const& packet,
               std::vector<std::string> const& rooms, std::chrono::milliseconds limit,
               core::each_remote_callback each, core::done_callback done, core::records_callback records,
               core::replies_callback replies, core::count_callback count) {
  elsewhere.emit(to, packet);
  elsewhere.emit_with_ack(to, packet, limit, std::move(each), std::move(done));
  elsewhere.sockets_join(to, rooms);
  elsewhere.sockets_leave(to, rooms);
  elsewhere.disconnect_sockets(to, true);
  elsewhere.fetch_sockets(to, std::move(records));
  elsewhere.server_side_emit(packet);
  elsewhere.server_side_emit_with_ack(packet, std::move(replies));
  elsewhere.server_count(std::move(count));
};

/// The policy.
template <class A, class Policies>
concept policy = std::default_initializable<A> && link<typename A::template link<Policies>, A, Policies>;

}  // namespace socketiopp::adapter
