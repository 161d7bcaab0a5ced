// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include <socketiopp/executor/concept.hpp>
#include <socketiopp/executor/loop.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/options.hpp>
#include <socketiopp/transport/concept.hpp>
#include <socketiopp/transport/hooks.hpp>
#include <socketiopp/transport/host.hpp>
#include <socketiopp/transport/tcp.hpp>
#include <socketiopp/typed/callback.hpp>

/// What `server` and `engine_server` have in common: how they listen, run and end.
namespace socketiopp {

/// A server of HTTP and Engine.IO over the transport and the executor that `Policies` names.
///
/// Register handlers, listen, run. Everything happens on the executor's threads, so that what is given to
/// `http`, `engine` and the options is called on several at once if there are several. `http`, `engine` and
/// `listen` belong before `run`, or into a handler of a server with one thread. What may come from any thread
/// says so.
template <class Policies> class server_base {
  using given_executor = typename Policies::executor;
  using given_transport = typename Policies::transport;
  // Goes on with those that are known, so that the sentence is all that is said.
  using executor_type = std::conditional_t<executor::policy<given_executor>, given_executor, executor::loop>;
  using context_type = std::remove_reference_t<decltype(std::declval<executor_type&>()[0])>;
  static constexpr bool is_transport = transport::policy<given_transport, context_type>;
  using transport_type = std::conditional_t<is_transport, given_transport, transport::tcp>;
  static_assert(executor::policy<given_executor>,
                "socketiopp: policies: executor is none; see executor/concept.hpp");
  static_assert(is_transport, "socketiopp: policies: transport is none; see transport/concept.hpp");

public:
  server_base(server_base const&) = delete;
  server_base& operator=(server_base const&) = delete;

  /// Answers HTTP requests outside the endpoint's path: `(http::request const&, http::response&)`.
  void http(unique_function<void(http::request const&, http::response&)> handler) {
    host_.served().fallback = std::move(handler);
  }

  /// Hooks and middleware below the namespaces.
  engine_hooks& engine() { return host_.served().hooks; }

  /// Listens where the arguments say: `listen(3000)`, `listen("127.0.0.1", 3000)`, or what else the
  /// transport's listener takes. Throws `std::system_error` naming the address.
  template <class... Args> typename transport_type::listener& listen(Args&&... args) {
    return host_.listen(std::forward<Args>(args)...);
  }
  /// The same without an exception, `listen(error, 3000)`: null, and the error says why.
  template <class... Args> typename transport_type::listener* listen(std::error_code& error, Args&&... args) {
    return host_.listen(error, std::forward<Args>(args)...);
  }

  /// From any thread: serves a stream that somebody else has accepted, on the server's context, or on its
  /// several ones in turn.
  /// `already_read` is what has been read from it, from the beginning of an HTTP request on.
  void adopt(typename transport_type::stream accepted, std::string already_read = {}) {
    host_.adopt(std::move(accepted), std::move(already_read));
  }

  /// From any thread: accepts no connection until `resume_accept`; those that come wait, as many as the
  /// system lets.
  void pause_accept() { host_.pause_accept(); }
  /// From any thread: accepts again.
  void resume_accept() { host_.resume_accept(); }

  /// Serves until `stop` or `close`. With a borrowed `io_context`, run that instead.
  void run() { host_.run(); }

  /// From any thread: ends in order. No session opens any more, and every one ends, with the reason "server
  /// shutting down", when its client has got what was sent to it; at the deadline what is left is ended at
  /// once. Then `run` returns. The server cannot be run again.
  ///
  /// It listens until the last session has ended: between two polls nobody can tell a client that comes
  /// again, perhaps over a new connection, from one that has gone without a word.
  void close(std::chrono::milliseconds deadline) { host_.close(deadline); }
  /// The same with a callback `(std::error_code)`, or with <socketiopp/asio.hpp> a completion token, for when
  /// everything has ended, on the (first) thread. It is the last thing that an `io_context` of the server's
  /// own runs.
  template <class Last> auto close(std::chrono::milliseconds deadline, Last&& last) {
    constexpr bool fits = detail::completion_token<Last, std::error_code> ||
                          std::is_invocable_v<std::decay_t<Last>&, std::error_code>;
    static_assert(fits, "socketiopp: close: the last argument is a callback (std::error_code)");
    if constexpr (fits)
      return detail::begin<std::error_code>(
          host_.at(0),
          [this, deadline](auto done) {
            host_.close(deadline, [done = std::move(done)]() mutable { done(std::error_code()); });
            return [] {};  // it goes on closing
          },
          std::forward<Last>(last));
  }

  /// From any thread: ends all connections at once, with the reason "server shutting down", and with them
  /// `run`. The server cannot be run again.
  void stop() { host_.stop(); }

  /// From any thread: runs the work on the server's (first) thread.
  void post(unique_function<void()> work) { host_.at(0).post(std::move(work)); }

  /// The executor, for what only it can do.
  executor_type& executor() { return host_.executor(); }

protected:
  using host_type = transport::host<transport_type, executor_type>;

  /// Moves out of the options what can only be moved.
  template <class... ExecutorArgs>
  server_base(server_options& options, typename host_type::accept accept, ExecutorArgs&&... executor_args)
      : host_(options.engine(), options.census(), std::move(options).service(), std::move(accept),
              std::forward<ExecutorArgs>(executor_args)...) {}
  ~server_base() = default;

  host_type& host() { return host_; }

private:
  host_type host_;
};

}  // namespace socketiopp
