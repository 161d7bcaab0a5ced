// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract/contract.hpp>

/// The names of the typed layer. `Policies` decides the JSON library, the transport and the executor.
namespace socketiopp {

template <contract C, class Policies> class socket;
template <contract C, class Policies> class namespace_;
template <contract C, class Policies> class selection;
template <class R> class ack;
template <class Policies> class basic_server;

}  // namespace socketiopp
