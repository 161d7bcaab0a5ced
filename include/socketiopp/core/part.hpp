// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <socketiopp/core/fwd.hpp>
#include <socketiopp/core/home.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/id.hpp>

/// The part of a namespace that lives on one shard, as the typed layer sees it.
namespace socketiopp::core {

/// Virtual for the compiler's sake: a file with handlers does not compile what is behind it, which is
/// `slice`.
template <class Policies> class part {
public:
  part(core::namespace_<Policies>& of, core::home& at) : namespace_of_(of), home_(at) {}
  part(part const&) = delete;
  part& operator=(part const&) = delete;

  core::namespace_<Policies>& of() const { return namespace_of_; }
  core::home& at() const { return home_; }

  /// The socket of that id, or null.
  virtual socket<Policies>* find(engine::id const& wanted) const = 0;
  /// The targets, each once, kept in memory: whoever has them may do anything with them.
  virtual std::vector<std::shared_ptr<socket<Policies>>> all(targets const& of) = 0;

protected:
  ~part() = default;

private:
  core::namespace_<Policies>& namespace_of_;
  core::home& home_;
};

}  // namespace socketiopp::core
