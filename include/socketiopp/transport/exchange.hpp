// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <socketiopp/engine/link.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>

/// An HTTP request that is being answered.
namespace socketiopp::transport {

/// What an answer needs of its request, which is gone by the time that a poll is answered. A connection
/// answers its requests one after the other, so it has one exchange.
class exchange {
public:
  /// Whether a request waits for its answer.
  bool pending() const { return pending_; }
  /// Whether the connection goes on after the answer.
  bool keep_alive() const { return keep_alive_; }

  /// Begins with a request; `prepared` has the headers that a session's answer to it needs.
  void begin(http::request const& asked, http::response prepared) {
    pending_ = true;
    keep_alive_ = asked.keep_alive();
    head_only_ = asked.method == "HEAD";
    prepared_ = std::move(prepared);
  }

  /// Makes this the last exchange of its connection.
  void be_last() { keep_alive_ = false; }

  /// Ends with the text of a session's answer.
  std::string end(engine::answer const& what) {
    auto answer = std::exchange(prepared_, {});
    answer.status = what.status;
    if (!what.content_type.empty()) answer.set("Content-Type", std::string(what.content_type));
    if (!what.cacheable) answer.set("Cache-Control", "no-store");
    answer.body = what.body;
    return end(answer);
  }

  /// Ends with the text of a whole response. If that has a header that is none, the answer is a 500.
  std::string end(http::response const& answer) {
    std::string text;
    try {
      http::serialize(answer, keep_alive_, head_only_, text);
    } catch (std::invalid_argument const&) {
      http::serialize(http::text(500, "Internal server error\n"), keep_alive_, head_only_, text);
    }
    pending_ = false;
    prepared_ = {};
    return text;
  }

private:
  http::response prepared_;
  bool pending_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
};

}  // namespace socketiopp::transport
