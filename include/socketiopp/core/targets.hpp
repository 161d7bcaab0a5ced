// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <socketiopp/engine/id.hpp>

/// Whom a selection means.
namespace socketiopp::core {

/// Whom a selection means: everybody, or those in any of some rooms, without those in any of others. A
/// socket's id counts as a room in which it is alone.
struct targets {
  bool some = false;  ///< only those in `rooms`, which is nobody where there are none
  std::vector<std::string> rooms;
  std::vector<std::string> except;
  std::optional<engine::id> sender;  ///< left out too
  bool local = false;                ///< only those on this server
};

}  // namespace socketiopp::core
