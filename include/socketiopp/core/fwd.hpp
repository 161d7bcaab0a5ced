// SPDX-License-Identifier: MIT
#pragma once

/// The names of the untyped core.
namespace socketiopp::core {

template <class Json> class connection;
template <class Json> class namespace_;
template <class Json> class shard;
template <class Json> class slice;
template <class Json> class socket;

}  // namespace socketiopp::core
