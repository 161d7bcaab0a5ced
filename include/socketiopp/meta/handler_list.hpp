// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// Lists of functions of the program's, which may be taken out again.
namespace socketiopp {

namespace detail {

/// A handler in a list. Shared by its list and by registrations, which may be on other threads; the function
/// is the list's. Counted by hand, as every file with handlers compiles this.
struct handler_entry {
  handler_entry(meta::any_function to_call, bool is_first, bool only_once)
      : call(std::move(to_call)), first(is_first), once(only_once) {}

  void keep() { owners.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  meta::any_function call;
  bool const first;  ///< before those that were there
  bool const once;
  handler_entry* next = nullptr;
  std::atomic<bool> removed = false;
  std::atomic<std::size_t> owners = 1;
};

}  // namespace detail

/// Takes a handler out again: what registering it gave. It may be copied, kept or dropped; dropping it
/// removes nothing. May be used from any thread, but a call that runs elsewhere goes on.
class registration {
public:
  registration() = default;
  explicit registration(detail::handler_entry& entry) : entry_(&entry) { entry.keep(); }
  registration(registration const& other) : entry_(other.entry_) {
    if (entry_) entry_->keep();
  }
  registration(registration&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  registration& operator=(registration other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~registration() {
    if (entry_) entry_->release();
  }

  /// The handler is not called any more. Also from within it, and when it is gone already.
  void remove() {
    if (entry_) entry_->removed = true;
  }

  /// Whether the handler is still there.
  explicit operator bool() const { return entry_ && !entry_->removed; }

private:
  detail::handler_entry* entry_ = nullptr;
};

}  // namespace socketiopp

namespace socketiopp::meta {

/// When a handler is called: after those that are there, before them, or after them and once only.
enum class handler_order { last, first, once };

/// What `handler_list` is of all signatures.
class any_handler_list {
public:
  any_handler_list() = default;
  any_handler_list(any_handler_list const&) = delete;
  any_handler_list& operator=(any_handler_list const&) = delete;
  ~any_handler_list() {
    drop(entries_, true);
    drop(added_, true);
  }

  bool empty() const { return !entries_ && !added_; }

  /// Adds a function, whose signature is that of the list.
  registration insert(any_function call, handler_order when) {
    auto* const made = new entry(std::move(call), when == handler_order::first, when == handler_order::once);
    registration handle(*made);
    append(added_, made);
    if (depth_ == 0) settle();
    return handle;
  }

protected:
  using entry = socketiopp::detail::handler_entry;

  /// While somebody goes through the list nothing in it moves.
  class visiting {
  public:
    explicit visiting(any_handler_list* list) : list_(list) {
      if (list_) ++list_->depth_;
    }
    visiting(visiting const&) = delete;
    visiting& operator=(visiting const&) = delete;
    ~visiting() {
      if (list_ && --list_->depth_ == 0) list_->settle();
    }

  private:
    any_handler_list* list_;
  };

  static entry* first_in(any_handler_list const& list) { return list.entries_; }

  /// Whether a function is to be called. One that is called once is taken before its call, so that no other
  /// thread calls it too; `put_back` is for when it was not called after all.
  static bool take(entry& one) {
    return !(one.once ? one.removed.exchange(true) : one.removed.load(std::memory_order_relaxed));
  }
  static void put_back(entry& one) {
    if (one.once) one.removed = false;
  }

private:
  void settle() {
    drop(entries_, false);
    while (added_) {
      auto* const made = std::exchange(added_, added_->next);
      made->next = made->first ? std::exchange(entries_, made) : nullptr;
      if (!made->first) append(entries_, made);
    }
  }

  static void append(entry*& list, entry* made) {
    auto** last = &list;
    while (*last) last = &(*last)->next;
    *last = made;
  }

  /// Takes those out that are removed, or all. Functions end when the list is whole again: one may own what
  /// adds to the list or removes from it.
  static void drop(entry*& list, bool all) {
    entry* dropped = nullptr;
    for (auto** at = &list; *at;) {
      if (!all && !(*at)->removed) {
        at = &(*at)->next;
        continue;
      }
      auto* const out = *at;
      *at = out->next;
      out->next = std::exchange(dropped, out);
      out->removed = true;
    }
    while (dropped) {
      auto* const out = std::exchange(dropped, dropped->next);
      out->call = any_function();  // now, although a registration may be kept
      out->release();
    }
  }

  entry* entries_ = nullptr;
  entry* added_ = nullptr;
  std::size_t depth_ = 0;
};

template <class Signature> class handler_list;

/// Functions of one signature, in the order in which they are called. One may add others and remove any while
/// it runs: the others are called from the next time on, what is removed never again. Several threads may go
/// through the list if each says that it is `shared`; nothing is added then.
template <class R, class... Args> class handler_list<R(Args...)> : public any_handler_list {
public:
  using function = unique_function<R(Args...)>;

  /// Adds it at the end.
  registration add(function call) { return insert(std::move(call).any(), handler_order::last); }
  /// Adds it before all others.
  registration add_first(function call) { return insert(std::move(call).any(), handler_order::first); }
  /// Adds it at the end, until it has been called once.
  registration add_once(function call) { return insert(std::move(call).any(), handler_order::once); }

  /// Adds a callable to a list that is known to be one of this signature. Not by `function`, whose checks
  /// cost a compiler more than the callable.
  template <class F> static registration insert_into(any_handler_list& in, handler_order when, F call) {
    any_function kept;
    kept.template hold<R, Args...>(std::move(call));
    return in.insert(std::move(kept), when);
  }

  /// Calls `visit` with each of the functions; it answers whether it has called the function.
  template <class Visit> void for_each(Visit visit, bool shared = false) {
    for_each_in(*this, visit, shared);
  }

  /// The same with a list that is known to be one of this signature.
  template <class Visit> static void for_each_in(any_handler_list& in, Visit& visit, bool shared) {
    if (in.empty()) return;
    visiting const now(shared ? nullptr : &in);
    for (auto* one = first_in(in); one; one = one->next)
      if (take(*one) && !visit(held{one->call})) put_back(*one);
  }

private:
  struct held {
    any_function const& call;
    R operator()(Args... args) const { return call.template call<R, Args...>(static_cast<Args&&>(args)...); }
  };
};

}  // namespace socketiopp::meta
