// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <socketiopp/meta/unique_function.hpp>

/// Lists of functions of the program's, which may be taken out again.
namespace socketiopp {

namespace detail {

struct handler_entry {
  std::atomic<bool> removed = false;
};

}  // namespace detail

/// Takes a handler out again: what registering it gave. It may be copied, kept or dropped; dropping it
/// removes nothing. May be used from any thread, but a call that runs elsewhere goes on.
class registration {
public:
  registration() = default;
  explicit registration(std::weak_ptr<detail::handler_entry> entry) : entry_(std::move(entry)) {}

  /// The handler is not called any more. Also from within it, and when it is gone already.
  void remove() {
    if (auto const entry = entry_.lock()) entry->removed = true;
  }

  /// Whether the handler is still there.
  explicit operator bool() const {
    auto const entry = entry_.lock();
    return entry && !entry->removed;
  }

private:
  std::weak_ptr<detail::handler_entry> entry_;
};

}  // namespace socketiopp

namespace socketiopp::meta {

/// What `handler_list` is of all signatures.
class any_handler_list {
public:
  bool empty() const { return entries_.empty() && added_.empty(); }

protected:
  registration insert(any_function call, bool first, bool once) {
    auto made = std::make_shared<entry>(std::move(call), once);
    registration handle(made);
    added_.push_back({std::move(made), first});
    if (depth_ == 0) settle();
    return handle;
  }

  /// Calls `visit(any_function const&)` with each; it answers whether the function was called.
  template <class Visit> void visit_each(Visit visit, bool shared) {
    if (entries_.empty()) return;
    visiting const now(shared ? nullptr : this);
    for (auto const& one : entries_) {
      // one that is called once is taken before its call, so that no other thread calls it too
      if (one->once ? one->removed.exchange(true) : one->removed.load(std::memory_order_relaxed)) {
        if (!shared) stale_ = true;
        continue;
      }
      if (one->once && !shared) stale_ = true;
      if (!visit(one->call) && one->once) one->removed = false;
    }
  }

private:
  struct entry : socketiopp::detail::handler_entry {
    entry(any_function to_call, bool only_once) : call(std::move(to_call)), once(only_once) {}
    any_function const call;
    bool const once;
  };
  struct addition {
    std::shared_ptr<entry> made;
    bool first;
  };

  /// While somebody goes through the list nothing in it moves.
  class visiting {
  public:
    explicit visiting(any_handler_list* list) : list_(list) {
      if (list_) ++list_->depth_;
    }
    ~visiting() {
      if (list_ && --list_->depth_ == 0 && (list_->stale_ || !list_->added_.empty())) list_->settle();
    }

  private:
    any_handler_list* list_;
  };

  void settle() {
    stale_ = false;
    std::erase_if(entries_, [](auto const& one) { return one->removed.load(); });
    for (auto& [made, first] : std::exchange(added_, {}))
      entries_.insert(first ? entries_.begin() : entries_.end(), std::move(made));
  }

  std::vector<std::shared_ptr<entry>> entries_;
  std::vector<addition> added_;
  std::size_t depth_ = 0;
  bool stale_ = false;  // some have been removed
};

template <class Signature> class handler_list;

/// Functions of one signature, in the order in which they are called. One may add others and remove any while
/// it runs: the others are called from the next time on, what is removed never again. Several threads may go
/// through the list if each says that it is `shared`; nothing is added then.
template <class R, class... Args> class handler_list<R(Args...)> : public any_handler_list {
public:
  using function = unique_function<R(Args...)>;

  /// Adds it at the end.
  registration add(function call) { return insert(std::move(call).any(), false, false); }
  /// Adds it before all others.
  registration add_first(function call) { return insert(std::move(call).any(), true, false); }
  /// Adds it at the end, until it has been called once.
  registration add_once(function call) { return insert(std::move(call).any(), false, true); }

  /// Calls `visit` with each of the functions; it answers whether it has called the function.
  template <class Visit> void for_each(Visit visit, bool shared = false) {
    visit_each(
        [&](any_function const& held) {
          return visit([&](Args... args) -> R { return held.call<R, Args...>(std::forward<Args>(args)...); });
        },
        shared);
  }
};

}  // namespace socketiopp::meta
