// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <socketiopp/socket.hpp>
