// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Tables from keys to values. Where a server has ten of them, a `std::unordered_map` for each costs a
/// compiler a hundred functions; here all that does not need the types is compiled once.
namespace socketiopp::meta {

/// What tables of all types are: elements in buckets, by the hashes of their keys.
class any_table {
public:
  any_table() = default;
  any_table(any_table const&) = delete;
  any_table& operator=(any_table const&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

protected:
  struct link {
    link* next;
    std::size_t hash;
  };

  ~any_table() = default;

  /// The first element of that hash, and the next one of the same; null when there is none.
  link* of_hash(std::size_t hash) const { return size_ == 0 ? nullptr : skip(buckets_[bucket(hash)], hash); }
  static link* next_of_hash(link const& last) { return skip(last.next, last.hash); }

  /// All elements, in no order.
  link* first() const { return from(0); }
  link* after(link const& last) const { return last.next ? last.next : from(bucket(last.hash) + 1); }

  void insert(link& added, std::size_t hash) {
    if (size_ == count_) grow();
    added.hash = hash;
    auto& head = buckets_[bucket(hash)];
    added.next = head;
    head = &added;
    ++size_;
  }

  void remove(link& removed) {
    auto** at = &buckets_[bucket(removed.hash)];
    while (*at != &removed) at = &(*at)->next;
    *at = removed.next;
    --size_;
  }

private:
  /// A number of buckets is a power of two. The product spreads hashes that differ in any bits.
  std::size_t bucket(std::size_t hash) const {
    return static_cast<std::size_t>((hash * static_cast<std::size_t>(0x9E3779B97F4A7C15)) >> shift_);
  }

  static link* skip(link* at, std::size_t hash) {
    while (at && at->hash != hash) at = at->next;
    return at;
  }

  link* from(std::size_t place) const {
    while (place < count_ && !buckets_[place]) ++place;
    return place < count_ ? buckets_[place] : nullptr;
  }

  void grow() {
    auto const count = count_ == 0 ? std::size_t{8} : 2 * count_;
    std::unique_ptr<link*[]> more(new link* [count] {});
    auto const before = std::exchange(buckets_, std::move(more));
    auto const count_before = std::exchange(count_, count);
    shift_ = count_before == 0 ? 8 * sizeof(std::size_t) - 3 : shift_ - 1;
    for (std::size_t i = 0; i < count_before; ++i)
      for (auto* moved = before[i]; moved;) {
        auto* const next = moved->next;
        auto& head = buckets_[bucket(moved->hash)];
        moved->next = head;
        head = moved;
        moved = next;
      }
  }

  std::unique_ptr<link*[]> buckets_;
  std::size_t count_ = 0;
  std::size_t size_ = 0;
  unsigned shift_ = 0;
};

/// At most one value for each key. Entries stay where they are in memory until they are erased. A table with
/// `std::string` keys can be asked with a `std::string_view`.
template <class Key, class Value> class table : public any_table {
  using question = std::conditional_t<std::is_same_v<Key, std::string>, std::string_view, Key const&>;

public:
  struct entry : link {
    template <class... Given> explicit entry(question its_key, Given&&... given)
        : link{}, key(its_key), value(std::forward<Given>(given)...) {}
    Key const key;
    Value value;
  };

  table() = default;
  ~table() {
    while (auto* const one = begin()) erase(*one);
  }

  entry* find(question key) const {
    auto* found = of_hash(hash(key));
    while (found && static_cast<entry*>(found)->key != key) found = next_of_hash(*found);
    return static_cast<entry*>(found);
  }

  /// Adds a value under a key that is not there; it is made in its place, and stays there.
  template <class... Given> entry& add(question key, Given&&... given) {
    auto* const added = new entry(key, std::forward<Given>(given)...);
    insert(*added, hash(key));
    return *added;
  }

  /// The value under a key, made if it is not there.
  Value& operator[](question key) {
    auto* const found = find(key);
    return (found ? *found : add(key)).value;
  }

  void erase(entry& one) {
    remove(one);
    delete &one;
  }
  void erase(question key) {
    if (auto* const found = find(key)) erase(*found);
  }

  /// To go through all entries, in no order, while none is added or erased: null at the end.
  entry* begin() const { return static_cast<entry*>(first()); }
  entry* next(entry const& last) const { return static_cast<entry*>(after(last)); }

private:
  static std::size_t hash(question key) { return std::hash<std::remove_cvref_t<question>>{}(key); }
};

}  // namespace socketiopp::meta
