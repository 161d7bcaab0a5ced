// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/core/connection.hpp>
#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/options.hpp>
#include <socketiopp/engine/hub.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/engine/turn.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// A shard: the sessions, connections and sockets that one thread owns.
namespace socketiopp::core {

/// The namespaces of a server, by name.
template <class Json> using directory = std::map<std::string, std::unique_ptr<namespace_<Json>>, std::less<>>;

template <class Json> class shard {
public:
  shard(std::size_t index, core::options const& options, directory<Json> const& namespaces, engine::hub& hub,
        engine::place& where)
      : index_(index), options_(options), namespaces_(namespaces), hub_(hub), place_(where) {}
  shard(shard const&) = delete;
  shard& operator=(shard const&) = delete;

  std::size_t index() const { return index_; }
  core::options const& options() const { return options_; }
  engine::turn& turn() const { return hub_.turn(); }
  engine::hub& hub() const { return hub_; }

  /// Makes the user of a session that is about to open.
  std::unique_ptr<engine::session_user> accept(engine::session& opened) {
    auto made = std::make_unique<connection<Json>>(*this, opened);
    if (opened.speaks().v3) made->welcome();
    return made;
  }

  bool here() const { return place_.here(); }
  void post(unique_function<void()> work) const { place_.post(std::move(work)); }

  /// The namespace of that name, or null.
  namespace_<Json>* find(std::string_view name) const {
    auto const found = namespaces_.find(name);
    return found == namespaces_.end() ? nullptr : found->second.get();
  }

  /// The document that every packet is parsed into, so that its memory is used again.
  typename Json::document& document() { return document_; }

private:
  std::size_t index_;
  core::options const& options_;
  directory<Json> const& namespaces_;
  engine::hub& hub_;
  engine::place& place_;
  typename Json::document document_;
};

}  // namespace socketiopp::core
