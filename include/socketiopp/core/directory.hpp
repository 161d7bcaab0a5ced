// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/namespace.hpp>

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

/// A socket's place in its namespace. A namespace that goes when it is empty stays while there is one.
template <class Policies> class presence {
public:
  presence() = default;
  presence(directory<Policies>& in, std::shared_ptr<namespace_<Policies>> of)
      : in_(&in), of_(std::move(of)) {}
  presence(presence&&) noexcept = default;
  presence& operator=(presence&&) = delete;
  ~presence() {
    if (of_ && of_->transient() && of_->leave() == 0) in_->remove_empty(of_->name());
  }

  explicit operator bool() const { return of_ != nullptr; }
  namespace_<Policies>& of() const { return *of_; }

private:
  directory<Policies>* in_ = nullptr;
  std::shared_ptr<namespace_<Policies>> of_;
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
    for (auto const& [name, each] : namespaces_) each->enter();  // so that none is empty ever again
  }

  /// The namespace of that name, or null. One that is transient may be gone as soon as it is empty.
  std::shared_ptr<namespace_type> find(std::string_view name) const {
    std::lock_guard const lock(mutex_);
    auto const found = namespaces_.find(name);
    return found == namespaces_.end() ? nullptr : found->second;
  }

  /// How the other servers are reached.
  typename Policies::adapter& adapter() { return adapter_; }

  /// Adds a namespace, unless there is one of its name; gives the one that there is then.
  std::shared_ptr<namespace_type> add(std::shared_ptr<namespace_type> made) {
    std::lock_guard const lock(mutex_);
    auto const name = made->name();
    auto const [place, added] = namespaces_.try_emplace(name, std::move(made));
    if (added) place->second->attach(adapter_);
    return place->second;
  }

  /// Adds a family. Those that were added first are asked first.
  void add(std::unique_ptr<family<Policies>> made) { families_.push_back(std::move(made)); }

  std::deque<std::unique_ptr<family<Policies>>> const& families() const { return families_; }

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
    std::shared_ptr<namespace_type> removed;  // destroyed without the lock
    std::lock_guard const lock(mutex_);
    auto const found = namespaces_.find(name);
    if (found == namespaces_.end() || !found->second->transient() || found->second->population() != 0) return;
    removed = std::move(found->second);
    namespaces_.erase(found);
  }

  /// Calls `visit(std::shared_ptr<namespace_> const&)` with each.
  template <class Visit> void for_each(Visit visit) const {
    for (auto const& each : all()) visit(each);
  }

private:
  presence<Policies> enter_existing(std::string_view name) {
    std::lock_guard const lock(mutex_);
    auto const found = namespaces_.find(name);
    if (found == namespaces_.end()) return {};
    if (found->second->transient()) found->second->enter();
    return {*this, found->second};
  }

  std::deque<std::shared_ptr<namespace_type>> all() const {
    std::lock_guard const lock(mutex_);
    std::deque<std::shared_ptr<namespace_type>> listed;
    for (auto const& [name, each] : namespaces_) listed.push_back(each);
    return listed;
  }

  [[no_unique_address]] typename Policies::adapter adapter_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<namespace_type>, std::less<>> namespaces_;
  std::deque<std::unique_ptr<family<Policies>>> families_;  // before clients come; they are not moved
};

}  // namespace socketiopp::core
