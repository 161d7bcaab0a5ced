// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/typed/values.hpp>

/// What can be emitted, said once for everything that emits.
namespace socketiopp::detail {

/// Whether values of the types `Given` fit the parameters of an event.
template <class Arguments, class... Given> inline constexpr bool arguments_fit = false;
template <class... Wanted, class... Given>
  requires(sizeof...(Wanted) == sizeof...(Given))
inline constexpr bool arguments_fit<std::tuple<Wanted...>, Given...> = (sendable_as<Given, Wanted> && ...);

/// Encodes an event of a contract from values that fit it.
template <class Format, class Event, class... Given>
parser::outgoing encode_event_of(std::string_view nsp, std::optional<std::uint64_t> id,
                                 Given const&... given) {
  return [&]<class... Wanted>(std::type_identity<std::tuple<Wanted...>>) {
    return parser::encode_event<Format>(nsp, id, Event::name, as_payload<Wanted>(given)...);
  }(std::type_identity<typename Event::arguments>{});
}

/// The same, for an event that nobody acknowledges; see `parser::write_values` for the offset.
template <class Format, class Event, class... Given>
parser::outgoing encode_event_at(std::string_view nsp, std::uint64_t offset, Given const&... given) {
  return [&]<class... Wanted>(std::type_identity<std::tuple<Wanted...>>) {
    return parser::encode_event_at<Format>(nsp, offset, Event::name, as_payload<Wanted>(given)...);
  }(std::type_identity<typename Event::arguments>{});
}

/// What the contract says of an event that the server emits, and the sentences for when it says nothing.
template <contract C, meta::fixed_string Name> consteval bool server_emits() {
  constexpr bool ours = C::to_client::template find<Name>::found;
  constexpr bool theirs = C::to_server::template find<Name>::found;
  static_assert(
      ours || !theirs,
      "socketiopp: emit: to_client lists no event of this name; to_server does: it is emitted by clients");
  constexpr bool sound = event_index<typename C::to_client>::unique;  // else that is what is said
  static_assert(ours || theirs || !sound,
                "socketiopp: emit: the contract's to_client lists no event of this name");
  return ours;
}

/// Gives `Derived` the ways to emit. It has `format` (the parser's), `nsp()`, `offset()`, the place of what
/// it emits in the log of what clients may miss, and `deliver(parser::outgoing)`. A selection that is const
/// can emit too: nothing in it changes.
template <contract C, class Derived> class emitter {
public:
  /// Emits an event of the contract. Arguments must convert to the event's parameters without narrowing.
  /// Throws `std::system_error` (`errc::not_representable`) if one has no JSON form.
  template <meta::fixed_string Name, class... Args> void emit(Args const&... args) const {
    if constexpr (server_emits<C, Name>()) {
      using Event = typename C::to_client::template find<Name>::event;
      static_assert(!Event::acknowledged, "socketiopp: emit: this event is acknowledged: use emit_with_ack");
      constexpr bool fit = arguments_fit<typename Event::arguments, Args const&...>;
      static_assert(
          fit,
          "socketiopp: emit: these arguments do not convert to the event's parameters without narrowing");
      if constexpr (!Event::acknowledged && fit)
        self().deliver(
            encode_event_at<typename Derived::format, Event>(self().nsp(), self().offset(), args...));
    }
  }

  /// The same, with the name as a value: `emit("message"_ev, text)`.
  template <meta::fixed_string Name, class... Args> void emit(event_name<Name>, Args const&... args) const {
    emit<Name>(args...);
  }

  /// Emits an event whose name is known at run time only. For open contracts.
  template <class... Args> void emit(std::string_view name, Args const&... args) const {
    static_assert(
        is_open<C>,
        "socketiopp: emit: a run-time name needs an open contract (static constexpr bool open = true)");
    if constexpr (is_open<C>)
      self().deliver(
          parser::encode_event_at<typename Derived::format>(self().nsp(), self().offset(), name, args...));
  }

private:
  Derived& self() const { return const_cast<Derived&>(static_cast<Derived const&>(*this)); }
};

}  // namespace socketiopp::detail
