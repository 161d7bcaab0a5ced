// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

/// Times, counted in buckets whose width is a 64th of their value: any number of them in 15 KiB.
namespace bench {

class histogram {
public:
  void add(std::uint64_t nanoseconds) {
    ++buckets_[bucket(nanoseconds)];
    ++count_;
  }

  /// The time, in microseconds, below or at which that part of the times lies; 0 when there are none.
  double quantile(double part) const {
    auto const wanted = part * static_cast<double>(count_);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > 0 && static_cast<double>(seen) >= wanted) return middle(i) / 1000;
    }
    return 0;
  }

private:
  static constexpr unsigned steps = 64;  // for each power of two
  static constexpr unsigned powers = 32;

  static std::size_t bucket(std::uint64_t value) {
    if (value < steps) return static_cast<std::size_t>(value);
    auto const power = static_cast<unsigned>(std::bit_width(value)) - std::bit_width(steps);
    if (power >= powers - 1) return std::size_t{steps} * powers - 1;
    return steps * power + static_cast<std::size_t>(value >> power);
  }
  static double middle(std::size_t bucket) {
    if (bucket < 2 * steps) return static_cast<double>(bucket);
    auto const power = bucket / steps - 1;
    return (static_cast<double>(bucket % steps + steps) + 0.5) * static_cast<double>(1ull << power);
  }

  std::array<std::uint64_t, steps * powers> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace bench
