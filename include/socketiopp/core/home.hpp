// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <socketiopp/core/options.hpp>
#include <socketiopp/engine/place.hpp>
#include <socketiopp/meta/unique_function.hpp>

/// A shard as the program sees it.
namespace socketiopp::core {

/// Where work is done: a shard without what it owns.
class home {
public:
  home(core::options const& options, engine::place& where, bool alone)
      : options_(options), place_(where), alone_(alone) {}
  home(home const&) = delete;
  home& operator=(home const&) = delete;

  core::options const& options() const { return options_; }
  /// Whether it is the server's only shard.
  bool alone() const { return alone_; }

  engine::place& place() const { return place_; }
  bool here() const { return place_.here(); }
  void post(unique_function<void()> work) const { place_.post(std::move(work)); }
  /// Runs the work now if the caller is here, else posts it.
  template <class Work> void run(Work work) const {
    if (here())
      work();
    else
      post(std::move(work));
  }

protected:
  ~home() = default;

private:
  core::options const& options_;
  engine::place& place_;
  bool alone_;
};

}  // namespace socketiopp::core
