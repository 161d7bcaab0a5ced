// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <socketiopp/core/home.hpp>
#include <socketiopp/core/namespace.hpp>
#include <socketiopp/core/targets.hpp>
#include <socketiopp/engine/place.hpp>

/// Operations in which all shards of a server have a part, and the other servers.
namespace socketiopp::detail {

/// One that asks every shard, and perhaps the other servers, and gathers what comes of it on the shard that
/// is its home.
template <class Policies> class gathering : public std::enable_shared_from_this<gathering<Policies>> {
public:
  gathering(core::namespace_<Policies>& of, core::home& home)
      : of_(of), kept_(of.keep()), home_(home), where_(home.place().lasting()), silent_(of.shards()) {}
  gathering(gathering const&) = delete;
  gathering& operator=(gathering const&) = delete;
  virtual ~gathering() = default;

  /// At home: forgets whom to tell.
  virtual void cancel() = 0;

  /// What a completion token cancels it with.
  auto canceller() {
    return [weak = this->weak_from_this()] {
      if (auto const running = weak.lock()) running->cancel();
    };
  }

protected:
  core::namespace_<Policies>& of() const { return of_; }
  core::home const& home() const { return home_; }

  /// Before anybody is asked: the way to the other servers if they are asked too, else null.
  core::link_of<Policies>* ask_others(core::targets const& to) {
    auto* const others = of_.others(to);
    if (others) ++silent_;
    return others;
  }

  /// Runs the work at home, if that is still there: other servers may answer when this one has gone.
  template <class Work> void run_at_home(Work work) { where_->dispatch(std::move(work)); }

  /// At home: one more shard has said what it adds, or all others have. True for the last one.
  bool all_heard() { return --silent_ == 0; }
  bool silent() const { return silent_ != 0; }

private:
  core::namespace_<Policies>& of_;
  std::shared_ptr<void const> kept_;  // only where the namespace could go
  core::home const& home_;
  std::shared_ptr<engine::lasting_place> where_;
  std::size_t silent_;  // who has not said yet what they add
};

}  // namespace socketiopp::detail
