// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

/// A callable that owns what it captured and can only be moved.
namespace socketiopp {

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
  unique_function(F&& f) {
    using Callable = std::decay_t<F>;
    if constexpr (fits<Callable>)
      ::new (static_cast<void*>(&storage_)) Callable(std::forward<F>(f));
    else
      ::new (static_cast<void*>(&storage_)) Callable*(new Callable(std::forward<F>(f)));
    operations_ = &operations_of<Callable>;
  }

  unique_function(unique_function&& other) noexcept : operations_(std::exchange(other.operations_, nullptr)) {
    if (operations_) operations_->relocate(&other.storage_, &storage_);
  }

  unique_function& operator=(unique_function&& other) noexcept {
    if (this == &other) return *this;
    reset();
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_) operations_->relocate(&other.storage_, &storage_);
    return *this;
  }

  unique_function(unique_function const&) = delete;
  unique_function& operator=(unique_function const&) = delete;
  ~unique_function() { reset(); }

  explicit operator bool() const noexcept { return operations_ != nullptr; }

  /// Calls the callable; like `std::function`, also through a const object.
  R operator()(Args... args) const { return operations_->call(&storage_, std::forward<Args>(args)...); }

private:
  struct operations {
    R (*call)(void*, Args&&...);
    void (*relocate)(void* from, void* to) noexcept;
    void (*destroy)(void*) noexcept;
  };
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

  template <class F> static constexpr operations operations_of{
      [](void* at, Args&&... args) -> R { return static_cast<R>(get<F>(at)(std::forward<Args>(args)...)); },
      [](void* from, void* to) noexcept {
        if constexpr (fits<F>) {
          ::new (to) F(std::move(get<F>(from)));
          std::destroy_at(&get<F>(from));
        } else {
          ::new (to) F*(&get<F>(from));
        }
      },
      [](void* at) noexcept {
        if constexpr (fits<F>)
          std::destroy_at(&get<F>(at));
        else
          delete &get<F>(at);
      }};

  void reset() noexcept {
    if (operations_) std::exchange(operations_, nullptr)->destroy(&storage_);
  }

  operations const* operations_ = nullptr;
  mutable storage storage_;
};

}  // namespace socketiopp
