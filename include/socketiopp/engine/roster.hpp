// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/meta/table.hpp>

/// Where the sessions of a server are that has several shards.
namespace socketiopp::engine {

/// Which shard has which session. From any thread. A shard that knows a session itself does not ask.
class roster {
public:
  /// Writes a session down; false: there is one of that id.
  bool add(id const& of, std::size_t shard) {
    std::scoped_lock const lock(mutex_);
    if (shards_.find(of)) return false;
    shards_.add(of, shard);
    return true;
  }

  void remove(id const& of) {
    std::scoped_lock const lock(mutex_);
    shards_.erase(of);
  }

  /// The shard of a session; nothing if there is none of that id.
  std::optional<std::size_t> find(id const& wanted) const {
    std::scoped_lock const lock(mutex_);
    auto const* const found = shards_.find(wanted);
    return found ? std::optional(found->value) : std::nullopt;
  }

private:
  mutable std::mutex mutex_;
  meta::table<id, std::size_t> shards_;
};

/// An id that is kept for a session which is about to open; if it does not, others may have it.
class claim {
public:
  /// `in` may be null: then nobody else could want it.
  claim(engine::id const& claimed, roster* in) : id_(claimed), in_(in) {}
  claim(claim&& other) noexcept : id_(other.id_), in_(std::exchange(other.in_, nullptr)) {}
  claim& operator=(claim&&) = delete;
  ~claim() {
    if (in_) in_->remove(id_);
  }

  engine::id const& id() const { return id_; }

  /// The session has opened, and keeps it until it ends.
  void fulfil() { in_ = nullptr; }

private:
  engine::id id_;
  roster* in_;
};

}  // namespace socketiopp::engine
