// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <socketiopp/json/binary.hpp>
#include <socketiopp/json/codec.hpp>
#include <socketiopp/json/describe.hpp>
#include <socketiopp/json/fault.hpp>
#include <socketiopp/json/fits.hpp>
#include <socketiopp/json/placeholder.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/reflect/fields.hpp>
#include <socketiopp/reflect/named_members.hpp>

/// From JSON to typed values. Nothing is narrowed, rounded to an integer or guessed: a value fits its type or
/// is a fault.
namespace socketiopp::json {

/// What reading needs beside the value, and what it leaves when it fails.
struct read_context {
  std::span<std::span<std::byte const> const> attachments = {};  ///< what placeholders stand for
  socketiopp::fault fault = {};                                  ///< set where `read` returned false
};

/// Reads `from` into `into`, over whatever it held. False leaves the fault in the context and `into` in some
/// valid state.
///
/// Unknown members of an object are ignored. A missing member is a fault unless its type is optional; of
/// several with one name the last counts. A variant becomes the first alternative that `fits`.
///
/// What JavaScript calls `undefined` arrives as null inside of arrays, arguments too, and not at all as a
/// member: either way only an optional takes it.
template <view View, class T> bool read(View from, T& into, read_context& context);

namespace detail {

template <class T, view View> bool refuse(View from, read_context& context) {
  context.fault = {{}, wanted<T>() + " is wanted, found " + found(from)};
  return false;
}

// Puts a step before the path that the depth has left. False, to end a condition.
template <class Step> bool under(Step step, read_context& context) {
  context.fault.path.insert(0, step_to(step));
  return false;
}

template <class T> bool read_missing(T& into, read_context& context) {
  if constexpr (shape_of<T> == shape::optional) {
    into.reset();
    return true;
  } else {
    context.fault = {{}, wanted<T>() + " is wanted, found nothing"};
    return false;
  }
}

template <view View, class T>
bool take(std::optional<T> const& read_value, View from, T& into, read_context& context) {
  if (!read_value) return refuse<T>(from, context);
  into = *read_value;
  return true;
}

template <view View> bool read_binary(View from, binary& into, read_context& context) {
  if constexpr (requires { from.binary(); }) {
    if (from.kind() == kind::binary) {
      into = binary(from.binary());
      return true;
    }
  }
  if (context.attachments.empty() || !is_placeholder(from)) return refuse<binary>(from, context);
  if (auto const number = placeholder_number(from, context.attachments.size())) {
    into = binary(context.attachments[*number]);
    return true;
  }
  context.fault = {{}, "binary data is wanted, found a placeholder of no attachment"};
  return false;
}

template <view View> bool read_dynamic(View from, value& into, read_context& context) {
  switch (from.kind()) {
    case kind::null: into = nullptr; return true;
    case kind::boolean: into = from.boolean(); return true;
    case kind::integer: into = from.integer(); return true;
    case kind::natural: into = from.natural(); return true;
    case kind::real: into = from.real(); return true;
    case kind::string: into = from.string(); return true;
    case kind::array: {
      value::array elements(from.size());
      for (std::size_t i = 0; i < elements.size(); ++i) {
        if (!read_dynamic(from[i], elements[i], context)) return under(i, context);
      }
      into = std::move(elements);
      return true;
    }
    case kind::object: {
      if (!context.attachments.empty() && is_placeholder(from)) break;
      value::object members;
      bool good = true;
      from.for_each([&](std::string_view name, View member) {
        good =
            read_dynamic(member, members.emplace_back(name, nullptr).second, context) || under(name, context);
        return good;
      });
      into = std::move(members);
      return good;
    }
    case kind::binary: break;
  }
  binary data;
  if (!read_binary(from, data, context)) return false;
  into = std::move(data);
  return true;
}

template <std::size_t I = 0, view View, class T>
bool read_variant(View from, T& into, read_context& context) {
  if constexpr (I == std::variant_size_v<T>) {
    return refuse<T>(from, context);
  } else if (fits<std::variant_alternative_t<I, T>>(from)) {
    return read(from, into.template emplace<I>(), context);
  } else {
    return read_variant<I + 1>(from, into, context);
  }
}

template <view View, class T> bool read_tuple(View from, T& into, read_context& context) {
  constexpr bool uniform = requires { into[0]; };
  if (!tuple_has_size<T>(from)) return refuse<T>(from, context);
  if constexpr (uniform) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (!read(from[i], into[i], context)) return under(i, context);
    }
    return true;
  } else {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return ((read(from[I], std::get<I>(into), context) || under(I, context)) && ...);
    }
    (std::make_index_sequence<std::tuple_size_v<T>>{});
  }
}

template <view View, class T> bool read_elements(View from, T& into, read_context& context) {
  if (from.kind() != kind::array) return refuse<T>(from, context);
  into.clear();
  for (std::size_t i = 0; i < from.size(); ++i) {
    typename T::value_type element{};
    if (!read(from[i], element, context)) return under(i, context);
    if constexpr (shape_of<T> == shape::set) {
      into.insert(std::move(element));
    } else {
      into.push_back(std::move(element));
    }
  }
  return true;
}

template <class Key> bool read_key(std::string_view name, Key& into, read_context& context) {
  if constexpr (number<Key>) {
    char const* const end = name.data() + name.size();
    auto const [stop, error] = std::from_chars(name.data(), end, into);
    if (stop == end && error == std::errc{}) return true;
    context.fault = {{}, wanted<Key>() + " is wanted as the key, found " + quoted(name)};
    return false;
  } else {
    into = name;
    return true;
  }
}

template <view View, class T> bool read_map(View from, T& into, read_context& context) {
  if (from.kind() != kind::object) return refuse<T>(from, context);
  into.clear();
  bool good = true;
  from.for_each([&](std::string_view name, View member) {
    typename T::key_type key{};
    typename T::mapped_type mapped{};
    good = (read_key(name, key, context) && read(member, mapped, context)) || under(name, context);
    if (good) into.insert_or_assign(std::move(key), std::move(mapped));
    return good;
  });
  return good;
}

// Members mostly come in the order of their declaration, so the expected one is tried first.
template <std::size_t Count> std::size_t position_of(std::string_view name,
                                                     std::array<std::string_view, Count> const& names,
                                                     std::size_t expected) {
  if (expected < Count && names[expected] == name) return expected;
  std::size_t i = 0;
  while (i < Count && names[i] != name) ++i;
  return i;
}

template <view View, class T> bool read_members(View from, T& into, read_context& context) {
  constexpr auto& names = reflect::field_names<T>;
  if (from.kind() != kind::object) return refuse<T>(from, context);
  auto const members = reflect::field_references(into);
  std::array<bool, names.size()> seen{};
  bool good = true;
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    from.for_each(
        [&, expected = std::size_t{0}](std::string_view name, [[maybe_unused]] View member) mutable {
          std::size_t const i = position_of(name, names, expected);
          if (i == names.size()) return true;
          seen[i] = true;
          expected = i + 1;
          static_cast<void>(((I == i && (good = read(member, std::get<I>(members), context))) || ...));
          return good || under(name, context);
        });
    return good &&
           ((seen[I] || read_missing(std::get<I>(members), context) || under(names[I], context)) && ...);
  }
  (std::make_index_sequence<names.size()>{});
}

// What the user's `fields` say to a value: nothing, or why they refuse it.
inline bool accepted(std::optional<std::string> reason, read_context& context) {
  if (!reason) return true;
  context.fault = {{}, *std::move(reason)};
  return false;
}

template <view View, class T> bool read_converted(View from, T& into, read_context& context) {
  typename fields<T>::as travelling{};
  if (!read(from, travelling, context)) return false;
  auto const answer = fields<T>::from(std::as_const(travelling), into);
  if constexpr (std::is_same_v<decltype(answer), bool const>) {
    if (answer) return true;
    context.fault = {{}, "the conversion refuses " + found(from)};
    return false;
  } else {
    return accepted(answer, context);
  }
}

// Optional and pointer: both are null or hold something.
template <view View, class T> bool read_held(View from, T& into, read_context& context) {
  into.reset();
  if (from.kind() == kind::null) return true;
  if constexpr (shape_of<T> == shape::optional) {
    into.emplace();
  } else {
    into.reset(new typename T::element_type{});
  }
  return read(from, *into, context);
}

}  // namespace detail

namespace detail {

template <view View, class T> bool read_shape(View from, T& into, read_context& context) {
  constexpr shape s = shape_of<T>;
  if constexpr (!payload<T>) {
    static_assert(
        payload<T>,
        "this type, or one inside of it, is no payload: a payload is an arithmetic type, a std::string, an "
        "enumeration, an optional, variant, tuple, container or smart pointer of payloads, "
        "socketiopp::binary, socketiopp::json::value, a time point (with socketiopp/json/time.hpp), an "
        "aggregate of payloads, or a type that specialises socketiopp::fields");
    return false;
  } else if constexpr (s == shape::converted) {
    return read_converted(from, into, context);
  } else if constexpr (s == shape::null) {
    return is_null(from) || refuse<T>(from, context);
  } else if constexpr (s == shape::boolean) {
    into = from.kind() == kind::boolean && from.boolean();
    return from.kind() == kind::boolean || refuse<T>(from, context);
  } else if constexpr (s == shape::integer) {
    return take(exact_integer<T>(from), from, into, context);
  } else if constexpr (s == shape::enumeration) {
    return take(known_enumerator<T>(from), from, into, context);
  } else if constexpr (s == shape::real) {
    if (!is_real<T>(from)) return refuse<T>(from, context);
    into = static_cast<T>(from.real());
    return true;
  } else if constexpr (s == shape::string) {
    if (from.kind() != kind::string) return refuse<T>(from, context);
    into = from.string();
    return true;
  } else if constexpr (s == shape::binary) {
    return read_binary(from, into, context);
  } else if constexpr (s == shape::dynamic) {
    return read_dynamic(from, into, context);
  } else if constexpr (s == shape::optional || s == shape::pointer) {
    return read_held(from, into, context);
  } else if constexpr (s == shape::variant) {
    return read_variant(from, into, context);
  } else if constexpr (s == shape::tuple) {
    return read_tuple(from, into, context);
  } else if constexpr (s == shape::map) {
    return read_map(from, into, context);
  } else if constexpr (s == shape::members) {
    return read_members(from, into, context);
  } else {
    return read_elements(from, into, context);
  }
}

}  // namespace detail

template <view View, class T> bool read(View from, T& into, read_context& context) {
  bool const good = detail::read_shape(from, into, context);
  if constexpr (reflect::validated<T>)
    return good && detail::accepted(fields<T>::validate(std::as_const(into)), context);
  else
    return good;
}

/// Reads the elements of `from`, which is an array, from place `first` on; the path of a fault counts from
/// there. A missing one is a fault unless its type is optional; what is left over is ignored.
template <view View, class... Args>
bool read_arguments(View from, std::size_t first, std::tuple<Args...>& into, read_context& context) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    [[maybe_unused]] auto const read_one = [&](std::size_t i, auto& argument) {
      bool const present = first + i < from.size();
      return (present ? read(from[first + i], argument, context) : detail::read_missing(argument, context)) ||
             detail::under(i, context);
    };
    return (read_one(I, std::get<I>(into)) && ...);
  }
  (std::index_sequence_for<Args...>{});
}

}  // namespace socketiopp::json
