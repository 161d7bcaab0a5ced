// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <socketiopp/engine/bound.hpp>
#include <socketiopp/meta/table.hpp>

/// How many connections there are.
namespace socketiopp::transport {

/// Counts the connections of a server, in all and from each address. From any thread; outlives its visits.
class census {
  using table = meta::table<std::string, std::size_t>;

public:
  static constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

  struct limits {
    std::size_t all = unlimited;
    std::size_t per_address = unlimited;
  };

  explicit census(limits most) : most_(most) {}

  /// A connection that is counted while this lives, unless it exceeded a bound: those who are turned away
  /// must not keep others out.
  class visit {
  public:
    visit() = default;
    visit(visit&& other) noexcept
        : in_(std::exchange(other.in_, nullptr)), from_(other.from_), exceeded_(other.exceeded_) {}
    visit& operator=(visit&& other) noexcept {
      std::swap(in_, other.in_);
      std::swap(from_, other.from_);
      exceeded_ = other.exceeded_;
      return *this;
    }
    ~visit() {
      if (in_) in_->leave(from_);
    }

    /// The bound that this one exceeded when it came.
    std::optional<bound> exceeded() const { return exceeded_; }

  private:
    friend census;
    visit(census& in, table::entry* from) : in_(&in), from_(from) {}
    explicit visit(bound exceeded) : exceeded_(exceeded) {}

    census* in_ = nullptr;
    table::entry* from_ = nullptr;
    std::optional<bound> exceeded_;
  };

  /// Counts a connection; one without an address only among all.
  visit enter(std::string const& address) {
    std::scoped_lock const lock(mutex_);
    if (all_ >= most_.all) return visit(bound::max_connections);
    table::entry* from = nullptr;
    if (most_.per_address != unlimited && !address.empty()) {
      from = by_address_.find(address);
      if (!from) from = &by_address_.add(address, std::size_t{0});
      if (from->value >= most_.per_address) return visit(bound::max_connections_per_address);
      ++from->value;
    }
    ++all_;
    return {*this, from};
  }

  /// How many connections are counted.
  std::size_t size() const {
    std::scoped_lock const lock(mutex_);
    return all_;
  }

private:
  void leave(table::entry* from) {
    std::scoped_lock const lock(mutex_);
    --all_;
    if (from && --from->value == 0) by_address_.erase(*from);
  }

  limits most_;
  mutable std::mutex mutex_;
  std::size_t all_ = 0;
  table by_address_;
};

}  // namespace socketiopp::transport
