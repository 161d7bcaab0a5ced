// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract.hpp>
#include <socketiopp/default_policies.hpp>
#include <socketiopp/error.hpp>
#include <socketiopp/fwd.hpp>
#include <socketiopp/typed/ack.hpp>
#include <socketiopp/typed/namespace.hpp>
#include <socketiopp/typed/parent_namespace.hpp>
#include <socketiopp/typed/remote_socket.hpp>
#include <socketiopp/typed/responses.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/socket.hpp>

/// What a file with handlers needs: sockets and namespaces, without the transport that only the file with the
/// server has to compile.
namespace socketiopp {}
