// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/index.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/socket.hpp>
#include <socketiopp/json/shape.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/typed/broadcaster.hpp>
#include <socketiopp/typed/checked_contract.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/lifecycle.hpp>
#include <socketiopp/typed/selection.hpp>
#include <socketiopp/typed/server_side.hpp>
#include <socketiopp/typed/socket.hpp>
#include <socketiopp/typed/values.hpp>

/// A namespace with the types of its contract: where handlers are registered and events are emitted from.
namespace socketiopp {

namespace detail {

/// One address for each contract: types are compared without RTTI.
template <class C> inline constexpr char contract_tag = 0;

}  // namespace detail

/// Made by `server::of`, and lives as long as the server, but for those that clients bring about and that go
/// when they are empty. Register handlers before the server runs, or on its thread if it has one only. Those
/// of one socket are never called at the same time; with several threads those of different sockets are.
/// Everything that emits may be called from any thread.
template <contract C, class Policies> class namespace_ final
    : private core::namespace_<Policies>,
      public detail::lifecycle_listener<C, Policies, namespace_<C, Policies>>,
      public detail::broadcaster<C, Policies, namespace_<C, Policies>>,
      public detail::server_side_emitter<C, namespace_<C, Policies>>,
      public detail::server_side_listener<C, Policies, namespace_<C, Policies>> {
  using base = core::namespace_<Policies>;
  using everywhere = detail::broadcaster<C, Policies, namespace_>;
  using lifecycle = detail::lifecycle_listener<C, Policies, namespace_>;
  using servers_listener = detail::server_side_listener<C, Policies, namespace_>;
  using index = detail::event_index<typename C::to_server>;
  using server_index = detail::event_index<typename detail::server_side_of<C>::type>;
  static_assert(detail::checked_contract<C>::done);  // as a base it would hide all others where it fails

public:
  using socket = socketiopp::socket<C, Policies>;
  using selection = socketiopp::selection<C, Policies>;

  using shards = std::vector<std::unique_ptr<core::shard<Policies>>>;

  namespace_(std::string name, shards const& on) : base(std::move(name), on) {}
  ~namespace_() override { base::detach(); }

  std::string const& name() const { return base::name(); }

  /// How many servers serve it, with this one: calls back `(std::error_code, std::size_t)`, once, on any
  /// thread; with an error if that is not known.
  void server_count(core::count_callback done) const {
    if (auto* const others = base::others())
      others->server_count(std::move(done));
    else
      done({}, 1);
  }

  using everywhere::disconnect_sockets;  // the core has functions of these names too
  using everywhere::sockets_join;
  using everywhere::sockets_leave;
  using lifecycle::on_connect;
  using lifecycle::on_disconnect;
  using lifecycle::on_disconnecting;
  using lifecycle::on_drain;
  using lifecycle::on_error;
  using servers_listener::on_server_error;

private:
  friend detail::broadcaster<C, Policies, namespace_>;
  friend detail::listener<C, Policies, namespace_>;
  friend detail::lifecycle_listener<C, Policies, namespace_>;
  friend detail::server_side_emitter<C, namespace_>;
  friend detail::server_side_listener<C, Policies, namespace_>;
  friend class basic_server<Policies>;
  friend class parent_namespace<C, Policies>;

  using incoming = core::incoming<Policies>;
  using core_socket = core::socket<Policies>;
  using table = detail::namespace_handlers<C, Policies>;

  /// One of a family, whose handlers are called before its own.
  namespace_(std::string name, shards const& on, std::shared_ptr<table> inherited, bool transient)
      : base(std::move(name), on, transient), inherited_(std::move(inherited)) {}

  table& own_handlers() { return own_; }
  void outgoing_is_watched() {}
  selection everybody() { return {*this, {}}; }
  detail::other_servers<C, Policies> servers() const {
    return detail::other_servers<C, Policies>(const_cast<namespace_&>(*this));
  }

  // -- core::namespace_ ------------------------------------------------------------------------------------

  static socket& typed(core_socket& who) { return static_cast<socket&>(who); }

  void const* contract() const override { return &detail::contract_tag<C>; }
  void const* family() const override { return inherited_.get(); }

  core::candidate<Policies> make(core::connection<Policies>& client, core::presence<Policies> its_place,
                                 std::optional<core::view_of<Policies>> auth) override {
    using auth_type = typename socket::auth_type;
    auth_type wanted{};
    if constexpr (!std::is_same_v<auth_type, nothing>)
      if (auto refusal = detail::decode_auth(auth, wanted)) return {nullptr, std::move(*refusal)};
    try {
      core_socket* const made = new socket(client, std::move(its_place), std::move(wanted));
      return {std::shared_ptr<core_socket>(made), {}};
    } catch (...) {  // out of the program's own `data`; there is no socket yet that could be told
      return {nullptr, "data could not be made"};
    }
  }

  std::size_t middlewares() const override {
    return (inherited_ ? inherited_->entrance.size() : 0) + own_.entrance.size();
  }
  void ask(std::size_t place, core_socket& who, decision answer) override {
    auto const before = inherited_ ? inherited_->entrance.size() : 0;
    auto const& one = place < before ? inherited_->entrance[place] : own_.entrance[place - before];
    typed(who).guarded("middleware", [&] { one(typed(who), std::move(answer)); });
  }

  std::shared_ptr<void> take_data(core_socket& from) override {
    using data_type = typename socket::data_type;
    std::shared_ptr<data_type> kept;
    if constexpr (std::is_move_constructible_v<data_type>)
      typed(from).guarded("data", [&] { kept = std::make_shared<data_type>(std::move(typed(from).data())); });
    return kept;
  }
  void give_data(core_socket& to, std::shared_ptr<void> kept) override {
    using data_type = typename socket::data_type;
    if constexpr (std::is_move_assignable_v<data_type>)
      if (kept)
        typed(to).guarded("data",
                          [&] { typed(to).data() = std::move(*static_cast<data_type*>(kept.get())); });
  }

  void on_connect(core_socket& who) override {
    each(&table::connect, "connect", typed(who), [](auto const& handler, socket& s) {
      if (s.connected()) handler(s);
    });
  }
  void on_disconnecting(core_socket& who, reason why) override {
    each(&table::disconnecting, "disconnecting", typed(who),
         [why](auto const& handler, socket& s) { handler(s, why); });
  }
  void on_disconnect(core_socket& who, reason why) override {
    each(&table::disconnect, "disconnect", typed(who),
         [why](auto const& handler, socket& s) { handler(s, why); });
  }
  void on_drain(core_socket& who) override {
    each(&table::drain, "drain", typed(who), [](auto const& handler, socket& s) {
      if (s.connected()) handler(s);
    });
  }
  void on_error(core_socket& who, event_error const& what) override {
    auto const tell = [&](auto const& handler) {
      try {
        handler(typed(who), what);
      } catch (...) {  // there is nobody left to tell
      }
      return true;
    };
    if (inherited_) inherited_->error.for_each(tell, typed(who).shared());
    own_.error.for_each(tell, typed(who).shared());
  }

  void on_event(core_socket& who, incoming const& arrived) override {
    auto& from = typed(who);
    auto event = arrived;  // from which a handler takes the acknowledgement
    auto const place = index::find(event.name);
    bool heard = place != index::size || detail::is_open<C>;
    bool fits = true;
    auto const dispatch = [&](meta::any_handler_list& handlers) {
      heard = heard || !handlers.empty();
      call_in<typename table::list>(handlers, event.name, from, [&](auto const& handler) {
        if (fits && from.connected()) fits = handler(from, event);
        return fits;
      });
    };

    for_each_table(from, [&](auto& handlers) { dispatch(handlers.any); });
    if (!passes(from, event)) return;
    for_each_table(from, [&](auto& handlers) {
      if constexpr (index::size != 0)
        if (place != index::size) dispatch(handlers.events[place]);
    });
    for_each_table(from, [&](auto& handlers) {
      if (handlers.named.empty()) return;
      if (auto* const named = handlers.named.find(event.name)) dispatch(named->value);
    });
    if (!heard) from.report(event.name, {{}, "the contract lists no event of this name"});
  }

  /// Asks the middlewares for events.
  bool passes(socket& from, incoming const& event) {
    bool good = true;
    std::optional<arguments> values;
    for_each_table(from, [&](auto& handlers) {
      call(handlers.middlewares, event.name, from, [&](auto const& middleware) {
        if (!good || !from.connected()) return false;
        good = false;  // also if it throws
        if (!values) values = detail::decode_all(event);
        auto const answer = middleware(from, event.name, *values);
        good = static_cast<bool>(answer);
        if (!good) from.refused(event.name, answer.message());
        return true;
      });
    });
    return good;
  }

  bool watches_outgoing() const override {
    return base::sockets_watch() || !own_.any_outgoing.empty() ||
           (inherited_ && !inherited_->any_outgoing.empty());
  }
  void on_outgoing(core_socket& who, std::string_view name, arguments const& values) override {
    for_each_table(typed(who), [&](auto& handlers) {
      call(handlers.any_outgoing, name, typed(who), [&](auto const& handler) {
        handler(typed(who), name, values);
        return true;
      });
    });
  }

  json::value describe_data(core_socket& of) override {
    json::value described;
    using data_type = typename socket::data_type;
    if constexpr (json::payload<data_type> && !std::is_same_v<data_type, nothing>)
      typed(of).guarded("data", [&] { described = detail::told_values(base::calls(), typed(of).data())[0]; });
    return described;
  }

  void on_server_event(core::server_event<Policies>& event) override {
    auto const place = server_index::find(event.name);
    bool heard = place != server_index::size || detail::is_open<C>;
    auto const one = [&](auto const& handler) {
      try {
        handler(*this, event);
      } catch (...) {
        base::report(detail::handler_failure(event.name, std::current_exception()));
      }
      return true;
    };
    auto const dispatch = [&](meta::any_handler_list& handlers) {
      heard = heard || !handlers.empty();
      table::server_list::for_each_in(handlers, one, false);
    };
    auto const look = [&](table& handlers) {
      if constexpr (server_index::size != 0)
        if (place != server_index::size) dispatch(handlers.server_side[place]);
      if (auto* const named = handlers.server_side_named.find(event.name)) dispatch(named->value);
    };
    if (inherited_) look(*inherited_);
    look(own_);
    if (!heard)
      base::report({.event = event.name,
                    .code = errc::payload_mismatch,
                    .path = {},
                    .message = "the contract's server_side lists no event of this name",
                    .exception = nullptr});
  }
  void on_server_error(event_error const& what) override {
    auto const tell = [&](auto const& handler) {
      try {
        handler(what);
      } catch (...) {  // there is nobody left to tell
      }
      return true;
    };
    if (inherited_) inherited_->server_error.for_each(tell);
    own_.server_error.for_each(tell);
  }

  /// The tables for a socket's events, in the order in which they are asked.
  template <class Visit> void for_each_table(socket& of, Visit visit) {
    if (inherited_) visit(static_cast<detail::event_handlers<C, Policies>&>(*inherited_));
    visit(static_cast<detail::event_handlers<C, Policies>&>(own_));
    if (auto* const its_own = of.handlers_if_any()) visit(*its_own);
  }

  /// Calls those handlers that are there at the start. What one throws goes to `on_error`.
  template <class List, class Call>
  static void call(List& handlers, std::string_view event, socket& who, Call call_one) {
    call_in<List>(handlers, event, who, call_one);
  }
  template <class List, class Call>
  static void call_in(meta::any_handler_list& handlers, std::string_view event, socket& who, Call call_one) {
    auto const guarded = [&](auto const& handler) {
      bool called = true;
      who.guarded(event, [&] { called = call_one(handler); });
      return called;
    };
    List::for_each_in(handlers, guarded, who.shared());
  }

  template <class List, class Call>
  void each(List table::*which, std::string_view event, socket& who, Call call_one) {
    auto const one = [&](auto const& handler) {
      call_one(handler, who);
      return true;
    };
    if (inherited_) call((*inherited_).*which, event, who, one);
    call(own_.*which, event, who, one);
  }

  std::shared_ptr<table> inherited_;
  table own_;
};

}  // namespace socketiopp
