// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include <socketiopp/engine/id.hpp>
#include <socketiopp/meta/table.hpp>

/// Tables of things that know their ids.
namespace socketiopp::engine {

/// Pointers, of whatever kind, to things that have an `id()`, each another one that stays. As no key is kept,
/// an entry takes half the memory that it takes in a table from ids to pointers.
template <class Pointer> class table_by_id : public meta::any_table {
  struct entry : link {
    explicit entry(Pointer to_keep) : link{}, kept(std::move(to_keep)) {}
    Pointer kept;
  };

public:
  table_by_id() = default;
  ~table_by_id() {
    while (auto* const one = first()) erase(*one);
  }

  /// The pointer to the one of that id; null if there is none.
  Pointer const* find(id const& wanted) const {
    auto* const found = entry_of(wanted);
    return found ? &found->kept : nullptr;
  }

  Pointer const& add(Pointer to_keep) {
    auto const hash = std::hash<id>{}(to_keep->id());
    auto* const added = new entry(std::move(to_keep));
    insert(*added, hash);
    return added->kept;
  }

  /// Takes one out, which must be there.
  Pointer take(id const& wanted) {
    auto& found = *entry_of(wanted);
    auto taken = std::move(found.kept);
    erase(found);
    return taken;
  }

  /// Calls `visit` with each, in no order; none may be added or taken meanwhile.
  template <class Visit> void for_each(Visit visit) const {
    for (auto* one = first(); one; one = after(*one)) visit(static_cast<entry*>(one)->kept);
  }

private:
  entry* entry_of(id const& wanted) const {
    auto* found = of_hash(std::hash<id>{}(wanted));
    while (found && static_cast<entry*>(found)->kept->id() != wanted) found = next_of_hash(*found);
    return static_cast<entry*>(found);
  }

  void erase(link& one) {
    remove(one);
    delete static_cast<entry*>(&one);
  }
};

}  // namespace socketiopp::engine
