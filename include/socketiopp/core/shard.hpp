// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <socketiopp/core/connection.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/options.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>
#include <socketiopp/observer/concept.hpp>

/// A shard: the sessions, connections and sockets that one thread owns.
namespace socketiopp::core {

template <class Policies> class shard final : public home {
public:
  shard(std::size_t index, core::options const& options, core::directory<Policies>& namespaces,
        engine::hub& hub, engine::place& where, bool alone = true)
      : home(options, where, alone), index_(index), namespaces_(namespaces), hub_(hub) {}

  std::size_t index() const { return index_; }
  engine::turn& turn() const { return hub_.turn(); }
  engine::hub& hub() const { return hub_; }

  /// Makes the user of a session that is about to open.
  std::unique_ptr<engine::session_user> accept(engine::session& opened) {
    observe(observer::session_opened{opened.id().view(), opened.transport()});
    auto made = std::make_unique<connection<Policies>>(*this, opened);
    if (opened.speaks().v3) made->welcome();
    return made;
  }

  core::directory<Policies>& namespaces() const { return namespaces_; }

  /// Who hears of what happens here.
  typename Policies::observer& observer() { return observer_; }
  typename Policies::observer const& observer() const { return observer_; }
  /// Tells it, if it wants to hear of that.
  template <class Event> void observe(Event const& what) { observer::tell(observer_, what); }

  /// The document that every packet is read into, so that its memory is used again.
  typename format_of<Policies>::document& document() { return document_; }

private:
  std::size_t index_;
  core::directory<Policies>& namespaces_;
  engine::hub& hub_;
  [[no_unique_address]] typename Policies::observer observer_;
  typename format_of<Policies>::document document_;
};

}  // namespace socketiopp::core
