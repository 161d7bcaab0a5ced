// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <socketiopp/meta/table.hpp>

/// What a socket knows of the rooms that it is in.
namespace socketiopp::core {

template <class Member> struct room { std::vector<Member*> members; };

/// One room of a member, and its place in that room's list.
template <class Member> struct membership {
  typename meta::table<std::string, room<Member>>::entry* in;
  std::size_t place;
};

}  // namespace socketiopp::core
