// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <socketiopp/parser/concept.hpp>

namespace socketiopp {

struct default_policies;

}  // namespace socketiopp

/// The names of the untyped core, and what the policies mean to it.
namespace socketiopp::core {

class home;
class recovery;
struct lost_session;
struct sent_event;
template <class Policies> class connection;
template <class Policies> class directory;
template <class Policies> class namespace_;
template <class Policies> class part;
template <class Policies> class pending_acks;
template <class Policies> class presence;
template <class Policies> class shard;
template <class Policies> class slice;
template <class Policies> class socket;

/// The policies as far as they read and write. Where they cannot, which the server says, others are used, so
/// that its sentence is all that is said.
template <class Policies> using readers_of =
    std::conditional_t<parser::fits<typename Policies::parser, typename Policies::json>, Policies,
                       default_policies>;

/// How packets are read and written: the parser, over the JSON library.
template <class Policies> using format_of =
    typename readers_of<Policies>::parser::template format<typename readers_of<Policies>::json>;

/// A namespace's way to those of its name on other servers; see adapter/concept.hpp.
template <class Policies> using link_of = typename Policies::adapter::template link<Policies>;

/// A handle to a value that has arrived.
template <class Policies> using view_of = typename format_of<Policies>::view;

}  // namespace socketiopp::core
