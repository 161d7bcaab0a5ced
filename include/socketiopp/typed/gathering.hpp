// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <socketiopp/core/core.hpp>

/// Operations in which all shards of a server have a part.
namespace socketiopp::detail {

/// One that asks every shard, and gathers what comes of it on the shard that is its home.
template <class Policies> class gathering : public std::enable_shared_from_this<gathering<Policies>> {
public:
  gathering(core::namespace_<Policies>& of, core::shard<Policies>& home)
      : of_(of), kept_(of.keep()), home_(home), silent_shards_(of.shards()) {}
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
  core::shard<Policies> const& home() const { return home_; }

  /// At home: one more shard has said what it adds. True for the last one.
  bool all_heard() { return --silent_shards_ == 0; }
  bool silent() const { return silent_shards_ != 0; }

private:
  core::namespace_<Policies>& of_;
  std::shared_ptr<void const> kept_;  // only where the namespace could go
  core::shard<Policies> const& home_;
  std::size_t silent_shards_;
};

}  // namespace socketiopp::detail
