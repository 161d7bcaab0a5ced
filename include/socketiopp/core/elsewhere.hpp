// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// What servers tell each other, and whom they tell of it: a namespace knows its others only by these.
namespace socketiopp::core {

/// A socket as other servers see it.
struct remote_record {
  std::string id;
  engine::handshake handshake;
  std::vector<std::string> rooms;  ///< the first is its id
  json::value data;                ///< the contract's; null if that has no JSON form
};

/// What a client of another server has answered, or why it has not.
struct remote_answer {
  std::string id;  ///< of the socket; empty where that is not known
  std::error_code error;
  arguments values;
};

/// Called with each answer, and once when there are no more of them, or no more are awaited.
using each_remote_callback = unique_function<void(remote_answer)>;
using done_callback = unique_function<void(std::error_code)>;
/// Called once, with what has come; with an error if something is missing.
using records_callback = unique_function<void(std::error_code, std::vector<remote_record>)>;
using replies_callback = unique_function<void(std::error_code, std::vector<arguments>)>;
using count_callback = unique_function<void(std::error_code, std::size_t)>;

/// An event that another server has sent to this one.
template <class Policies> struct server_event {
  std::string_view name;
  arguments const& values;
  unique_function<void(arguments)> reply;  ///< null if nobody awaits one; whoever answers takes it
  core::home& at;                          ///< where it is handled
};

}  // namespace socketiopp::core
