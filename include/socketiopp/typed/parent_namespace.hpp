// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <socketiopp/contract/contract.hpp>
#include <socketiopp/contract/event.hpp>
#include <socketiopp/core/directory.hpp>
#include <socketiopp/meta/fixed_string.hpp>
#include <socketiopp/meta/handler_list.hpp>
#include <socketiopp/typed/fwd.hpp>
#include <socketiopp/typed/handlers.hpp>
#include <socketiopp/typed/lifecycle.hpp>
#include <socketiopp/typed/namespace.hpp>
#include <socketiopp/typed/server_side.hpp>

/// Namespaces that clients bring about: what they have in common.
namespace socketiopp {

/// Made by `server::of` with a pattern or a predicate, and lives as long as the server. Its handlers are
/// those of all its children, which are made when their first client connects (F-104). Register handlers
/// before the server runs, or on its thread if it has one only.
template <contract C, class Policies> class parent_namespace final
    : public detail::lifecycle_listener<C, Policies, parent_namespace<C, Policies>>,
      public detail::server_side_listener<C, Policies, parent_namespace<C, Policies>> {
  static_assert(detail::checked_contract<C>::done);
  using child = namespace_<C, Policies>;
  using table = detail::namespace_handlers<Policies>;
  using auth = std::optional<core::view_of<Policies>>;

public:
  /// Emits an event to everybody in all children (F-106); see `namespace_::emit`. From any thread.
  template <meta::fixed_string Name, class... Args> void emit(Args const&... args) {
    for_each_child([&](child& one) { one.template emit<Name>(args...); });
  }
  template <meta::fixed_string Name, class... Args> void emit(event_name<Name>, Args const&... args) {
    emit<Name>(args...);
  }
  template <class... Args> void emit(std::string_view name, Args const&... args) {
    for_each_child([&](child& one) { one.emit(name, args...); });
  }

  /// The child of that name, or null if there is none now. One that goes when it is empty stays for whoever
  /// has it, but not beyond the server. From any thread.
  std::shared_ptr<child> find(std::string_view name) {
    auto found = namespaces_.find(name);
    if (!found || found->family() != handlers_.get()) return nullptr;
    auto* const typed = static_cast<child*>(found.get());
    return {std::move(found), typed};
  }

  /// Calls `visit(namespace_<C>&)` with each child that there is now, in no order. From any thread.
  template <class Visit> void for_each_child(Visit visit) {
    namespaces_.for_each([&](auto const& one) {
      if (one->family() == handlers_.get()) visit(static_cast<child&>(*one));
    });
  }

  /// Called when a child has been made, before its first client is asked for: `(namespace_<C>&)` (F-094).
  /// On the thread where that client connects.
  template <class F> registration on_new_namespace(F handler) {
    constexpr bool fits = std::is_invocable_v<F&, child&>;
    static_assert(fits, "socketiopp: on_new_namespace: the handler takes (sio::namespace_<C>&)");
    if constexpr (fits)
      return new_namespace_.add(std::move(handler));
    else
      return {};
  }

private:
  friend class basic_server<Policies>;
  friend detail::listener<C, Policies, parent_namespace>;
  friend detail::lifecycle_listener<C, Policies, parent_namespace>;
  friend detail::server_side_listener<C, Policies, parent_namespace>;

  using matcher = unique_function<bool(std::string_view, auth)>;

  class family final : public core::family<Policies> {
  public:
    explicit family(parent_namespace& of) : of_(of) {}
    bool matches(std::string_view name, auth carried) const override {
      try {
        return of_.matches_(name, carried);
      } catch (...) {  // there is nobody yet that could be told
        return false;
      }
    }
    std::shared_ptr<core::namespace_<Policies>> make(std::string name) override {
      return of_.make(std::move(name), of_.transient_);
    }

  private:
    parent_namespace& of_;
  };

  parent_namespace(core::directory<Policies>& namespaces, typename child::shards const& on, bool transient,
                   matcher matches)
      : namespaces_(namespaces), shards_(on), transient_(transient), matches_(std::move(matches)) {
    auto made = std::make_unique<family>(*this);
    family_ = made.get();
    namespaces_.add(std::move(made));
  }

  table& own_handlers() { return *handlers_; }
  void outgoing_is_watched() {}

  std::shared_ptr<core::namespace_<Policies>> make(std::string name, bool transient) {
    auto* const made = new child(std::move(name), shards_, handlers_, transient);
    std::shared_ptr<core::namespace_<Policies>> kept(&static_cast<core::namespace_<Policies>&>(*made));
    new_namespace_.for_each(
        [&](auto const& handler) {
          try {
            handler(*made);
          } catch (...) {  // there is nobody yet that could be told
          }
          return true;
        },
        shards_.size() > 1);
    return kept;
  }

  core::directory<Policies>& namespaces_;
  typename child::shards const& shards_;
  bool transient_;
  matcher matches_;
  std::shared_ptr<table> handlers_ =
      std::make_shared<table>(detail::event_index<typename C::to_server>::size,
                              detail::event_index<typename detail::server_side_of<C>::type>::size);
  meta::handler_list<void(child&)> new_namespace_;
  core::family<Policies>* family_;
};

}  // namespace socketiopp
