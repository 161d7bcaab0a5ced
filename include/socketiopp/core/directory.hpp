// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/presence.hpp>
#include <socketiopp/meta/table.hpp>

/// The namespaces of a server: those that it made, and those that clients bring about.
namespace socketiopp::core {

/// Makes the namespaces whose names it knows by their form (F-104).
template <class Policies> class family {
public:
  virtual ~family() = default;
  /// Whether a namespace of that name is one of its own. May be called from several threads at once.
  virtual bool matches(std::string_view name, std::optional<view_of<Policies>> auth) const = 0;
  virtual std::shared_ptr<namespace_<Policies>> make(std::string name) = 0;
};

/// May be used from any thread; clients connect on all of them.
template <class Policies> class directory {
public:
  using namespace_type = core::namespace_<Policies>;

  directory() = default;
  directory(directory const&) = delete;
  directory& operator=(directory const&) = delete;
  /// Sockets that coroutines keep may outlive it.
  ~directory() {
    for (auto* each = namespaces_.begin(); each; each = namespaces_.next(*each))
      each->value->enter();  // so that none is empty ever again
  }

  /// The namespace of that name, or null. One that is transient may be gone as soon as it is empty.
  std::shared_ptr<namespace_type> find(std::string_view name) const {
    std::lock_guard const lock(mutex_);
    auto const* const found = namespaces_.find(name);
    return found ? found->value : nullptr;
  }

  /// How the other servers are reached.
  typename Policies::adapter& adapter() { return adapter_; }

  /// Adds a namespace, unless there is one of its name; gives the one that there is then.
  std::shared_ptr<namespace_type> add(std::shared_ptr<namespace_type> made) {
    std::lock_guard const lock(mutex_);
    if (auto const* const found = namespaces_.find(made->name())) return found->value;
    made->attach(adapter_);
    return namespaces_.add(made->name(), made).value;
  }

  /// Adds a family. Those that were added first are asked first.
  void add(std::unique_ptr<family<Policies>> made) { families_.push_back(std::move(made)); }

  std::vector<std::unique_ptr<family<Policies>>> const& families() const { return families_; }

  /// A place in the namespace of that name, which a family may make now; none if nobody knows it.
  presence<Policies> enter(std::string_view name, std::optional<view_of<Policies>> auth) {
    if (auto found = enter_existing(name)) return found;
    for (auto const& family : families_) {
      if (!family->matches(name, auth)) continue;
      add(family->make(std::string(name)));
      return enter_existing(name);
    }
    return {};
  }

  /// Takes a transient namespace out, if it is empty.
  void remove_empty(std::string_view name) {
    std::shared_ptr<namespace_type> removed;
    {
      std::lock_guard const lock(mutex_);
      auto* const found = namespaces_.find(name);
      if (!found || !found->value->transient() || found->value->population() != 0) return;
      removed = std::move(found->value);
      namespaces_.erase(*found);
    }
    removed->forget();
  }

  /// Calls `visit(std::shared_ptr<namespace_> const&)` with each, in no order.
  template <class Visit> void for_each(Visit visit) const {
    for (auto const& each : all()) visit(each);
  }

private:
  presence<Policies> enter_existing(std::string_view name) {
    std::lock_guard const lock(mutex_);
    auto const* const found = namespaces_.find(name);
    if (!found) return {};
    if (found->value->transient()) found->value->enter();
    return {*this, found->value};
  }

  std::vector<std::shared_ptr<namespace_type>> all() const {
    std::lock_guard const lock(mutex_);
    std::vector<std::shared_ptr<namespace_type>> listed;
    for (auto* each = namespaces_.begin(); each; each = namespaces_.next(*each))
      listed.push_back(each->value);
    return listed;
  }

  [[no_unique_address]] typename Policies::adapter adapter_;
  mutable std::mutex mutex_;
  meta::table<std::string, std::shared_ptr<namespace_type>> namespaces_;
  std::vector<std::unique_ptr<family<Policies>>> families_;  // grows before clients come
};

}  // namespace socketiopp::core
