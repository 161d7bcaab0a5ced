// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/pattern.hpp>
#include <socketiopp/contract/room.hpp>
#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/reflect/fields.hpp>

/// What a header with a contract needs, and no more: both ends of a project may include it.
namespace socketiopp {}
