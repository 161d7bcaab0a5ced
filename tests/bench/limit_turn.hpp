// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "frames.hpp"

/// What one turn of the limit's loop sends: the bytes, each once, and for each connection its pieces of them.
namespace bench {

/// A frame among the turn's bytes: its header, and from `plain` on the message alone.
struct outgoing {
  std::uint32_t begin, plain, end;
};

/// What a turn sends to one connection, in order: a list of pieces.
struct pieces {
  static constexpr auto none = static_cast<std::uint32_t>(-1);
  std::uint32_t first = none, last = none;
  bool empty() const { return first == none; }
};

class turn {
public:
  /// Makes a frame of the parts; it is sent to nobody yet.
  outgoing frame(std::initializer_list<std::string_view> parts, opcode kind = opcode::text) {
    std::size_t size = 0;
    for (auto const part : parts) size += part.size();
    auto const begin = position();
    append_header(bytes_, kind, size);
    auto const plain = position();
    return {begin, plain, append(parts).end};
  }

  /// The same without a header.
  outgoing append(std::initializer_list<std::string_view> parts) {
    auto const begin = position();
    for (auto const part : parts) bytes_ += part;
    return {begin, begin, position()};
  }

  std::string_view message(outgoing const& what) const {
    return std::string_view(bytes_).substr(what.plain, what.end - what.plain);
  }

  /// Adds to what a connection gets. What follows its last piece becomes part of that: frames for everybody
  /// that come one after the other are one write without a list.
  void add(pieces& to, outgoing const& what) {
    if (!to.empty() && pieces_[to.last].end == what.begin) {
      pieces_[to.last].end = what.end;
      return;
    }
    auto const index = static_cast<std::uint32_t>(pieces_.size());
    pieces_.push_back({what.begin, what.end, pieces::none});
    (to.empty() ? to.first : pieces_[to.last].next) = index;
    to.last = index;
  }

  /// Takes the first pieces out, as many as there is room for, and says how many.
  template <class Parts> std::size_t take(pieces& from, Parts& parts) {
    std::size_t count = 0;
    for (; !from.empty() && count < parts.size(); ++count) {
      auto const& next = pieces_[from.first];
      parts[count] = {bytes_.data() + next.begin, next.end - next.begin};
      from.first = next.next;
    }
    return count;
  }

  void clear() {
    pieces_.clear();
    bytes_.clear();
    if (bytes_.capacity() > 1'000'000) bytes_.shrink_to_fit();
  }

private:
  struct piece {
    std::uint32_t begin, end, next;
  };
  std::uint32_t position() const { return static_cast<std::uint32_t>(bytes_.size()); }

  std::string bytes_;
  std::vector<piece> pieces_;
};

}  // namespace bench
