// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/engine/admission.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/json/arguments.hpp>
#include <socketiopp/meta/error.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/listening_socket.hpp>
#include <socketiopp/typed/report.hpp>
#include <socketiopp/typed/values.hpp>

/// How the handlers of a namespace are called. Nothing here knows the contract: it is compiled once for all.
namespace socketiopp::detail {

/// A namespace's tables of handlers, its own and those of its family, which come before them.
template <class Policies> class dispatcher : public core::namespace_<Policies> {
  using base = core::namespace_<Policies>;

protected:
  using core_socket = core::socket<Policies>;
  using incoming = core::incoming<Policies>;
  using table = namespace_handlers<Policies>;

  /// For a contract that lists so many events of clients, and so many of other servers.
  dispatcher(std::string name, std::vector<std::unique_ptr<core::shard<Policies>>> const& on,
             std::shared_ptr<table> inherited, bool transient, std::size_t listed,
             std::size_t listed_server_side)
      : base(std::move(name), on, transient),
        inherited_(std::move(inherited)),
        own_(listed, listed_server_side) {}

  table& own_handlers() { return own_; }

  /// Calls the handlers of an event: of the one that the contract lists at that place, if it does, and those
  /// of its name. Events that are not `known` need one.
  void dispatch(core_socket& from, incoming const& arrived, std::size_t place, bool known) {
    auto event = arrived;  // from which a handler takes the acknowledgement
    bool heard = known;
    bool fits = true;
    auto const call_all = [&](meta::any_handler_list& handlers) {
      heard = heard || !handlers.empty();
      call_in<typename table::list>(handlers, event.name, from, [&](auto const& handler) {
        if (fits && from.connected()) fits = handler(from, event);
        return fits;
      });
    };

    for_each_table(from, [&](auto& handlers) { call_all(handlers.any); });
    if (!passes(from, event)) return;
    for_each_table(from, [&](auto& handlers) {
      if (place < handlers.events.size()) call_all(handlers.events[place]);
    });
    for_each_table(from, [&](auto& handlers) {
      if (handlers.named.empty()) return;
      if (auto* const named = handlers.named.find(event.name)) call_all(named->value);
    });
    if (!heard)
      tell(from, event.name, errc::payload_mismatch, {}, "the contract lists no event of this name");
  }

  /// The same for an event of another server.
  void dispatch_server_event(core::server_event<Policies>& event, std::size_t place, bool known) {
    bool heard = known;
    auto const one = [&](auto const& handler) {
      try {
        handler(*this, event);
      } catch (...) {
        base::report(handler_failure(event.name, std::current_exception()));
      }
      return true;
    };
    auto const call_all = [&](meta::any_handler_list& handlers) {
      heard = heard || !handlers.empty();
      table::server_list::for_each_in(handlers, one, false);
    };
    auto const look = [&](table& handlers) {
      if (place < handlers.server_side.size()) call_all(handlers.server_side[place]);
      if (auto* const named = handlers.server_side_named.find(event.name)) call_all(named->value);
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

private:
  // -- core::namespace_ ------------------------------------------------------------------------------------

  void const* family() const override { return inherited_.get(); }

  std::size_t middlewares() const override {
    return (inherited_ ? inherited_->entrance.size() : 0) + own_.entrance.size();
  }
  void ask(std::size_t place, core_socket& who, decision answer) override {
    auto const before = inherited_ ? inherited_->entrance.size() : 0;
    auto const& one = place < before ? inherited_->entrance[place] : own_.entrance[place - before];
    guarded(who, "middleware", [&] { one(who, std::move(answer)); });
  }

  void on_connect(core_socket& who) override {
    each(&table::connect, "connect", who, [&](auto const& handler) {
      if (who.connected()) handler(who);
    });
  }
  void on_disconnecting(core_socket& who, reason why) override {
    each(&table::disconnecting, "disconnecting", who, [&](auto const& handler) { handler(who, why); });
  }
  void on_disconnect(core_socket& who, reason why) override {
    each(&table::disconnect, "disconnect", who, [&](auto const& handler) { handler(who, why); });
  }
  void on_drain(core_socket& who) override {
    each(&table::drain, "drain", who, [&](auto const& handler) {
      if (who.connected()) handler(who);
    });
  }
  void on_error(core_socket& who, event_error const& what) override {
    tell_listeners(&table::error, shared(who), who, what);
  }

  /// Asks the middlewares for events.
  bool passes(core_socket& from, incoming const& event) {
    bool good = true;
    std::optional<arguments> values;
    for_each_table(from, [&](auto& handlers) {
      call(handlers.middlewares, event.name, from, [&](auto const& middleware) {
        if (!good || !from.connected()) return false;
        good = false;  // also if it throws
        if (!values) values = decode_all(event);
        auto const answer = middleware(from, event.name, *values);
        good = static_cast<bool>(answer);
        if (!good) tell(from, event.name, errc::event_refused, {}, answer.message());
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
    for_each_table(who, [&](auto& handlers) {
      call(handlers.any_outgoing, name, who, [&](auto const& handler) {
        handler(who, name, values);
        return true;
      });
    });
  }

  void on_server_error(event_error const& what) override {
    tell_listeners(&table::server_error, false, what);
  }

  /// Tells those who listen for errors.
  template <class List, class... About>
  void tell_listeners(List table::*listeners, bool shared, About&... about) {
    auto const tell_one = [&](auto const& handler) {
      try {
        handler(about...);
      } catch (...) {  // there is nobody left to tell
      }
      return true;
    };
    if (inherited_) (*inherited_.*listeners).for_each(tell_one, shared);
    (own_.*listeners).for_each(tell_one, shared);
  }

  /// Whether handlers are called on several threads.
  static bool shared(core_socket& who) { return !who.calls().part().at().alone(); }

  /// The tables for a socket's events, in the order in which they are asked.
  template <class Visit> void for_each_table(core_socket& of, Visit visit) {
    if (inherited_) visit(static_cast<event_handlers<Policies>&>(*inherited_));
    visit(static_cast<event_handlers<Policies>&>(own_));
    if (auto* const its_own = static_cast<listening_socket<Policies>&>(of).handlers_if_any()) visit(*its_own);
  }

  /// Calls those handlers that are there at the start. What one throws goes to `on_error`.
  template <class List, class Call>
  static void call(List& handlers, std::string_view event, core_socket& who, Call call_one) {
    call_in<List>(handlers, event, who, call_one);
  }
  template <class List, class Call> static void call_in(meta::any_handler_list& handlers,
                                                        std::string_view event, core_socket& who,
                                                        Call call_one) {
    auto const one = [&](auto const& handler) {
      bool called = true;
      guarded(who, event, [&] { called = call_one(handler); });
      return called;
    };
    List::for_each_in(handlers, one, shared(who));
  }

  template <class List, class Call>
  void each(List table::*which, std::string_view event, core_socket& who, Call call_one) {
    auto const one = [&](auto const& handler) {
      call_one(handler);
      return true;
    };
    if (inherited_) call((*inherited_).*which, event, who, one);
    call(own_.*which, event, who, one);
  }

  std::shared_ptr<table> inherited_;
  table own_;
};

}  // namespace socketiopp::detail
