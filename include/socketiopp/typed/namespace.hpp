// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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
#include <socketiopp/typed/broadcaster.hpp>
#include <socketiopp/typed/checked_contract.hpp>
#include <socketiopp/typed/dispatcher.hpp>
#include <socketiopp/typed/fwd.hpp>
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
    : private detail::dispatcher<Policies>,
      public detail::lifecycle_listener<C, Policies, namespace_<C, Policies>>,
      public detail::broadcaster<C, Policies, namespace_<C, Policies>>,
      public detail::server_side_emitter<C, namespace_<C, Policies>>,
      public detail::server_side_listener<C, Policies, namespace_<C, Policies>> {
  using base = detail::dispatcher<Policies>;
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

  namespace_(std::string name, shards const& on) : namespace_(std::move(name), on, nullptr, false) {}
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
  using core_socket = typename base::core_socket;
  using table = typename base::table;

  /// One of a family, whose handlers are called before its own.
  namespace_(std::string name, shards const& on, std::shared_ptr<table> inherited, bool transient)
      : base(std::move(name), on, std::move(inherited), transient, index::size, server_index::size) {}

  using base::own_handlers;
  void outgoing_is_watched() {}
  selection everybody() { return {*this, {}}; }
  detail::other_servers<C, Policies> servers() const {
    return detail::other_servers<C, Policies>(const_cast<namespace_&>(*this));
  }

  // -- core::namespace_ ------------------------------------------------------------------------------------

  static socket& typed(core_socket& who) { return detail::socket_access::typed<socket>(who); }

  void const* contract() const override { return &detail::contract_tag<C>; }

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

  void on_event(core_socket& who, incoming const& arrived) override {
    auto const place = index::find(arrived.name);
    base::dispatch(who, arrived, place, place != index::size || detail::is_open<C>);
  }
  void on_server_event(core::server_event<Policies>& event) override {
    auto const place = server_index::find(event.name);
    base::dispatch_server_event(event, place, place != server_index::size || detail::is_open<C>);
  }

  json::value describe_data(core_socket& of) override {
    json::value described;
    using data_type = typename socket::data_type;
    if constexpr (json::payload<data_type> && !std::is_same_v<data_type, nothing>)
      typed(of).guarded("data", [&] { described = detail::told_values(base::calls(), typed(of).data())[0]; });
    return described;
  }
};

}  // namespace socketiopp
