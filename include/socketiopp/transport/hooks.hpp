// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/meta/hook.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/transport/gate.hpp>

/// How a program takes part in what happens below the namespaces.
namespace socketiopp {

/// A request that was turned away (F-059). The views live as long as the call.
struct connection_error {
  http::request const& request;
  int code;                  ///< of the protocol: 0 to 5
  std::string_view message;  ///< what the client is told
  std::string_view context;  ///< what the message leaves open: "TRANSPORT_MISMATCH", a namespace of names
};

/// What `server::engine()` gives. Registered before the server runs; called on the server's threads; what a
/// hook throws is dropped.
class engine_hooks {
public:
  /// Asks about every request to the endpoint, and every upgrade, before the server looks at it (F-058). Who
  /// is refused gets a 400 (W-011).
  engine_hooks& use(request_gate middleware) {
    middleware_.push_back(std::move(middleware));
    return *this;
  }
  /// A request was turned away.
  engine_hooks& on_connection_error(unique_function<void(connection_error const&)> hook) {
    connection_error_.add(std::move(hook));
    return *this;
  }
  /// The answer to a request to the endpoint is about to be made; it may be given headers (W-126).
  engine_hooks& on_headers(unique_function<void(http::request const&, http::response&)> hook) {
    headers_.add(std::move(hook));
    return *this;
  }
  /// The same, only for the answer that opens a session.
  engine_hooks& on_initial_headers(unique_function<void(http::request const&, http::response&)> hook) {
    initial_headers_.add(std::move(hook));
    return *this;
  }
  /// A peer exceeded a bound, and was refused or dropped.
  engine_hooks& on_bound_hit(unique_function<void(bound_hit const&)> hook) {
    bound_hit_.add(std::move(hook));
    return *this;
  }
  /// A line for the log: which option to set when a peer was refused; once for each option.
  engine_hooks& on_log(unique_function<void(std::string_view)> hook) {
    log_.add(std::move(hook));
    return *this;
  }

  // -- for the server ------------------------------------------------------------------------------------

  std::deque<request_gate> const& middleware() const { return middleware_; }
  void refused(connection_error const& what) const { connection_error_(what); }
  void headers(http::request const& asked, http::response& answer) const { headers_(asked, answer); }
  void initial_headers(http::request const& asked, http::response& answer) const {
    initial_headers_(asked, answer);
  }
  void exceeded(bound_hit const& what) const {
    bound_hit_(what);
    auto const option = to_string(what.which);
    log_once(1u << static_cast<unsigned>(what.which), [&] {
      return std::string(what.remote_address)
          .append(" exceeded ")
          .append(option)
          .append(": if that is no attack, set the option higher");
    });
  }
  void foreign_origin(std::string_view origin) const {
    log_once(origin_logged, [&] {
      return "a WebSocket from a page of " + std::string(origin) +
             " was refused: if it should be let in, name it in cors.origins";
    });
  }

private:
  static constexpr std::uint32_t origin_logged = 1u << 31;

  template <class Line> void log_once(std::uint32_t what, Line line) const {
    if (!log_.empty() && (logged_->fetch_or(what, std::memory_order_relaxed) & what) == 0) log_(line());
  }

  std::deque<request_gate> middleware_;
  meta::hook<connection_error const&> connection_error_;
  meta::hook<http::request const&, http::response&> headers_;
  meta::hook<http::request const&, http::response&> initial_headers_;
  meta::hook<bound_hit const&> bound_hit_;
  meta::hook<std::string_view> log_;
  // a bit for each thing that has been said; on the heap so that hooks can be moved
  std::unique_ptr<std::atomic<std::uint32_t>> logged_ = std::make_unique<std::atomic<std::uint32_t>>(0u);
};

}  // namespace socketiopp
