// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/core/incoming.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/json/fault.hpp>
#include <socketiopp/meta/error.hpp>

/// Everything that can go wrong: `errc`, `condition`, `reason`, `event_error`, `fault`.
namespace socketiopp {}
