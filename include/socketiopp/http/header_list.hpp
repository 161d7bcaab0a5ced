// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <socketiopp/http/grammar.hpp>

/// The headers of a request: read-mostly, and in one piece of memory however many there are.
namespace socketiopp::http {

/// One header, as views into the list it came from.
struct header {
  std::string_view name;   ///< as sent
  std::string_view value;  ///< without the white space around it
};

/// Headers in the order of their arrival; names compare without case, and repeated names stay separate.
class header_list {
  struct sizes {
    std::uint32_t name, value;
  };

public:
  /// Walks the headers; its end is `std::default_sentinel`.
  class iterator {
  public:
    /// Stands at the first header of the text that a list keeps.
    explicit iterator(std::string_view text) : rest_(text) {}

    header operator*() const {
      auto const [name, value] = here();
      return {rest_.substr(sizeof(sizes), name), rest_.substr(sizeof(sizes) + name, value)};
    }

    iterator& operator++() {
      auto const [name, value] = here();
      rest_.remove_prefix(sizeof(sizes) + name + value);
      return *this;
    }

    bool operator==(std::default_sentinel_t) const { return rest_.empty(); }

  private:
    sizes here() const {
      sizes read;
      std::memcpy(&read, rest_.data(), sizeof read);
      return read;
    }

    std::string_view rest_;
  };

  /// Adds a header. The name must be a token and the value a field value: the reader has seen to that.
  void add(std::string_view name, std::string_view value) {
    assert(is_token(name) && is_field_value(value));
    sizes const of{static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size())};
    if (text_.empty()) text_.reserve(512);  // most requests have no more
    text_.append(reinterpret_cast<char const*>(&of), sizeof of).append(name).append(value);
  }

  /// The value of the first header of that name.
  std::optional<std::string_view> find(std::string_view name) const {
    for (auto const [key, value] : *this) {
      if (same_name(key, name)) return value;
    }
    return std::nullopt;
  }

  /// Whether `token` is, but for case, in the list that all headers of that name make together:
  /// `has_token("connection", "upgrade")`.
  bool has_token(std::string_view name, std::string_view token) const {
    for (auto const [key, value] : *this) {
      auto const same = [token](std::string_view element) { return same_name(element, token); };
      if (same_name(key, name) && any_element(value, same)) return true;
    }
    return false;
  }

  /// Whether there is no header.
  bool empty() const { return text_.empty(); }
  /// For range-based loops, which give one `header` after the other; adding headers ends them.
  iterator begin() const { return iterator(text_); }
  std::default_sentinel_t end() const { return {}; }

private:
  std::string text_;  // for each its sizes, the name and the value
};

}  // namespace socketiopp::http
