// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/reflect/enums.hpp>
#include <socketiopp/reflect/fields.hpp>

/// From typed values to JSON.
namespace socketiopp::json {

/// What writing leaves beside the text.
struct write_context {
  /// The binary data that placeholders in the text stand for, by their numbers: depth first, in the order of
  /// the arguments (W-183). They refer to the values that were written, and to `converted`.
  std::vector<std::span<std::byte const>> attachments;
  /// What `fields<T>::to` made, as far as it can hold binary data: attachments outlive the writing.
  std::vector<std::shared_ptr<void const>> converted;
};

/// Writes `from`. Members that are empty optionals are left out; everywhere else an empty optional is null.
///
/// Throws `std::system_error` with `errc::not_representable` for what JSON cannot say; see the concept
/// `writer`.
template <writer Writer, class T> void write(Writer& to, T const& from, write_context& context);

namespace detail {

template <writer Writer> void write_binary(Writer& to, binary const& from, write_context& context) {
  to.begin_object();
  to.key("_placeholder");
  to.boolean(true);
  to.key("num");
  to.natural(context.attachments.size());
  to.end_object();
  context.attachments.emplace_back(from.bytes);
}

template <writer Writer> void write_dynamic(Writer& to, value const& from, write_context& context) {
  switch (from.kind()) {
    case kind::null: return to.null();
    case kind::boolean: return to.boolean(from.boolean());
    case kind::integer: return to.integer(from.integer());
    case kind::natural: return to.natural(from.natural());
    case kind::real: return to.real(from.real());
    case kind::string: return to.string(from.string());
    case kind::binary: return write_binary(to, from.binary(), context);
    case kind::array: {
      to.begin_array();
      for (value const& element : from.elements()) write_dynamic(to, element, context);
      return to.end_array();
    }
    case kind::object: {
      to.begin_object();
      for (auto const& [name, member] : from.members()) {
        to.key(name);
        write_dynamic(to, member, context);
      }
      return to.end_object();
    }
  }
}

template <writer Writer, class T> void write_converted(Writer& to, T const& from, write_context& context) {
  using travelling = typename fields<T>::as;
  if constexpr (can_hold_binary<travelling>()) {
    auto const made = std::make_shared<travelling const>(fields<T>::to(from));
    context.converted.push_back(made);
    write(to, *made, context);
  } else {
    travelling const made = fields<T>::to(from);
    write(to, made, context);
  }
}

template <writer Writer, class T> void write_enumerator(Writer& to, T from) {
  using number = std::underlying_type_t<T>;
  if (std::string_view const name = reflect::enum_name(from); !name.empty()) {
    to.string(name);
  } else if constexpr (std::is_signed_v<number>) {
    to.integer(static_cast<number>(from));
  } else {
    to.natural(static_cast<number>(from));
  }
}

template <writer Writer, class T> void write_text(Writer& to, T const& from) {
  if constexpr (std::is_bounded_array_v<T>) {
    std::string_view const all(from, std::extent_v<T>);
    to.string(all.substr(0, all.find('\0')));
  } else {
    to.string(from);
  }
}

template <writer Writer, class T> void write_elements(Writer& to, T const& from, write_context& context) {
  to.begin_array();
  if constexpr (requires { from.begin(); } || std::is_bounded_array_v<T>) {
    for (auto const& element : from) write(to, element, context);
  } else {
    std::apply([&](auto const&... element) { (write(to, element, context), ...); }, from);
  }
  to.end_array();
}

template <writer Writer, class T> void write_map(Writer& to, T const& from, write_context& context) {
  to.begin_object();
  for (auto const& [key, mapped] : from) {
    if constexpr (number<typename T::key_type>) {
      to.key(std::to_string(key));
    } else {
      to.key(key);
    }
    write(to, mapped, context);
  }
  to.end_object();
}

template <writer Writer, class T> void write_members(Writer& to, T const& from, write_context& context) {
  to.begin_object();
  reflect::for_each_member(from, [&]<class Member>(std::string_view name, Member const& member) {
    if constexpr (shape_of<Member> == shape::optional) {
      if (!member) return;
    }
    to.key(name);
    write(to, member, context);
  });
  to.end_object();
}

}  // namespace detail

template <writer Writer, class T> void write(Writer& to, T const& from, write_context& context) {
  constexpr shape s = shape_of<T>;
  if constexpr (!writable<T>) {
    static_assert(
        writable<T>,
        "this type, or one inside of it, is no payload: a payload is an arithmetic type, a string, an "
        "enumeration, an optional, variant, tuple, container or smart pointer of payloads, "
        "socketiopp::binary, "
        "socketiopp::json::value, an aggregate of payloads, or a type that specialises socketiopp::fields");
  } else if constexpr (s == shape::converted) {
    detail::write_converted(to, from, context);
  } else if constexpr (s == shape::null) {
    to.null();
  } else if constexpr (s == shape::boolean) {
    to.boolean(from);
  } else if constexpr (s == shape::integer && std::is_signed_v<T>) {
    to.integer(from);
  } else if constexpr (s == shape::integer) {
    to.natural(from);
  } else if constexpr (s == shape::real) {
    to.real(static_cast<double>(from));
  } else if constexpr (s == shape::enumeration) {
    detail::write_enumerator(to, from);
  } else if constexpr (s == shape::string || s == shape::text) {
    detail::write_text(to, from);
  } else if constexpr (s == shape::binary) {
    detail::write_binary(to, from, context);
  } else if constexpr (s == shape::dynamic) {
    detail::write_dynamic(to, from, context);
  } else if constexpr (s == shape::optional || s == shape::pointer) {
    from ? write(to, *from, context) : to.null();
  } else if constexpr (s == shape::variant) {
    std::visit([&](auto const& alternative) { write(to, alternative, context); }, from);
  } else if constexpr (s == shape::map) {
    detail::write_map(to, from, context);
  } else if constexpr (s == shape::members) {
    detail::write_members(to, from, context);
  } else {
    detail::write_elements(to, from, context);
  }
}

}  // namespace socketiopp::json
