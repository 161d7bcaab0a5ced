// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <socketiopp/engine/id.hpp>

/// What is kept of a client that is gone.
namespace socketiopp::core {

/// What a client finds again.
struct lost_session {
  engine::id sid;
  std::vector<std::string> rooms;  ///< the first is its id
  std::uint64_t offset;            ///< from where on it missed packets
  std::shared_ptr<void> data;      ///< the contract's, moved out of the socket
};

}  // namespace socketiopp::core
