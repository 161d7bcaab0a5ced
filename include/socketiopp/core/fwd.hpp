// SPDX-License-Identifier: MIT
#pragma once

/// The names of the untyped core, and what the policies mean to it.
namespace socketiopp::core {

template <class Policies> class connection;
template <class Policies> class directory;
template <class Policies> class namespace_;
template <class Policies> class presence;
template <class Policies> class shard;
template <class Policies> class slice;
template <class Policies> class socket;

/// How packets are read and written: the parser, over the JSON library.
template <class Policies> using format_of =
    typename Policies::parser::template format<typename Policies::json>;

/// A namespace's way to those of its name on other servers; see adapter/concept.hpp.
template <class Policies> using link_of = typename Policies::adapter::template link<Policies>;

/// A handle to a value that has arrived.
template <class Policies> using view_of = typename format_of<Policies>::view;

}  // namespace socketiopp::core
