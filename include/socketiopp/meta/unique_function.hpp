// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

/// A callable that owns what it captured and can only be moved.
namespace socketiopp {

namespace meta {

/// Holds one callable, or none, whose signature its user knows: one type for all of them, so that what keeps
/// functions of many signatures is compiled once. Callables of up to four pointers live inside the object.
class any_function {
public:
  any_function() noexcept = default;
  any_function(any_function&& other) noexcept
      : relocate_(std::exchange(other.relocate_, nullptr)), call_(other.call_) {
    if (relocate_) relocate_(&other.storage_, &storage_);
  }
  any_function& operator=(any_function&& other) noexcept {
    if (this == &other) return *this;
    reset();
    relocate_ = std::exchange(other.relocate_, nullptr);
    call_ = other.call_;
    if (relocate_) relocate_(&other.storage_, &storage_);
    return *this;
  }
  any_function(any_function const&) = delete;
  any_function& operator=(any_function const&) = delete;
  ~any_function() { reset(); }

  explicit operator bool() const noexcept { return relocate_ != nullptr; }

  /// Takes a callable, to be called with just these types. It is empty before.
  template <class R, class... Args, class F> void hold(F&& f) {
    using Callable = std::decay_t<F>;
    if constexpr (fits<Callable>)
      ::new (static_cast<void*>(&storage_)) Callable(std::forward<F>(f));
    else
      ::new (static_cast<void*>(&storage_)) Callable*(new Callable(std::forward<F>(f)));
    relocate_ = &relocate<Callable>;
    call_ = reinterpret_cast<void (*)()>(&invoke<Callable, R, Args...>);
  }

  template <class R, class... Args> R call(Args... args) const {
    return reinterpret_cast<caller<R, Args...>>(call_)(&storage_, static_cast<Args&&>(args)...);
  }

private:
  template <class R, class... Args> using caller = R (*)(void*, Args&&...);

  struct alignas(std::max_align_t) storage {
    std::byte bytes[4 * sizeof(void*)];
  };

  template <class F>
  static constexpr bool fits = sizeof(F) <= sizeof(storage) &&
                               alignof(F) <= alignof(storage) && std::is_nothrow_move_constructible_v<F>;

  template <class F> static F& get(void* at) noexcept {
    if constexpr (fits<F>)
      return *std::launder(static_cast<F*>(at));
    else
      return **std::launder(static_cast<F**>(at));
  }

  // No lambdas: each would be three functions to the compiler, for every callable of a program.
  template <class F, class R, class... Args> static R invoke(void* at, Args&&... args) {
    return static_cast<R>(get<F>(at)(static_cast<Args&&>(args)...));
  }
  // One function for both ways to go: to another place, or, where that is null, for good.
  template <class F> static void relocate(void* from, void* to) noexcept {
    F& leaving = get<F>(from);
    if constexpr (fits<F>) {
      if (to) ::new (to) F(static_cast<F&&>(leaving));
      leaving.~F();
    } else if (to) {
      ::new (to) F*(&leaving);
    } else {
      delete &leaving;
    }
  }

  void reset() noexcept {
    if (relocate_) std::exchange(relocate_, nullptr)(&storage_, nullptr);
  }

  mutable storage storage_;
  void (*relocate_)(void* from, void* to) noexcept = nullptr;
  void (*call_)() = nullptr;
};

}  // namespace meta

template <class Signature> class unique_function;

/// Holds one callable of the signature `R(Args...)`, or none. Unlike `std::function` it takes callables that
/// cannot be copied (a promise, a buffer, an acknowledgement) and never copies one. Callables of up to four
/// pointers live inside the object. Calling an empty one is undefined: ask with `if (f)` first.
template <class R, class... Args> class unique_function<R(Args...)> {
public:
  unique_function() noexcept = default;
  unique_function(std::nullptr_t) noexcept {}

  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, unique_function> &&
             std::is_invocable_r_v<R, std::decay_t<F>&, Args...>)
  unique_function(F&& f) { held_.template hold<R, Args...>(std::forward<F>(f)); }

  explicit operator bool() const noexcept { return static_cast<bool>(held_); }

  /// Calls the callable; like `std::function`, also through a const object.
  R operator()(Args... args) const { return held_.template call<R, Args...>(static_cast<Args&&>(args)...); }

  /// The same without its signature.
  meta::any_function any() && { return std::move(held_); }

private:
  meta::any_function held_;
};

}  // namespace socketiopp
