// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/meta/fixed_string.hpp>

/// The public names, without what they are.
namespace socketiopp {

struct default_policies;
struct server_options;
struct event_error;
struct binary;  // complete in socketiopp/json/binary.hpp
class arguments;

namespace json {

class value;  // complete in socketiopp/json/value.hpp

}  // namespace json

template <meta::fixed_string Name, class Signature> struct event;
template <class... Events> struct events;
template <meta::fixed_string Name, class... Parts> struct pattern;
template <meta::fixed_string Name, class... Parts> struct room;
template <class T> struct fields;
template <class R> class ack;

template <class Policies> class basic_server;
template <contract C, class Policies = default_policies> class namespace_;
template <contract C, class Policies = default_policies> class socket;
template <contract C, class Policies = default_policies> class parent_namespace;
template <contract C, class Policies = default_policies> class selection;
template <contract C, class Policies = default_policies> class remote_socket;
template <class R> struct responses;

using server = basic_server<default_policies>;

}  // namespace socketiopp
