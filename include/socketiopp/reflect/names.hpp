// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include <socketiopp/reflect/members.hpp>

/// The names of an aggregate's members, without macros: the compiler prints the address of a member when it
/// is a template argument, and the name is the end of what it prints.
namespace socketiopp::reflect {

namespace detail {

// A place for a T whose members have addresses, though no T is ever made: it need not be constructible at
// compile time.
template <class T> union place {
  char nothing;
  T value;

  constexpr place() : nothing{} {}
  ~place() {}
};

template <class T> inline constinit place<T> const example;

template <class Pointer> struct address { Pointer pointer; };

template <auto Address> consteval char const* printed_address() { return __PRETTY_FUNCTION__; }

template <class T, std::size_t I> consteval auto address_of_member() {
  auto* pointer = std::addressof(std::get<I>(members(example<T>.value)));
  return address<decltype(pointer)>{pointer};
}

constexpr bool in_identifier(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "... address<int*>{(& example<user>.place<user>::value.user::age)}]" and "... {&example<user>.value.age}]"
// are "age".
consteval std::string_view last_identifier(std::string_view printed) {
  std::size_t end = printed.size();
  while (end > 0 && !in_identifier(printed[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && in_identifier(printed[begin - 1])) --begin;
  return printed.substr(begin, end - begin);
}

template <class T, std::size_t... I>
consteval std::array<std::string_view, sizeof...(I)> find_member_names(std::index_sequence<I...>) {
  return {last_identifier(printed_address<address_of_member<T, I>()>())...};
}

}  // namespace detail

/// The names of the members of the aggregate `T`, in the order of their declaration.
template <class T> inline constexpr std::array<std::string_view, member_count<T>> member_names =
    detail::find_member_names<T>(std::make_index_sequence<member_count<T>>{});

}  // namespace socketiopp::reflect
