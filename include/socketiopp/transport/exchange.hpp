// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <socketiopp/engine/refusal.hpp>
#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>
#include <socketiopp/transport/compression.hpp>
#include <socketiopp/transport/content_coding.hpp>

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

  /// The headers that every answer to this request gets, beside its own. While one is pending.
  http::response& prepared() { return *prepared_; }

  /// Begins with a request. `chosen` is how a session's answer to it may be compressed.
  void begin(http::request const& asked, http::response prepared,
             content_coding chosen = content_coding::identity) {
    pending_ = true;
    keep_alive_ = asked.keep_alive();
    coding_ = chosen;
    head_only_ = asked.method == "HEAD";
    prepared_ = std::make_unique<http::response>(std::move(prepared));
  }

  /// Makes this the last exchange of its connection.
  void be_last() { keep_alive_ = false; }

  /// Ends with the text of a session's answer.
  std::string end(engine::answer const& what, compressor* compressing = nullptr) {
    http::response answer{.status = what.status, .headers = {}, .body = what.body};
    if (!what.content_type.empty()) answer.set("Content-Type", std::string(what.content_type));
    if (!what.cacheable) answer.set("Cache-Control", "no-store");
    add_prepared(answer);  // first: compression adds to `Vary`
    prepared_.reset();
    if (compressing && what.compress && what.status == 200) encode_body(answer, coding_, *compressing);
    return end(std::move(answer));
  }

  /// Ends with the text of a whole response. If that has a header that is none, the answer is a 500.
  std::string end(http::response answer) {
    add_prepared(answer);
    std::string text;
    try {
      http::serialize(answer, keep_alive_, head_only_, text);
    } catch (std::invalid_argument const&) {
      http::serialize(http::text(500, "Internal server error\n"), keep_alive_, head_only_, text);
    }
    pending_ = false;
    prepared_.reset();
    return text;
  }

private:
  void add_prepared(http::response& answer) {
    if (!prepared_) return;
    auto const own = answer.headers.size();
    for (auto& prepared : prepared_->headers) {
      auto const same = [&](auto const& each) { return http::same_name(each.first, prepared.first); };
      auto const end = answer.headers.begin() + static_cast<std::ptrdiff_t>(own);
      if (std::none_of(answer.headers.begin(), end, same)) answer.headers.push_back(std::move(prepared));
    }
  }

  std::unique_ptr<http::response> prepared_;  // most connections are WebSockets, and wait for nothing
  bool pending_ = false;
  bool keep_alive_ = true;
  bool head_only_ = false;
  content_coding coding_ = content_coding::identity;
};

}  // namespace socketiopp::transport
