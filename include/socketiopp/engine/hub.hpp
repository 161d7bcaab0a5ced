// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/engine/dialect.hpp>
#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/id_source.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/request.hpp>
#include <socketiopp/engine/roster.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/table_by_id.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// All Engine.IO sessions of a shard.
namespace socketiopp::engine {

/// Opens sessions, finds them by their id, and keeps them until they end.
class hub final : private session_owner {
public:
  /// Makes the user of a session that is about to open. If it throws, there is no session.
  using accept = unique_function<std::unique_ptr<session_user>(session&)>;

  /// Whom to tell of a bound that was exceeded.
  using bound_hook = unique_function<void(bound_hit const&)>;

  hub(
      engine::options const& options, engine::turn& turn, accept accept_session,
      bound_hook on_bound = [](bound_hit const&) {})
      : options_(options), turn_(turn), accept_(std::move(accept_session)), on_bound_(std::move(on_bound)) {}

  hub(hub const&) = delete;
  hub& operator=(hub const&) = delete;

  /// It is one of several, of that number, whose sessions are all written down there.
  void join(engine::roster& of_all, std::size_t number) {
    roster_ = &of_all;
    number_ = number;
  }

  engine::turn& turn() { return turn_; }
  engine::options const& options() const { return options_; }
  std::size_t size() const { return sessions_.size(); }

  /// Judges a request to the endpoint.
  verdict judge(request const& asked) const {
    auto const made = engine::judge(asked, options_, [this](id const& wanted) {
      auto const* const found = find(wanted);
      return found ? std::optional(found->speaks()) : std::nullopt;
    });
    auto const opens = made.refused == refusal::none && !made.session;
    return opens && closing_ ? verdict{.refused = refusal::shutting_down} : made;
  }

  /// The session of that id, or null.
  session* find(id const& wanted) const {
    auto* const found = sessions_.find(wanted);
    return found ? found->get() : nullptr;
  }

  /// Keeps an id for a session; none if there is one of that id.
  std::optional<claim> claim_id(id const& wanted) {
    if (find(wanted) || (roster_ && !roster_->add(wanted, number_))) return std::nullopt;
    return claim(wanted, roster_);
  }
  /// Keeps a new one.
  claim claim_next_id() {
    for (;;)
      if (auto made = claim_id(next_id())) return std::move(*made);
  }

  /// Opens a session over the link that asked for it.
  session& open(claim claimed, link& over, bool websocket, handshake opening, dialect speaks = {}) {
    session_owner& owner = *this;
    auto const& id = claimed.id();
    auto opened = std::make_unique<session>(id, std::move(opening), speaks, options_, turn_, owner);
    opened->start(over, websocket);
    opened->attach(accept_(*opened));
    auto& kept = *sessions_.add(std::move(opened));
    claimed.fulfil();
    return kept;
  }

  /// Ends every session after what is queued for it has been sent, and lets none open any more.
  void close_all(reason why) {
    closing_ = true;
    for (auto* const session : all()) session->close(why);
  }

  /// Ends every session at once (W-132).
  void abort_all(reason why) {
    closing_ = true;
    for (auto* const session : all()) session->abort(why);
  }

  /// Whether `close_all` or `abort_all` was called.
  bool closing() const { return closing_; }

  /// Ids for sessions, and for whoever needs more of them on this shard.
  id next_id() { return ids_.next(); }

private:
  std::vector<session*> all() const {  // sessions leave the table as they end
    std::vector<session*> listed;
    listed.reserve(sessions_.size());
    sessions_.for_each([&](auto const& one) { listed.push_back(one.get()); });
    return listed;
  }

  void exceeded(session& by, bound which) override {
    on_bound_({which, by.handshake().remote_address, by.id().view()});
  }

  void release(session& ended) override {
    auto kept = sessions_.take(ended.id());
    if (roster_) roster_->remove(ended.id());
    turn_.discard(std::move(kept));
  }

  engine::options const& options_;
  engine::turn& turn_;
  accept accept_;
  bound_hook on_bound_;
  id_source ids_;
  table_by_id<std::unique_ptr<session>> sessions_;
  engine::roster* roster_ = nullptr;
  std::size_t number_ = 0;
  bool closing_ = false;
};

}  // namespace socketiopp::engine
