// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/typed/emitter.hpp>

/// How clients are asked, said once for everything that asks.
namespace socketiopp::detail {

/// A time limit as it counts: of a year at most, so that no time of the clock overflows with it.
inline std::chrono::milliseconds bounded_limit(std::chrono::milliseconds limit) {
  constexpr std::chrono::milliseconds none(0), year = std::chrono::hours(365 * 24);
  return limit < none ? none : limit < year ? limit : year;
}

/// Gives `Derived` the ways to ask. It has `format` (the parser's), `nsp()`, `next_ack_id()`, and
/// `ask<R>(event, id, packet, callback)`, which may return something.
template <contract C, class Derived> class asker {
public:
  /// Emits an event of the contract and awaits its acknowledgement. The last argument is a callback, or with
  /// <socketiopp/asio.hpp> a completion token.
  template <meta::fixed_string Name, class... Args> auto emit_with_ack(Args&&... args) const {
    static_assert(sizeof...(Args) > 0, "socketiopp: emit_with_ack: the last argument is a callback");
    if constexpr (sizeof...(Args) > 0)
      return ask<Name>(std::forward_as_tuple(std::forward<Args>(args)...),
                       std::make_index_sequence<sizeof...(Args) - 1>{}, std::index_sequence<0>{});
  }
  template <meta::fixed_string Name, class... Args>
  auto emit_with_ack(event_name<Name>, Args&&... args) const {
    return emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  /// For open contracts: an event by run-time name, whose acknowledgement is `sio::arguments`.
  template <class... Args> auto emit_with_ack(std::string_view name, Args&&... args) const {
    static_assert(sizeof...(Args) > 0, "socketiopp: emit_with_ack: the last argument is a callback");
    if constexpr (sizeof...(Args) > 0)
      return ask(name, std::forward_as_tuple(std::forward<Args>(args)...),
                 std::make_index_sequence<sizeof...(Args) - 1>{}, std::index_sequence<0>{});
  }

protected:
  /// The first `Args` of those given are the event's arguments, the `Rest` are callbacks.
  template <meta::fixed_string Name, class Given, std::size_t... Args, std::size_t... Rest>
  auto ask(Given given, std::index_sequence<Args...>, std::index_sequence<Rest...>) const {
    if constexpr (server_emits<C, Name>()) {
      using Event = typename C::to_client::template find<Name>::event;
      static_assert(
          Event::acknowledged,
          "socketiopp: emit_with_ack: the contract has no acknowledgement for this event: use emit");
      constexpr bool fit = arguments_fit<typename Event::arguments, std::tuple_element_t<Args, Given>...>;
      static_assert(fit,
                    "socketiopp: emit_with_ack: the arguments before the callback do not convert to the "
                    "event's parameters without narrowing");
      if constexpr (Event::acknowledged && fit) {
        auto const id = self().next_ack_id();
        return self().template ask<typename Event::ack_type>(
            Event::name, id,
            encode_event_of<typename Derived::format, Event>(self().nsp(), id, std::get<Args>(given)...),
            std::get<sizeof...(Args) + Rest>(std::move(given))...);
      }
    }
  }

  template <class Given, std::size_t... Args, std::size_t... Rest>
  auto ask(std::string_view name, Given given, std::index_sequence<Args...>,
           std::index_sequence<Rest...>) const {
    static_assert(is_open<C>,
                  "socketiopp: emit_with_ack: a run-time name needs an open contract (static constexpr bool "
                  "open = true)");
    if constexpr (is_open<C>) {
      auto const id = self().next_ack_id();
      return self().template ask<arguments>(
          name, id,
          parser::encode_event<typename Derived::format>(self().nsp(), id, name, std::get<Args>(given)...),
          std::get<sizeof...(Args) + Rest>(std::move(given))...);
    }
  }

private:
  Derived& self() const { return const_cast<Derived&>(static_cast<Derived const&>(*this)); }
};

/// For those who ask many: `Derived` has an `ask<R>(event, id, packet, each, done)` too.
template <contract C, class Derived> class many_asker : public asker<C, Derived> {
public:
  /// As `emit_with_ack`, but gives the acknowledgements as they come. The last two arguments are `each
  /// (std::string_view id, std::error_code, R)`, called once for every socket that is asked, with what it
  /// answers or why it does not; and `done (std::error_code)`, which follows, or a completion token.
  template <meta::fixed_string Name, class... Args> auto emit_with_each_ack(Args&&... args) const {
    static_assert(sizeof...(Args) > 1,
                  "socketiopp: emit_with_each_ack: the last two arguments are callbacks, each and done");
    if constexpr (sizeof...(Args) > 1)
      return this->template ask<Name>(std::forward_as_tuple(std::forward<Args>(args)...),
                                      std::make_index_sequence<sizeof...(Args) - 2>{},
                                      std::index_sequence<0, 1>{});
  }
  template <meta::fixed_string Name, class... Args>
  auto emit_with_each_ack(event_name<Name>, Args&&... args) const {
    return emit_with_each_ack<Name>(std::forward<Args>(args)...);
  }
  /// For open contracts: an event by run-time name, whose acknowledgements are `sio::arguments`.
  template <class... Args> auto emit_with_each_ack(std::string_view name, Args&&... args) const {
    static_assert(sizeof...(Args) > 1,
                  "socketiopp: emit_with_each_ack: the last two arguments are callbacks, each and done");
    if constexpr (sizeof...(Args) > 1)
      return this->ask(name, std::forward_as_tuple(std::forward<Args>(args)...),
                       std::make_index_sequence<sizeof...(Args) - 2>{}, std::index_sequence<0, 1>{});
  }
};

}  // namespace socketiopp::detail
