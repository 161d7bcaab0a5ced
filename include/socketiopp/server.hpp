// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/adapter/concept.hpp>
#include <socketiopp/contract/pattern.hpp>
#include <socketiopp/core/core.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/http/files.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/json/rapidjson.hpp>
#include <socketiopp/observer/concept.hpp>
#include <socketiopp/options.hpp>
#include <socketiopp/parser/concept.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/server_base.hpp>
#include <socketiopp/socket.hpp>
#include <socketiopp/transport/tcp.hpp>

/// The server: namespaces above, transport below.
namespace socketiopp {

namespace detail {

/// What can be wrong with the policies. Said inside of the server, it would be followed by clang++ with a
/// fault wherever the server is used.
template <class Policies> struct checked_policies {
  using given_json = typename Policies::json;
  using known_json = std::conditional_t<json::codec<given_json>, given_json, default_policies::json>;
  static_assert(json::codec<given_json>, "socketiopp: policies: json is no codec; see json/codec.hpp");
  static_assert(parser::policy<typename Policies::parser, known_json>,
                "socketiopp: policies: parser is none; see parser/concept.hpp");
  static_assert(observer::policy<typename Policies::observer>,
                "socketiopp: policies: observer takes no event; see observer/concept.hpp");
  static_assert(adapter::policy<typename Policies::adapter, Policies>,
                "socketiopp: policies: adapter is none; see adapter/concept.hpp");
  static constexpr bool done = true;
};

}  // namespace detail

/// A Socket.IO server over the transport, the JSON library and the executor that `Policies` names.
///
/// Register namespaces and handlers, listen, run; `of` and `on` belong before `run`, or into a handler of a
/// server with one thread. Every `emit` on a namespace may come from any thread.
///
/// What goes out from the server itself goes to the main namespace "/", untyped, events by their run-time
/// names: `io.emit("news", 7)`, `io.to("room").emit_with_ack("sure?", callback)`. With types that is
/// `io.of<C>()`. The main namespace is made as `of<sio::any>()` if it is not there yet.
template <class Policies> class basic_server
    : public server_base<Policies>,
      public detail::broadcaster<any, Policies, basic_server<Policies>>,
      public detail::server_side_emitter<any, basic_server<Policies>> {
  using base = server_base<Policies>;
  static_assert(detail::checked_policies<Policies>::done);

public:
  /// What follows the options goes to the executor: nothing for an `io_context` of its own, or
  /// `sio::server io{options, my_io_context}`. Throws `std::system_error` naming an option out of range.
  template <class... ExecutorArgs>
  explicit basic_server(server_options options = {}, ExecutorArgs&&... executor_args)
      : base(
            options,
            [this](std::size_t shard, engine::session& opened) { return shards_[shard]->accept(opened); },
            std::forward<ExecutorArgs>(executor_args)...),
        core_options_(options.core()) {
    for (std::size_t i = 0; i < base::host().size(); ++i)
      shards_.push_back(std::make_unique<core::shard<Policies>>(i, core_options_, namespaces_,
                                                                base::host().at(i).hub(), base::host().at(i),
                                                                base::host().size() == 1));
    observe_engine();
  }

  /// The namespace of that name, made at the first call; as a child of the parent that knows the name, if
  /// there is one (F-105). Later calls must name the same contract.
  template <contract C> namespace_<C, Policies>& of(std::string name = "/") {
    if (!name.starts_with('/')) name.insert(0, "/");
    auto found = namespaces_.find(name);
    if (!found) found = namespaces_.add(make<C>(std::move(name)));
    assert(found->contract() == &detail::contract_tag<C> && "this namespace has another contract");
    if (found->transient()) found->enter();  // and does not leave: it is known by name now
    return static_cast<namespace_<C, Policies>&>(*found);
  }

  /// All namespaces whose names are of this form: `io.of<C>(orders)`, where `orders` is a `sio::pattern`
  /// (F-104). They are made when the first client connects.
  template <contract C, meta::fixed_string Name, class... Parts>
  parent_namespace<C, Policies>& of(pattern<Name, Parts...> const& names) {
    return family_of<C>(
        [names](std::string_view name, auto const&) { return names.parts(name).has_value(); });
  }

  /// All namespaces whose names the predicate knows: `(std::string_view name)`, or `(std::string_view name,
  /// C::auth const&)` with what CONNECT carries.
  template <contract C, class F>
    requires(std::predicate<F&, std::string_view> ||
             std::predicate<F&, std::string_view, detail::auth_type<C> const&>)
  parent_namespace<C, Policies>
  &of(F predicate) {
    return family_of<C>([predicate = std::move(predicate)](std::string_view name, auto const& auth) mutable {
      if constexpr (std::predicate<F&, std::string_view>) {
        return static_cast<bool>(predicate(name));
      } else {
        detail::auth_type<C> wanted{};
        return !detail::decode_auth(auth, wanted) &&
               static_cast<bool>(predicate(name, std::as_const(wanted)));
      }
    });
  }

  /// The adapter, which is how other servers are reached. To be set up before the first namespace is made.
  typename Policies::adapter& adapter() { return namespaces_.adapter(); }

  /// The observer of a shard. It may be set up before the server runs; see observer/concept.hpp.
  typename Policies::observer& observer(std::size_t shard = 0) { return shards_[shard]->observer(); }
  /// From any thread: what the observers of all shards have counted, for those that count.
  auto counted() const requires requires(typename Policies::observer const& one) { one.counted(); }
  {
    auto sum = shards_.front()->observer().counted();
    for (std::size_t i = 1; i < shards_.size(); ++i) sum += shards_[i]->observer().counted();
    return sum;
  }

  template <class C>
    requires(!contract<C>)
  void of(std::string const& = "/") {
    static_assert(contract<C>, "socketiopp: of: a contract has two lists of events, to_server and to_client");
  }

private:
  friend detail::broadcaster<any, Policies, basic_server>;
  friend detail::server_side_emitter<any, basic_server>;

  struct parent {
    void const* contract;
    core::family<Policies>* family;
    std::shared_ptr<void> whole;  // a parent_namespace
  };

  /// Tells the observers of what happens below the sockets.
  void observe_engine() {
    if constexpr (observer::hears<typename Policies::observer, observer::request_refused>)
      base::engine().on_connection_error([this](connection_error const& what) {
        here().observe(observer::request_refused{what.request.remote_address, what.code, what.message});
      });
    if constexpr (observer::hears<typename Policies::observer, bound_hit>)
      base::engine().on_bound_hit([this](bound_hit const& what) { here().observe(what); });
  }

  /// The shard on whose thread the caller is.
  core::shard<Policies>& here() {
    for (auto const& shard : shards_)
      if (shard->here()) return *shard;
    return *shards_.front();
  }

  core::namespace_<Policies>& main() {
    auto found = namespaces_.find("/");
    if (!found) found = namespaces_.add(make<any>("/"));
    return *found;
  }
  selection<any, Policies> everybody() { return {main(), {}}; }
  detail::other_servers<any, Policies> servers() const {
    return detail::other_servers<any, Policies>(const_cast<basic_server&>(*this).main());
  }

  template <contract C, class Matches> parent_namespace<C, Policies>& family_of(Matches matches) {
    using made_type = parent_namespace<C, Policies>;
    std::shared_ptr<made_type> made(
        new made_type(namespaces_, shards_, core_options_.cleanup_empty_namespaces, std::move(matches)));
    parents_.push_back({&detail::contract_tag<C>, made->family_, made});
    return *made;
  }

  template <contract C> std::shared_ptr<core::namespace_<Policies>> make(std::string name) {
    for (auto const& one : parents_)
      if (one.contract == &detail::contract_tag<C> && one.family->matches(name, std::nullopt))
        return static_cast<parent_namespace<C, Policies>*>(one.whole.get())->make(std::move(name), false);
    core::namespace_<Policies>* const made = new namespace_<C, Policies>(std::move(name), shards_);
    return std::shared_ptr<core::namespace_<Policies>>(made);
  }

  core::options core_options_;
  std::vector<std::unique_ptr<core::shard<Policies>>> shards_;
  std::vector<parent> parents_;
  core::directory<Policies> namespaces_;
};

}  // namespace socketiopp
