// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include <socketiopp/meta/unique_function.hpp>

/// Functions of the program's that are called when something happens.
namespace socketiopp::meta {

/// The functions that were added, called in that order. What one throws is dropped: there is nobody to tell.
template <class... Args> class hook {
public:
  void add(unique_function<void(Args...)> function) { functions_.push_back(std::move(function)); }

  bool empty() const { return functions_.empty(); }

  /// Calls those that are there at the start.
  void operator()(Args... args) const {
    for (std::size_t i = 0, size = functions_.size(); i < size; ++i) {
      try {
        functions_[i](args...);
      } catch (...) {}
    }
  }

private:
  std::deque<unique_function<void(Args...)>> functions_;  // one may add another while it runs: nothing moves
};

}  // namespace socketiopp::meta
