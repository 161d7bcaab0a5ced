// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/write_context.hpp>

/// From one format to another, without a type between them.
namespace socketiopp::json {

namespace detail {

inline std::span<std::byte const> bytes_of(std::span<std::byte const> bytes) { return bytes; }
inline std::span<std::byte const> bytes_of(binary const& data) {
  return {data.bytes.data(), data.bytes.size()};  // the vector itself makes a compiler look at all ranges
}

}  // namespace detail

/// Writes all that `from` holds, in its order. Attachments refer to what `from` is a view of.
template <view View, writer Writer> void copy(View from, Writer& to, write_context& context) {
  switch (from.kind()) {
    case kind::null: return to.null();
    case kind::boolean: return to.boolean(from.boolean());
    case kind::integer: return to.integer(from.integer());
    case kind::natural: return to.natural(from.natural());
    case kind::real: return to.real(from.real());
    case kind::string: return to.string(from.string());
    case kind::array: {
      to.begin_array(from.size());
      for (std::size_t i = 0; i < from.size(); ++i) copy(from[i], to, context);
      return to.end_array();
    }
    case kind::object: {
      to.begin_object(from.size());
      from.for_each([&](std::string_view name, View member) {
        to.key(name);
        copy(member, to, context);
        return true;
      });
      return to.end_object();
    }
    case kind::binary:
      if constexpr (requires { from.binary(); })
        detail::write_binary(to, detail::bytes_of(from.binary()), context);
  }
}

}  // namespace socketiopp::json
