// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract/contract.hpp>

/// The names of the typed layer. `Policies` decides the JSON library, the transport and the executor.
namespace socketiopp {

template <contract C, class Policies> class socket;
template <contract C, class Policies> class namespace_;
template <contract C, class Policies> class parent_namespace;
template <contract C, class Policies> class selection;
template <contract C, class Policies> class remote_socket;
template <class R> class ack;
template <class Policies> class basic_server;

namespace detail {
template <contract C, class Policies, class Derived> class broadcaster;
template <class Record, class Policies> class roll_call;
template <contract C, class Policies> class timed_remote;
}  // namespace detail

}  // namespace socketiopp
