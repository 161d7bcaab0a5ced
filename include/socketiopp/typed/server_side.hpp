// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/handler.hpp>
#include <socketiopp/core/elsewhere.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/parser/outgoing.hpp>
#include <socketiopp/parser/values.hpp>
#include <socketiopp/typed/ack.hpp>
#include <socketiopp/typed/asker.hpp>
#include <socketiopp/typed/callback.hpp>
#include <socketiopp/typed/emitter.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/later.hpp>
#include <socketiopp/typed/values.hpp>

/// Events that servers send to each other.
namespace socketiopp::detail {

/// A contract's server-side events, as what one end of a contract emits.
template <contract C> struct between_servers {
  using to_server = events<>;
  using to_client = typename server_side_of<C>::type;
  static constexpr bool open = is_open<C>;
};

/// The other servers, as seen by a namespace: whom `server_side_emit` emits to.
template <contract C, class Policies> class other_servers
    : public emitter<between_servers<C>, other_servers<C, Policies>>,
      public asker<between_servers<C>, other_servers<C, Policies>> {
public:
  using format = core::format_of<Policies>;

  explicit other_servers(core::namespace_<Policies>& of) : of_(of) {}

private:
  friend emitter<between_servers<C>, other_servers>;
  friend asker<between_servers<C>, other_servers>;

  std::string_view nsp() const { return of_.name(); }
  static std::uint64_t offset() { return 0; }
  static std::uint64_t next_ack_id() { return 0; }
  void deliver(parser::outgoing const& packet) const {
    if (auto* const others = of_.others()) others->server_side_emit(packet);
  }

  template <class R, class Last>
  auto ask(std::string_view event, std::uint64_t, parser::outgoing packet, Last&& last) const {
    using replies = std::vector<R>;
    constexpr bool fits = callback_fit<std::decay_t<Last>, replies>::fits;
    static_assert(fits,
                  "socketiopp: server_side_emit_with_ack: the last argument is a callback (std::error_code, "
                  "std::vector<R>), where R is the event's acknowledgement");
    if constexpr (fits) {
      auto& home = of_.calls().nearest_home();
      return begin<std::error_code, replies>(
          home.place(),
          [&of = of_, kept = of_.keep(), where = home.place().lasting(), event = std::string(event),
           packet = std::move(packet)](auto done) {
            auto const asked = std::make_shared<question<R>>(of, kept, event, std::move(done));
            auto const answered = [asked, where](std::error_code error, std::vector<arguments> told) {
              where->dispatch([asked, error, told = std::move(told)] { asked->take(error, told); });
            };
            if (auto* const others = of.others())
              others->server_side_emit_with_ack(packet, answered);
            else
              answered({}, {});
            return [weak = std::weak_ptr(asked)] {
              if (auto const running = weak.lock()) running->done = nullptr;
            };
          },
          std::forward<Last>(last));
    }
  }

  template <class R> struct question {
    question(core::namespace_<Policies>& in, std::shared_ptr<void const> keep, std::string name,
             unique_function<void(std::error_code, std::vector<R>)> then)
        : of(in), kept(std::move(keep)), event(std::move(name)), done(std::move(then)) {}

    void take(std::error_code error, std::vector<arguments> const& told) {
      auto const then = std::exchange(done, nullptr);
      if (!then) return;  // it is cancelled
      try {
        std::vector<R> replies;
        for (auto const& one : told) {
          R value{};
          if (auto const wrong = read_values(one, value))
            error = wrong;
          else
            replies.push_back(std::move(value));
        }
        then(error, std::move(replies));
      } catch (...) {
        of.calls().report(handler_failure(event, std::current_exception()));
      }
    }

    core::namespace_<Policies>& of;
    std::shared_ptr<void const> kept;
    std::string event;
    unique_function<void(std::error_code, std::vector<R>)> done;
  };

  core::namespace_<Policies>& of_;
};

/// Gives `Derived` the ways to emit to the other servers. It has `servers()`, which gives them.
template <contract C, class Derived> class server_side_emitter {
public:
  /// Emits an event to the namespace of this name on the other servers of the cluster, not to clients
  /// (F-190): one of the contract's `server_side`. From any thread. Where there are no others nothing
  /// happens.
  template <meta::fixed_string Name, class... Args> void server_side_emit(Args const&... args) const {
    if constexpr (knows<Name>()) servers().template emit<Name>(args...);
  }
  template <meta::fixed_string Name, class... Args>
  void server_side_emit(event_name<Name>, Args const&... args) const {
    server_side_emit<Name>(args...);
  }
  /// For open contracts: by run-time name.
  template <class... Args> void server_side_emit(std::string_view name, Args const&... args) const {
    servers().emit(name, args...);
  }

  /// The same with acknowledgements: the callback is `(std::error_code, std::vector<R>)`, or it is a
  /// completion token. It is called once, on the caller's shard if it is on one, else on the first, with what
  /// the other servers answered, and an error if one has not. Where there are no others that is at once.
  template <meta::fixed_string Name, class... Args> auto server_side_emit_with_ack(Args&&... args) const {
    if constexpr (knows<Name>()) return servers().template emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  template <meta::fixed_string Name, class... Args>
  auto server_side_emit_with_ack(event_name<Name>, Args&&... args) const {
    return server_side_emit_with_ack<Name>(std::forward<Args>(args)...);
  }
  /// For open contracts: by run-time name, the acknowledgements are `sio::arguments`.
  template <class... Args> auto server_side_emit_with_ack(std::string_view name, Args&&... args) const {
    return servers().emit_with_ack(name, std::forward<Args>(args)...);
  }

private:
  template <meta::fixed_string Name> static consteval bool knows() {
    constexpr bool found = server_side_of<C>::type::template find<Name>::found;
    static_assert(found,
                  "socketiopp: server_side_emit: the contract's server_side lists no event of this name");
    return found;
  }

  auto servers() const { return static_cast<Derived const&>(*this).servers(); }
};

/// The values of a reply, as they are told.
template <class Policies, class... Values>
arguments told_values(core::namespace_calls<Policies>& in, Values const&... values) {
  return in.read_back(
      parser::encode_event<core::format_of<Policies>>("/", std::nullopt, "values", values...));
}
template <class Policies, class... R>
arguments told_values(core::namespace_calls<Policies>& in, std::tuple<R...> const& values) {
  return std::apply([&](auto const&... each) { return told_values<Policies>(in, each...); }, values);
}

/// Gives `Derived` the ways to listen to the other servers. It has `own_handlers()`, the table to register
/// in.
template <contract C, class Policies, class Derived> class server_side_listener {
  using server_event = core::server_event<Policies>;

public:
  /// Handles an event of the contract's `server_side` that another server has emitted. The handler takes
  /// `(args...)`, and what it returns is the acknowledgement; or it takes a trailing `ack<R>` to answer
  /// later; or it is a coroutine. It is called on the first shard's thread. What it throws goes to
  /// `on_server_error`.
  template <meta::fixed_string Name, class F> registration on_server_side(F handler) {
    using found = typename server_side_of<C>::type::template find<Name>;
    static_assert(found::found,
                  "socketiopp: on_server_side: the contract's server_side lists no event of this name");
    if constexpr (found::found) {
      using Event = typename found::event;
      return listen<typename Event::ack_type, typename Event::arguments>(table().server_side[found::place],
                                                                         std::move(handler));
    } else {
      return {};
    }
  }
  template <meta::fixed_string Name, class F> registration on_server_side(event_name<Name>, F handler) {
    return on_server_side<Name>(std::move(handler));
  }
  /// For open contracts, by run-time name: `(sio::arguments)`.
  template <class F> registration on_server_side(std::string_view name, F handler) {
    static_assert(is_open<C>,
                  "socketiopp: on_server_side: a run-time name needs an open contract (static constexpr bool "
                  "open = true)");
    if constexpr (is_open<C>)
      return listen<arguments, std::tuple<arguments>>(table().server_side_named[name], std::move(handler));
    else
      return {};
  }

  /// Called when what another server has sent is wrong, when a handler for it threw, or a callback for which
  /// there is no socket any more: `(sio::event_error const&)`.
  template <class F> registration on_server_error(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, event_error const&>;
    static_assert(fits, "socketiopp: on_server_error: the handler takes (sio::event_error const&)");
    if constexpr (fits)
      return table().server_error.add(std::move(handler));
    else
      return {};
  }

private:
  namespace_handlers<Policies>& table() { return static_cast<Derived&>(*this).own_handlers(); }

  template <class R, class Args, class F> static registration listen(meta::any_handler_list& in, F handler) {
    constexpr bool open = std::is_same_v<R, arguments>;
    using Ack = std::conditional_t<std::is_void_v<R>, void, ack<R>>;
    using fit = handler_fit<F, nobody, Args, Ack>;
    constexpr bool fits = fit::form != handler_form::none && fit::keeps_values();
    static_assert(fits,
                  "socketiopp: on_server_side: the handler does not fit the event: it takes (args...), not "
                  "narrower, and perhaps a trailing sio::ack<R>");
    if constexpr (fits) {
      using result =
          handler_result<fit, F, nobody, Args, std::conditional_t<fit::takes_ack, ack<R>, std::nullptr_t>>;
      using answer = typename in_the_end<result>::type;
      constexpr bool answers = std::is_void_v<answer> ? fit::takes_ack || std::is_void_v<R> || open
                                                      : !fit::takes_ack && (open || sendable_as<answer, R>);
      static_assert(answers,
                    "socketiopp: on_server_side: the handler returns the event's acknowledgement, or takes a "
                    "trailing sio::ack<R> and returns nothing");
      if constexpr (answers)
        return insert(in, [kept = std::make_shared<F>(std::move(handler))](core::namespace_<Policies>& of,
                                                                           server_event& heard) {
          call<fit, R, Args, result>(kept, of, heard);
        });
    }
    return {};
  }

  template <class F> static registration insert(meta::any_handler_list& in, F call) {
    using list = typename namespace_handlers<Policies>::server_list;
    return list::insert_into(in, meta::handler_order::last, std::move(call));
  }

  template <class Fit, class R, class Args, class Result, class F>
  static void call(std::shared_ptr<F> const& handler, core::namespace_<Policies>& of, server_event& heard) {
    struct call_of {
      std::shared_ptr<F> handler;
      std::string name;
      Args args;
      unique_function<void(arguments)> reply;
    };
    auto const kept = std::make_shared<call_of>(call_of{handler, std::string(heard.name), {}, nullptr});
    if constexpr (std::is_same_v<Args, std::tuple<arguments>>) {
      std::get<0>(kept->args) = heard.values;
    } else if (auto const wrong = decode(heard.values, kept->args)) {
      return of.calls().report({.event = heard.name,
                                .code = errc::payload_mismatch,
                                .path = wrong->path,
                                .message = wrong->reason,
                                .exception = nullptr});
    }
    nobody no_socket;
    auto const start = [&]() -> Result {
      return Fit::call(*kept->handler, no_socket, kept->args, [&] {
        if constexpr (Fit::takes_ack)
          return ack<R>(
              [&of, alive = of.keep(), reply = std::exchange(heard.reply, nullptr)](R const& value) {
                if (reply) reply(told_values(of.calls(), value));
              });
        else
          return nullptr;
      });
    };
    using answer = typename in_the_end<Result>::type;
    if constexpr (!std::is_void_v<answer>) kept->reply = std::exchange(heard.reply, nullptr);
    auto const finish = [kept, &of](auto&&... given) {
      using sent = std::conditional_t<std::is_same_v<R, arguments>, answer, R>;
      if (kept->reply) (kept->reply(told_values(of.calls(), as_payload<sent>(given))), ...);
    };
    if constexpr (is_later<Result>) {
      later<Result>::start(
          heard.at, start(),
          [kept, finish, &of, alive = of.keep()](std::exception_ptr const& failure, auto&&... given) {
            try {
              if (failure) std::rethrow_exception(failure);
              finish(given...);
            } catch (...) {
              of.calls().report(handler_failure(kept->name, std::current_exception()));
            }
          });
    } else if constexpr (std::is_void_v<Result>) {
      start();
    } else {
      finish(start());
    }
  }
};

}  // namespace socketiopp::detail
