// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <new>
#include <utility>

/// Memory for what a turn makes by the hundreds and drops at its end.
namespace socketiopp::engine {

/// Blocks of one size. The thread that gives one back keeps it for the next that it takes: general allocators
/// have only a few at hand. With sixteen acknowledgements in flight on each of a hundred connections a
/// message takes 7 % less processor time (`bench_load`, medians of eleven pairs).
class block_cache {
public:
  static constexpr std::size_t block_size = 176;  ///< in bytes

  static void* take() {
    if (!kept_.first) return ::operator new(block_size);
    --kept_.count;
    return std::exchange(kept_.first, kept_.first->next);
  }

  /// Gives back what any thread has taken.
  static void give(void* block) noexcept {
    if (kept_.count == kept_.most) return ::operator delete(block);
    if (!kept_.first) thread_local ending const frees_all;
    kept_.first = ::new (block) unused{kept_.first};
    ++kept_.count;
  }

private:
  struct unused {
    unused* next;
  };

  // It is never destroyed: what a thread destroys last may still give back.
  struct list {
    unused* first;
    std::size_t count;
    std::size_t most;
  };

  struct ending {
    ~ending() {
      kept_.most = kept_.count = 0;
      while (kept_.first) ::operator delete(std::exchange(kept_.first, kept_.first->next));
    }
  };

  static inline constinit thread_local list kept_{nullptr, 0, 4096};
};

}  // namespace socketiopp::engine
