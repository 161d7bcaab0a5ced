// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/copy.hpp>
#include <socketiopp/json/holds_binary.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/json/write_context.hpp>
#include <socketiopp/reflect/enums.hpp>
#include <socketiopp/reflect/fields.hpp>
#include <socketiopp/reflect/named_members.hpp>

/// From typed values to JSON.
namespace socketiopp::json {

/// Writes `from`. Members that are empty optionals are left out; everywhere else an empty optional is null.
///
/// Throws `std::system_error` with `errc::not_representable` for what JSON cannot say; see the concept
/// `writer`.
template <writer Writer, class T> void write(Writer& to, T const& from, write_context& context);

namespace detail {

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
  if constexpr (requires { from.begin(); } || std::is_bounded_array_v<T>) {
    to.begin_array(std::size(from));
    for (auto const& element : from) write(to, element, context);
  } else {
    to.begin_array(std::tuple_size_v<T>);
    std::apply([&](auto const&... element) { (write(to, element, context), ...); }, from);
  }
  to.end_array();
}

template <writer Writer, class T> void write_map(Writer& to, T const& from, write_context& context) {
  to.begin_object(from.size());
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

// Whether a member is left out of its object.
template <class Member> bool left_out(Member const& member) {
  if constexpr (shape_of<Member> == shape::optional) return !member;
  return false;
}

template <writer Writer, class T> void write_members(Writer& to, T const& from, write_context& context) {
  std::size_t count = 0;
  reflect::for_each_member(
      from, [&](std::string_view, auto const& member) { count += left_out(member) ? 0U : 1U; });
  to.begin_object(count);
  reflect::for_each_member(from, [&](std::string_view name, auto const& member) {
    if (left_out(member)) return;
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
        "socketiopp::binary, socketiopp::json::value, a time point (with socketiopp/json/time.hpp), an "
        "aggregate of payloads, or a type that specialises socketiopp::fields");
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
    detail::write_binary(to, from.bytes, context);
  } else if constexpr (s == shape::dynamic) {
    copy(from.view(), to, context);
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
