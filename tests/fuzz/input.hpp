// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

/// What the targets share: an input taken apart, memory of an exact size, and how a finding is told.
namespace fuzz {

/// A finding, unless it holds.
inline void require(bool holds, char const* sentence) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", sentence);
  std::abort();
}

/// A copy of some bytes in memory of just their size, and `spare` bytes more where a function may write
/// behind them: the sanitizer sees whoever goes further.
class block {
public:
  explicit block(std::string_view bytes, std::size_t spare = 0)
      : size_(bytes.size()), memory_(std::make_unique<char[]>(size_ + spare)) {
    std::copy(bytes.begin(), bytes.end(), memory_.get());
  }

  std::span<char> span() const { return {memory_.get(), size_}; }
  std::string_view view() const { return {memory_.get(), size_}; }

private:
  std::size_t size_;
  std::unique_ptr<char[]> memory_;
};

/// Takes an input apart, from its front. Behind its end everything is zero or empty.
class input {
public:
  input(std::uint8_t const* data, std::size_t size) : left_(reinterpret_cast<char const*>(data), size) {}

  bool empty() const { return left_.empty(); }
  std::string_view rest() const { return left_; }

  std::string_view take(std::size_t size) {
    auto const taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
  }
  unsigned byte() {
    auto const taken = take(1);
    return taken.empty() ? 0 : static_cast<unsigned char>(taken[0]);
  }
  /// What comes before the next line feed, which is taken too.
  std::string_view line() {
    auto const taken = take(left_.find('\n'));
    take(1);
    return taken;
  }

private:
  std::string_view left_;
};

/// Calls `visit` with a block for each piece of `stream`, until it returns false. The seed decides on the
/// sizes; with 0 all pieces are single bytes.
template <class Visit>
void in_pieces(std::string_view stream, unsigned seed, std::size_t spare, Visit visit) {
  for (auto random = seed; !stream.empty(); random = random * 1'103'515'245 + 12'345) {
    block const piece(stream.substr(0, seed == 0 ? 1 : 1 + (random >> 16) % (seed % 64 + 1)), spare);
    stream.remove_prefix(piece.view().size());
    if (!visit(piece)) return;
  }
}

}  // namespace fuzz
