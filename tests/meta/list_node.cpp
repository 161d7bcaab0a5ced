// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <socketiopp/meta/list_node.hpp>

namespace meta = socketiopp::meta;

namespace {

struct element : meta::list_node {
  explicit element(char label) : name(label) {}
  char name;
};

std::string names(meta::list_node const* list) {
  std::string all;
  for (; list; list = list->next()) all += static_cast<element const*>(list)->name;
  return all;
}

}  // namespace

TEST_CASE("list_node: elements go in front, and out from anywhere") {
  meta::list_node* list = nullptr;
  element a('a'), b('b'), c('c');
  CHECK_FALSE(a.linked());
  a.insert_into(list);
  b.insert_into(list);
  c.insert_into(list);
  CHECK(names(list) == "cba");
  b.unlink();
  CHECK(names(list) == "ca");
  CHECK_FALSE(b.linked());
  CHECK(b.next() == nullptr);
  c.unlink();
  a.unlink();
  CHECK(list == nullptr);
  a.unlink();  // twice is once
  CHECK(list == nullptr);
}

TEST_CASE("list_node: an element is in one list at most") {
  meta::list_node* first = nullptr;
  meta::list_node* second = nullptr;
  element a('a'), b('b');
  a.insert_into(first);
  b.insert_into(first);
  a.insert_into(second);
  CHECK(names(first) == "b");
  CHECK(names(second) == "a");
  b.insert_into(first);  // into the list that it is in, where it is the only one
  CHECK(names(first) == "b");
}

TEST_CASE("list_node: destroying an element takes it out") {
  meta::list_node* list = nullptr;
  std::vector<std::unique_ptr<element>> all;
  for (char const name : {'a', 'b', 'c', 'd'}) {
    all.push_back(std::make_unique<element>(name));
    all.back()->insert_into(list);
  }
  all.erase(all.begin() + 1);
  CHECK(names(list) == "dca");
  all.pop_back();
  CHECK(names(list) == "ca");
  all.clear();
  CHECK(list == nullptr);
}

TEST_CASE("list_node: a list moves as a whole, and its elements leave the new one") {
  meta::list_node* from = nullptr;
  meta::list_node* to = nullptr;
  element a('a'), b('b');
  meta::list_node::move(from, to);
  CHECK(to == nullptr);
  a.insert_into(from);
  b.insert_into(from);
  meta::list_node::move(from, to);
  CHECK(from == nullptr);
  CHECK(names(to) == "ba");
  b.unlink();
  CHECK(names(to) == "a");
  a.unlink();
  CHECK(to == nullptr);
}
