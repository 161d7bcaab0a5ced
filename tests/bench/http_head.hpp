// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>
#include <system_error>

/// Heads of HTTP/1.1 messages: as much of their grammar as a benchmark meets.
namespace bench {

/// The head at the beginning of `bytes` with the empty line that ends it; empty when it is not whole yet.
inline std::string_view read_head(std::string_view bytes) {
  auto const end = bytes.find("\r\n\r\n");
  return end == bytes.npos ? std::string_view() : bytes.substr(0, end + 4);
}

inline bool same_letters(std::string_view a, std::string_view b) {
  auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// The value of a header; empty when there is none.
inline std::string_view header_value(std::string_view head, std::string_view name) {
  for (auto line = head.find("\r\n"); line != head.npos; line = head.find("\r\n", line)) {
    line += 2;
    if (head.size() <= line + name.size() || head[line + name.size()] != ':') continue;
    if (!same_letters(head.substr(line, name.size()), name)) continue;
    auto value = head.substr(line + name.size() + 1);
    value = value.substr(0, value.find("\r\n"));
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
  }
  return {};
}

/// The digits at the beginning as a number; nothing when there are none or too many.
inline std::optional<std::size_t> number(std::string_view digits) {
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

/// What stands between `before` and the next `after` in `text`; empty when it does not.
inline std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  auto const found = text.find(before);
  if (found == text.npos) return {};
  auto const rest = text.substr(found + before.size());
  return rest.substr(0, rest.find_first_of(after));
}

}  // namespace bench
