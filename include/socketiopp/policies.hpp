// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/default_policies.hpp>
#include <socketiopp/json/rapidjson.hpp>

/// What a server can be made of.
namespace socketiopp {}
