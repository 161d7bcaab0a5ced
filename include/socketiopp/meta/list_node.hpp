// SPDX-License-Identifier: MIT
#pragma once

/// Lists whose links live in their elements, so that membership costs no memory and ends by itself.
namespace socketiopp::meta {

/// An element of at most one list. Destroying it takes it out. A list is a `list_node*`, its first element.
class list_node {
public:
  list_node() = default;
  list_node(list_node const&) = delete;
  list_node& operator=(list_node const&) = delete;

  bool linked() const { return link_ != nullptr; }
  list_node* next() const { return next_; }

  /// Puts the node in front of the list, out of any other.
  void insert_into(list_node*& head) {
    unlink();
    next_ = head;
    if (next_) next_->link_ = &next_;
    head = this;
    link_ = &head;
  }

  void unlink() {
    if (!link_) return;
    *link_ = next_;
    if (next_) next_->link_ = link_;
    link_ = nullptr;
    next_ = nullptr;
  }

  /// Moves a whole list; `from` is empty afterwards.
  static void move(list_node*& from, list_node*& to) {
    to = from;
    if (to) to->link_ = &to;
    from = nullptr;
  }

protected:
  ~list_node() { unlink(); }

private:
  list_node* next_ = nullptr;
  list_node** link_ = nullptr;  // what points at this node: the list, or the node before it
};

}  // namespace socketiopp::meta
