// SPDX-License-Identifier: MIT
#pragma once

#include <socketiopp/meta/unique_function.hpp>

/// Where a shard's work is done.
namespace socketiopp::engine {

/// The one thread that a shard belongs to, as seen from everywhere else.
class place {
public:
  /// Whether the caller is there already.
  virtual bool here() const = 0;
  /// Runs the work there, later, as an event of a turn. From any thread; in order for each of them.
  virtual void post(unique_function<void()> work) = 0;

protected:
  ~place() = default;
};

}  // namespace socketiopp::engine
