// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <socketiopp/core/core.hpp>
#include <socketiopp/executor/concept.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/http/files.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/options.hpp>
#include <socketiopp/socket.hpp>
#include <socketiopp/transport/host.hpp>
#include <socketiopp/transport/tcp.hpp>

/// The server: namespaces above, transport below.
namespace socketiopp {

/// A Socket.IO server over the transport, the JSON library and the executor that `Policies` names.
///
/// Register namespaces and handlers, listen, run. Everything happens on the executor's threads; `of`, `on`
/// and `listen` belong before `run`, or into a handler. `stop`, `post`, and every `emit` on a namespace may
/// come from any thread.
template <class Policies> class basic_server {
  using json_type = typename Policies::json;
  using given_executor = typename Policies::executor;
  using given_transport = typename Policies::transport;
  // Goes on with those that are known, so that the sentence is all that is said.
  using executor_type = std::conditional_t<executor::policy<given_executor>, given_executor, executor::loop>;
  using context_type = std::remove_reference_t<decltype(std::declval<executor_type&>()[0])>;
  static constexpr bool is_transport = transport::policy<given_transport, context_type>;
  using transport_type = std::conditional_t<is_transport, given_transport, transport::tcp>;
  static_assert(json::codec<json_type>, "socketiopp: policies: json is no codec; see json/codec.hpp");
  static_assert(executor::policy<given_executor>,
                "socketiopp: policies: executor is none; see executor/concept.hpp");
  static_assert(is_transport, "socketiopp: policies: transport is none; see transport/concept.hpp");

public:
  /// What follows the options goes to the executor: nothing for an `io_context` of its own, or
  /// `sio::server io{options, my_io_context}`. Throws `std::system_error` naming an option out of range.
  template <class... ExecutorArgs>
  explicit basic_server(server_options const& options = {}, ExecutorArgs&&... executor_args)
      : core_options_(options.core()),
        host_(
            options.engine(), options.service(),
            [this](std::size_t shard, engine::session& opened) { return shards_[shard]->accept(opened); },
            std::forward<ExecutorArgs>(executor_args)...) {
    for (std::size_t i = 0; i < host_.size(); ++i)
      shards_.push_back(std::make_unique<core::shard<json_type>>(i, core_options_, namespaces_,
                                                                 host_.at(i).hub(), host_.at(i)));
  }
  basic_server(basic_server const&) = delete;
  basic_server& operator=(basic_server const&) = delete;

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

  /// Answers HTTP requests outside the endpoint's path: `(http::request const&, http::response&)`.
  void http(unique_function<void(http::request const&, http::response&)> handler) {
    host_.served().fallback = std::move(handler);
  }

  /// Listens where the arguments say: `listen(3000)`, `listen("127.0.0.1", 3000)`, or what else the
  /// transport's listener takes. Throws `std::system_error` naming the address.
  template <class... Args> typename transport_type::listener& listen(Args&&... args) {
    return host_.listen(std::forward<Args>(args)...);
  }

  /// The same without an exception, `listen(error, 3000)`: null, and the error says why.
  template <class... Args> typename transport_type::listener* listen(std::error_code& error, Args&&... args) {
    return host_.listen(error, std::forward<Args>(args)...);
  }

  /// Serves until `stop`. With a borrowed `io_context`, run that instead.
  void run() { host_.run(); }

  /// From any thread: ends all connections, with the reason "server shutting down", and with them `run`.
  /// The server cannot be run again.
  void stop() { host_.stop(); }

  /// From any thread: runs the work on the server's (first) thread.
  void post(unique_function<void()> work) { host_.at(0).post(std::move(work)); }

  /// The executor, for what only it can do.
  executor_type& executor() { return host_.executor(); }

private:
  // One address for each contract: types are compared without RTTI.
  template <class C> static constexpr char contract_tag = 0;

  core::options core_options_;
  transport::host<transport_type, executor_type> host_;
  std::vector<std::unique_ptr<core::shard<json_type>>> shards_;
  core::directory<json_type> namespaces_;
  std::map<std::string, char const*, std::less<>> contracts_;
};

}  // namespace socketiopp
