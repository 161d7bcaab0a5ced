// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/event.hpp>
#include <socketiopp/contract/events.hpp>
#include <socketiopp/contract/lossless.hpp>
#include <socketiopp/core/incoming.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/json/fault.hpp>
#include <socketiopp/json/read.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/json/value.hpp>
#include <socketiopp/meta/fixed_string.hpp>

/// Typed values to packets and back.
namespace socketiopp::detail {

/// Whether all that an event, or a list of events, holds is payload.
template <class> inline constexpr bool payloads_in = true;
template <meta::fixed_string Name, class Ack, class... Args>
inline constexpr bool payloads_in<event<Name, Ack(Args...)>> =
    (json::payload<std::remove_cvref_t<Args>> && ...) &&
    json::payload<std::conditional_t<std::is_void_v<Ack>, std::tuple<>, Ack>>;
template <class... Events>
inline constexpr bool payloads_in<events<Events...>> = (payloads_in<Events> && ...);

/// Whether a `Given` can be sent where the contract says `Wanted`, without losing anything.
template <class Given, class Wanted>
concept sendable_as = std::same_as<std::remove_cvref_t<Given>, Wanted> ||
                      (std::convertible_to<Given, Wanted>&& lossless<Given, Wanted>) ||
                      (std::same_as<Wanted, std::string> && std::convertible_to<Given, std::string_view>);

/// The value to encode for what was given: itself where that says the same, else converted.
template <class Wanted, class Given> decltype(auto) as_payload(Given const& given) {
  if constexpr (std::same_as<Given, Wanted>)
    return (given);
  else if constexpr (std::same_as<Wanted, std::string> && std::convertible_to<Given const&, std::string_view>)
    return std::string_view(given);
  else
    return static_cast<Wanted>(given);
}

/// Reads what arrived into the tuple, or says what is wrong with it.
template <class Policies, class... Args>
std::optional<fault> decode(core::incoming<Policies> const& arrived, std::tuple<Args...>& into) {
  json::read_context context{.attachments = arrived.attachments};
  if (json::read_arguments(arrived.array, arrived.first, into, context)) return std::nullopt;
  return std::move(context.fault);
}

/// Reads what CONNECT carried, or says why it cannot be taken. Nothing is an empty object, as in the
/// reference.
template <class View, class T> std::optional<std::string> decode_auth(std::optional<View> carried, T& into) {
  json::value const none = json::value::object{};
  json::read_context context;
  try {
    if (carried ? json::read(*carried, into, context) : json::read(none.view(), into, context))
      return std::nullopt;
  } catch (...) {  // out of the program's own `fields`; there is no socket yet that could be told
    return "auth could not be read";
  }
  return "auth" + context.fault.path + ": " + context.fault.reason;
}

/// Reads an acknowledgement.
template <class Policies, class R>
std::optional<fault> decode_ack(core::incoming<Policies> const& arrived, R& into) {
  std::tuple<R> one;
  auto wrong = decode(arrived, one);
  if (!wrong) into = std::get<0>(std::move(one));
  return wrong;
}
template <class Policies, class... R>
std::optional<fault> decode_ack(core::incoming<Policies> const& arrived, std::tuple<R...>& into) {
  return decode(arrived, into);
}

/// Reads values that another server has told, or says what is wrong with them.
template <class... Args> std::optional<fault> decode(arguments const& told, std::tuple<Args...>& into) {
  json::value const array = json::value::array(told.begin(), told.end());
  json::read_context context;
  if (json::read_arguments(array.view(), 0, into, context)) return std::nullopt;
  return std::move(context.fault);
}

/// Reads an acknowledgement that another server has told. What does not fit gives a neutral value.
template <class R> std::error_code read_values(arguments const& told, R& into) {
  std::tuple<R> one;
  if (decode(told, one)) return errc::payload_mismatch;
  into = std::get<0>(std::move(one));
  return {};
}
template <class... R> std::error_code read_values(arguments const& told, std::tuple<R...>& into) {
  if (!decode(told, into)) return {};
  into = {};
  return errc::payload_mismatch;
}
inline std::error_code read_values(arguments const& told, arguments& into) {
  into = told;
  return {};
}

/// Everything that arrived, as dynamic values.
template <class Policies> arguments decode_all(core::incoming<Policies> const& arrived) {
  std::vector<json::value> values;
  json::read_context context{.attachments = arrived.attachments};
  for (auto i = arrived.first; i < arrived.array.size(); ++i)
    json::read(arrived.array[i], values.emplace_back(), context);  // anything is a value
  return arguments(std::move(values));
}
template <class Policies>
std::optional<fault> decode_ack(core::incoming<Policies> const& arrived, arguments& into) {
  into = decode_all(arrived);
  return std::nullopt;
}

}  // namespace socketiopp::detail
