// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <socketiopp/core/core.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/http/files.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/options.hpp>
#include <socketiopp/server_base.hpp>
#include <socketiopp/socket.hpp>
#include <socketiopp/transport/tcp.hpp>

/// The server: namespaces above, transport below.
namespace socketiopp {

/// A Socket.IO server over the transport, the JSON library and the executor that `Policies` names.
///
/// Register namespaces and handlers, listen, run; `of` and `on` belong before `run`, or into a handler. Every
/// `emit` on a namespace may come from any thread.
template <class Policies> class basic_server : public server_base<Policies> {
  using base = server_base<Policies>;
  using json_type = typename Policies::json;
  static_assert(json::codec<json_type>, "socketiopp: policies: json is no codec; see json/codec.hpp");

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
      shards_.push_back(std::make_unique<core::shard<json_type>>(
          i, core_options_, namespaces_, base::host().at(i).hub(), base::host().at(i)));
  }

  /// The namespace of that name, made at the first call. Later calls must name the same contract.
  template <contract C> namespace_<C, Policies>& of(std::string name = "/") {
    if (!name.starts_with('/')) name.insert(0, "/");
    auto found = namespaces_.find(name);
    if (found == namespaces_.end()) {
      std::unique_ptr<core::namespace_<json_type>> made(new namespace_<C, Policies>(name, shards_));
      contracts_.emplace(name, &contract_tag<C>);
      found = namespaces_.emplace(std::move(name), std::move(made)).first;
    }
    assert(contracts_.find(found->first)->second == &contract_tag<C> &&
           "this namespace has another contract");
    return static_cast<namespace_<C, Policies>&>(*found->second);
  }

  template <class C>
    requires(!contract<C>)
  void of(std::string const& = "/") {
    static_assert(contract<C>, "socketiopp: of: a contract has two lists of events, to_server and to_client");
  }

private:
  // One address for each contract: types are compared without RTTI.
  template <class C> static constexpr char contract_tag = 0;

  core::options core_options_;
  std::vector<std::unique_ptr<core::shard<json_type>>> shards_;
  core::directory<json_type> namespaces_;
  std::map<std::string, char const*, std::less<>> contracts_;
};

}  // namespace socketiopp
