// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include <socketiopp/core/fwd.hpp>

/// What keeps a namespace while sockets are in it.
namespace socketiopp::core {

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

}  // namespace socketiopp::core
