// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <socketiopp/json/codec.hpp>

/// A parsed text as nodes that are reused message after message: what a codec builds whose parser tells what
/// it finds, one value after the other.
namespace socketiopp::json {

/// A value of a parsed text. What an array or object holds stands together, from `first` on; in an object
/// names and values alternate.
struct node {
  json::kind kind = json::kind::null;
  std::uint32_t size = 0;  ///< of elements, members or bytes
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t natural;
    double real;
    char const* text;
    std::size_t first = 0;
  };
};

/// A value among nodes; see the concept `view`.
class node_view {
public:
  node_view(node const& seen, node const* all) : node_(&seen), all_(all) {}

  json::kind kind() const { return node_->kind; }
  bool boolean() const { return node_->boolean; }
  std::int64_t integer() const { return node_->integer; }
  std::uint64_t natural() const { return node_->natural; }
  std::string_view string() const { return {node_->text, node_->size}; }
  std::size_t size() const { return node_->size; }

  double real() const {
    switch (kind()) {
      case kind::integer: return static_cast<double>(integer());
      case kind::natural: return static_cast<double>(natural());
      default: return node_->real;
    }
  }

  node_view operator[](std::size_t i) const { return {all_[node_->first + i], all_}; }

  std::optional<node_view> find(std::string_view name) const {
    for (std::size_t i = size(); i-- > 0;) {
      if ((*this)[2 * i].string() == name) return (*this)[2 * i + 1];
    }
    return std::nullopt;
  }

  template <class F> void for_each(F&& f) const {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!f((*this)[2 * i].string(), (*this)[2 * i + 1])) return;
    }
  }

private:
  node const* node_;
  node const* all_;
};

static_assert(view<node_view>);

/// The nodes of one text, added in the order in which their values end.
class nodes {
public:
  /// Adds a scalar, or the name of a member, whose value the caller sets.
  node& add(json::kind its_kind, std::uint32_t size = 0) {
    node& added = open_.emplace_back();
    added.kind = its_kind;
    added.size = size;
    return added;
  }

  /// An array or object begins; false if it would be nested too deeply.
  bool begin() {
    if (depth_ == max_depth) return false;
    begun_[depth_++] = open_.size();
    return true;
  }

  /// It ends; all that was added since is inside.
  void end(json::kind its_kind) {
    auto const begun = begun_[--depth_];
    auto const held = static_cast<std::uint32_t>(open_.size() - begun);
    std::size_t const first = ended_.size();
    auto const inside = open_.begin() + static_cast<std::ptrdiff_t>(begun);
    ended_.insert(ended_.end(), inside, open_.end());
    open_.erase(inside, open_.end());
    add(its_kind, its_kind == kind::object ? held / 2 : held).first = first;
  }

  /// The whole value; null when there is none.
  node_view root() const { return {open_.empty() ? null : open_.front(), ended_.data()}; }

  /// Forgets all; the memory of a usual message is kept for the next.
  void clear() {
    for (auto* const each : {&ended_, &open_}) {
      if (each->capacity() > kept) std::vector<node>().swap(*each);
      each->clear();
    }
    depth_ = 0;
  }

  /// How many bytes of memory are kept.
  std::size_t retained() const { return (ended_.capacity() + open_.capacity()) * sizeof(node); }

private:
  static constexpr std::size_t kept = 4096;  // 64 KiB
  static constexpr node null{};

  std::vector<node> ended_;  // what stands in arrays and objects that have ended
  std::vector<node> open_;   // what stands in those that have not, and the root
  std::array<std::size_t, max_depth> begun_{};
  std::size_t depth_ = 0;
};

}  // namespace socketiopp::json
