// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include <socketiopp/engine/handshake.hpp>
#include <socketiopp/engine/id.hpp>
#include <socketiopp/engine/options.hpp>
#include <socketiopp/engine/reason.hpp>
#include <socketiopp/engine/request.hpp>
#include <socketiopp/engine/session.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// All Engine.IO sessions of a shard.
namespace socketiopp::engine {

/// Opens sessions, finds them by their id, and keeps them until they end.
class hub final : private session_owner {
public:
  /// Makes the user of a session that is about to open. If it throws, there is no session.
  using accept = unique_function<std::unique_ptr<session_user>(session&)>;

  hub(engine::options const& options, engine::turn& turn, accept accept_session)
      : options_(options), turn_(turn), accept_(std::move(accept_session)) {}

  hub(hub const&) = delete;
  hub& operator=(hub const&) = delete;

  engine::turn& turn() { return turn_; }
  engine::options const& options() const { return options_; }
  std::size_t size() const { return sessions_.size(); }

  /// Judges a request to the endpoint.
  verdict judge(request const& asked) const {
    return engine::judge(asked, options_, [this](id const& wanted) { return sessions_.contains(wanted); });
  }

  /// The session of that id, or null.
  session* find(id const& wanted) const {
    auto const found = sessions_.find(wanted);
    return found == sessions_.end() ? nullptr : found->second.get();
  }

  /// Opens a session over the link that asked for it.
  session& open(link& over, bool websocket, handshake opening) {
    auto const id = ids_.next();
    session_owner& owner = *this;
    auto opened = std::make_unique<session>(id, std::move(opening), options_, turn_, owner);
    opened->start(over, websocket);
    opened->attach(accept_(*opened));
    return *sessions_.emplace(id, std::move(opened)).first->second;
  }

  /// Ends every session at once (W-132).
  void abort_all(reason why) {
    std::vector<session*> all;  // sessions leave the table as they end
    all.reserve(sessions_.size());
    for (auto const& [id, session] : sessions_) all.push_back(session.get());
    for (auto* const session : all) session->abort(why);
  }

  /// Ids for whoever needs more of them on this shard.
  id next_id() { return ids_.next(); }

private:
  void release(session& ended) override {
    auto node = sessions_.extract(ended.id());
    turn_.discard(std::move(node.mapped()));
  }

  engine::options const& options_;
  engine::turn& turn_;
  accept accept_;
  id_source ids_;
  std::unordered_map<id, std::unique_ptr<session>> sessions_;
};

}  // namespace socketiopp::engine
