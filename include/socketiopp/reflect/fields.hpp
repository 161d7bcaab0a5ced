// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <type_traits>

/// Where a user says how a type of theirs looks in a payload.
namespace socketiopp {

/// A member of `Class` under the name that it has in a payload: `sio::field{"user_name", &user::name}`.
template <class Class, class Member> struct field {
  std::string_view name;
  Member Class::*member;

  constexpr field(std::string_view its_name, Member Class::*its_member)
      : name(its_name), member(its_member) {}
};

/// The point to specialise for a type that reflection does not fit: to rename or leave out members, to take
/// members of base classes, to let the type travel as another one, or to refuse values that have the right
/// shape. A member that is left out keeps its initial value when the type is read.
///
///     template <> struct sio::fields<user> {
///       static constexpr std::tuple members{sio::field{"user_name", &user::name}, sio::field{"age",
///       &user::age}};
///     };
///
///     template <> struct sio::fields<uuid> {
///       using as = std::string;
///       static std::string to(uuid const& id);
///       static bool from(std::string const& text, uuid& id);  // false: the text is no uuid
///     };
///
///     template <> struct sio::fields<period> {  // its members are still found by reflection
///       static std::optional<std::string> validate(period const& p) {  // why it is refused, if it is
///         if (p.begin > p.end) return "it ends before it begins";
///         return std::nullopt;
///       }
///     };
///
/// `from` may say why too: it then returns what `validate` returns.
template <class T> struct fields {};

/// Lets an enumeration travel as its number instead of its enumerator's name, so that it may have any value:
///
///     template <> struct sio::fields<http_status> : sio::as_number<http_status> {};
template <class Enum> struct as_number {
  static_assert(
      requires { Enum{std::underlying_type_t<Enum>{}}; },
      "only an enumeration with a fixed underlying type holds every number of that type");

  using as = std::underlying_type_t<Enum>;
  static constexpr as to(Enum value) { return static_cast<as>(value); }
  static constexpr bool from(as number, Enum& value) {
    value = static_cast<Enum>(number);
    return true;
  }
};

}  // namespace socketiopp
