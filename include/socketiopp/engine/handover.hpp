// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <socketiopp/meta/unique_function.hpp>

/// What a turn of one shard leaves to others.
namespace socketiopp::engine {

/// Work for other shards, kept until the end of the turn. Each of them gets all of its own at once, and does
/// it in one turn, so that what it sends to a connection is one write. (Of eight broadcasts at a time that
/// were handed over one by one, two shards on one core put 4.6 into a write, where one shard puts 7.9.)
class handover {
public:
  explicit handover(std::size_t shards) : left_(shards) {}

  void add(std::size_t shard, unique_function<void()> work) {
    left_[shard].push_back(std::move(work));
    empty_ = false;
  }

  /// Calls `post(shard, all)` for each shard that there is work for. `all` is in order.
  template <class Post> void end(Post post) {
    if (std::exchange(empty_, true)) return;
    for (std::size_t shard = 0; shard < left_.size(); ++shard)
      if (!left_[shard].empty()) post(shard, std::exchange(left_[shard], {}));
  }

private:
  std::vector<std::vector<unique_function<void()>>> left_;
  bool empty_ = true;
};

}  // namespace socketiopp::engine
