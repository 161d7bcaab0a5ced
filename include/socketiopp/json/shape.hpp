// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <socketiopp/json/kind.hpp>
#include <socketiopp/reflect/fields.hpp>
#include <socketiopp/reflect/named_members.hpp>

/// What a C++ type looks like in JSON. This is the one place that tells types apart; reading, writing and the
/// questions about types all follow it.
namespace socketiopp {

struct binary;

namespace json {

class value;

/// How a type travels. Each of these is read from exactly what it is written as, and from nothing else but
/// what stands in brackets.
enum class shape {
  unsupported,  ///< no payload: characters, bytes, raw pointers, durations, classes that are no aggregates
  converted,    ///< as another type, by `fields<T>::as`: time points (json/time.hpp), enumerations by number
  null,         ///< `nullptr_t`, `monostate`: null
  boolean,      ///< `bool`: true or false
  integer,      ///< integers but the character types: a number (a whole one like `2.0` or `1e3`)
  real,         ///< `float`, `double`: a number that is finite
  enumeration,  ///< the enumerator's name (or its number; a value without a name is a number)
  string,       ///< `std::string`: a string in UTF-8
  text,         ///< what converts to `std::string_view`: the same, but it can be written only
  binary,       ///< `socketiopp::binary`: an attachment, or in place where the format has bytes
  dynamic,      ///< `json::value`: anything
  optional,     ///< what it holds; empty it is null, and left out as a member (missing)
  pointer,      ///< `unique_ptr`, `shared_ptr`: what it holds; null when it is empty
  variant,      ///< the alternative it holds (the first that looks like the value)
  tuple,        ///< `tuple`, `pair`, `array`, C arrays: an array of just so many elements
  sequence,     ///< containers with `push_back`: an array
  set,          ///< containers with `insert`: an array
  map,          ///< containers with `insert_or_assign` whose keys are strings or integers: an object
  members,      ///< aggregates, and what lists its `fields`: an object (with any more members, ignored)
};

namespace detail {

template <class T, template <class...> class Template> inline constexpr bool made_from = false;
template <template <class...> class Template, class... Args>
inline constexpr bool made_from<Template<Args...>, Template> = true;

template <class T> inline constexpr bool is_array = std::is_bounded_array_v<T>;
template <class T, std::size_t N> inline constexpr bool is_array<std::array<T, N>> = true;

template <class T>
concept map_like = requires(T t, typename T::key_type k, typename T::mapped_type m) {
  t.insert_or_assign(std::move(k), std::move(m));
  t.clear();
  t.size();
}
&&(number<typename T::key_type> || std::same_as<typename T::key_type, std::string>);

template <class T>
concept set_like = std::same_as<typename T::key_type, typename T::value_type> &&
    requires(T t, typename T::value_type v) {
  t.insert(std::move(v));
  t.clear();
  t.size();
};

template <class T>
concept sequence_like = requires(T t, typename T::value_type v) {
  t.push_back(std::move(v));
  t.clear();
  t.size();
};

template <class T> consteval shape find_shape() {
  if constexpr (reflect::converted<T>)
    return shape::converted;
  else if constexpr (reflect::listed<T>)
    return shape::members;
  else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::monostate>)
    return shape::null;
  else if constexpr (std::same_as<T, bool>)
    return shape::boolean;
  else if constexpr (number<T>)
    return shape::integer;
  else if constexpr (std::same_as<T, float> || std::same_as<T, double>)
    return shape::real;
  else if constexpr (std::same_as<T, std::byte>)
    return shape::unsupported;
  else if constexpr (std::is_enum_v<T>)
    return shape::enumeration;
  else if constexpr (made_from<T, std::basic_string> && std::convertible_to<T, std::string_view>)
    return shape::string;
  else if constexpr (std::same_as<T, binary>)
    return shape::binary;
  else if constexpr (std::same_as<T, value>)
    return shape::dynamic;
  else if constexpr (std::convertible_to<T const&, std::string_view>)
    return shape::text;
  else if constexpr (made_from<T, std::optional>)
    return shape::optional;
  else if constexpr (made_from<T, std::unique_ptr> || made_from<T, std::shared_ptr>)
    return shape::pointer;
  else if constexpr (made_from<T, std::variant>)
    return shape::variant;
  else if constexpr (is_array<T> || made_from<T, std::tuple> || made_from<T, std::pair>)
    return shape::tuple;
  else if constexpr (map_like<T>)
    return shape::map;
  else if constexpr (set_like<T>)
    return shape::set;
  else if constexpr (sequence_like<T>)
    return shape::sequence;
  else if constexpr (reflect::reflectable<T>)
    return shape::members;
  else
    return shape::unsupported;
}

template <class... T> struct types {};

// The types between the angle brackets.
template <class T> struct inside;
template <template <class...> class Template, class... Args> struct inside<Template<Args...>> {
  using type = types<std::remove_cvref_t<Args>...>;
};

}  // namespace detail

/// The shape of `T`.
template <class T> inline constexpr shape shape_of = detail::find_shape<T>();

namespace detail {

// The types that a T is made of, as far as they are payloads themselves.
template <class T> consteval auto parts_of() {
  constexpr shape s = shape_of<T>;
  if constexpr (s == shape::converted)
    return types<typename fields<T>::as>{};
  else if constexpr (s == shape::members)
    return typename inside<decltype(reflect::field_references(std::declval<T&>()))>::type{};
  else if constexpr (s == shape::pointer)
    return types<typename T::element_type>{};
  else if constexpr (s == shape::map)
    return types<typename T::mapped_type>{};
  else if constexpr (s == shape::tuple && std::is_array_v<T>)
    return types<std::remove_extent_t<T>>{};
  else if constexpr (s == shape::optional || s == shape::sequence || s == shape::set ||
                     (s == shape::tuple && is_array<T>))
    return types<typename T::value_type>{};
  else if constexpr (s == shape::variant || s == shape::tuple)
    return typename inside<T>::type{};
  else
    return types<>{};
}

// `Above` are the types on the way down: a recursive type is asked about once.
template <class T, class... Above> consteval bool readable() {
  if constexpr ((std::same_as<T, Above> || ...))
    return true;
  else if constexpr (shape_of<T> == shape::unsupported || shape_of<T> == shape::text)
    return false;
  else
    return
        []<class... Part>(types<Part...>) { return (readable<Part, T, Above...>() && ...); }(parts_of<T>());
}

template <class T, class... Above> consteval bool writable() {
  if constexpr ((std::same_as<T, Above> || ...))
    return true;
  else if constexpr (shape_of<T> == shape::unsupported)
    return false;
  else
    return
        []<class... Part>(types<Part...>) { return (writable<Part, T, Above...>() && ...); }(parts_of<T>());
}

}  // namespace detail

/// Whether `T` can be read from JSON and written as JSON.
template <class T>
concept payload = detail::readable<T>();

/// Whether `T` can at least be written as JSON: payloads, and text that somebody else owns.
template <class T>
concept writable = detail::writable<std::remove_cvref_t<T>>();

}  // namespace json
}  // namespace socketiopp
