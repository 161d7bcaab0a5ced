// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/pattern.hpp>
#include <socketiopp/contract/room.hpp>
#include <socketiopp/fwd.hpp>
#include <socketiopp/reflect/fields.hpp>

/// What a header with a contract needs, and no more: both ends of a project may include it. Events may have
/// `sio::binary` and `sio::json::value` among their arguments; a type that has one of them as a member needs
/// `socketiopp/json/binary.hpp` or `socketiopp/json/value.hpp` too.
namespace socketiopp {}
