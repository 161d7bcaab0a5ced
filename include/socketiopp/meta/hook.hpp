// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// Functions of the program's that are called when something happens.
namespace socketiopp::meta {

/// What hooks of all signatures are: functions, one after the other.
class any_hook {
public:
  any_hook() = default;
  any_hook(any_hook&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  any_hook& operator=(any_hook&& other) noexcept {
    std::swap(first_, other.first_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~any_hook() {
    while (first_) delete std::exchange(first_, first_->next);
  }

  bool empty() const { return size_ == 0; }

protected:
  struct link {
    any_function call;
    link* next;
  };

  void append(any_function call) {
    auto** last = &first_;
    while (*last) last = &(*last)->next;
    *last = new link{std::move(call), nullptr};
    ++size_;
  }

  link const* first() const { return first_; }
  std::size_t size() const { return size_; }

private:
  link* first_ = nullptr;  // one may add another while it runs: nothing moves
  std::size_t size_ = 0;
};

/// The functions that were added, called in that order. What one throws is dropped: there is nobody to tell.
template <class... Args> class hook : public any_hook {
public:
  void add(unique_function<void(Args...)> function) { append(std::move(function).any()); }

  /// Calls those that are there at the start.
  void operator()(Args... args) const {
    auto const* one = first();
    for (auto left = size(); left > 0; --left, one = one->next) {
      try {
        one->call.template call<void, Args...>(args...);
      } catch (...) {}
    }
  }
};

}  // namespace socketiopp::meta
